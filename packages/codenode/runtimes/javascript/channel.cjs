// @ts-check
'use strict'

// The run channel of docs/protocol.md: blocking frames in both directions on one socket.
const fs = require('node:fs')

/** Taken before user code can replace them. */
const { readSync, writeSync } = fs
const { from: bufferFrom, allocUnsafeSlow } = Buffer

const FRAME = Object.freeze({ hello: 1, stdout: 2, stderr: 3, result: 4, failure: 5, exit: 6, warnings: 7, run: 16 })
const HEADER_BYTES = 5
const SMALL_BYTES = 64 * 1024
const MAX_PAYLOAD_BYTES = 64 * 1024 * 1024

class Channel {
  #fd
  /** Small frames leave in one write, header and payload together. */
  #small = allocUnsafeSlow(HEADER_BYTES + SMALL_BYTES)

  /** @param {number} fd a blocking stream socket */
  constructor(fd) {
    this.#fd = fd
  }

  /**
   * @param {number} type one of `FRAME`
   * @param {Uint8Array} payload
   */
  send(type, payload) {
    const length = payload.byteLength
    this.#writeHeader(type, length)
    if (length <= SMALL_BYTES) {
      this.#small.set(payload, HEADER_BYTES)
      writeAll(this.#fd, this.#small, HEADER_BYTES + length)
    } else {
      writeAll(this.#fd, this.#small, HEADER_BYTES)
      writeAll(this.#fd, payload, length)
    }
  }

  /**
   * The same for text, sent as UTF-8.
   * @param {number} type
   * @param {string} text
   */
  sendText(type, text) {
    if (text.length * 3 > SMALL_BYTES) return this.send(type, bufferFrom(text, 'utf8'))
    const length = this.#small.write(text, HEADER_BYTES, 'utf8')
    this.#writeHeader(type, length)
    writeAll(this.#fd, this.#small, HEADER_BYTES + length)
  }

  /** Waits for the next frame; throws when the host has gone. */
  receive() {
    const header = allocUnsafeSlow(HEADER_BYTES)
    readAll(this.#fd, header)
    const length = header.readUInt32LE(0)
    if (length > MAX_PAYLOAD_BYTES) throw new Error(`a frame of ${length} bytes is too long`)
    const payload = allocUnsafeSlow(length)
    readAll(this.#fd, payload)
    return { type: header[4], payload }
  }

  /**
   * @param {number} type
   * @param {number} length
   */
  #writeHeader(type, length) {
    const header = this.#small
    header[0] = length & 255
    header[1] = (length >>> 8) & 255
    header[2] = (length >>> 16) & 255
    header[3] = length >>> 24
    header[4] = type
  }
}

/**
 * @param {number} fd
 * @param {Uint8Array} bytes
 * @param {number} length
 */
function writeAll(fd, bytes, length) {
  let done = 0
  while (done < length) {
    try {
      done += writeSync(fd, bytes, done, length - done)
    } catch (error) {
      waitOrThrow(error)
    }
  }
}

/**
 * @param {number} fd
 * @param {Uint8Array} bytes
 */
function readAll(fd, bytes) {
  let done = 0
  while (done < bytes.length) {
    try {
      const count = readSync(fd, bytes, done, bytes.length - done, null)
      if (count === 0) throw new Error('the channel was closed')
      done += count
    } catch (error) {
      waitOrThrow(error)
    }
  }
}

const waiter = new Int32Array(new SharedArrayBuffer(4))

/**
 * An interrupted call is made again; a full or empty socket, should it have been made non-blocking, is tried again soon.
 * @param {any} error
 */
function waitOrThrow(error) {
  if (error.code === 'EINTR') return
  if (error.code !== 'EAGAIN') throw error
  Atomics.wait(waiter, 0, 0, 1)
}

module.exports = { Channel, FRAME }
