// @ts-check
'use strict'

// `process.stdout` and `process.stderr` of a run: each write is a frame at once, in the program's order. Node's own console
// writes to them, so that what it prints looks as ever.
const { Readable, Writable } = require('node:stream')
const { FRAME } = require('./channel.cjs')

/** @typedef {InstanceType<typeof import('./channel.cjs').Channel>} Channel */

const MAX_FRAME_BYTES = 64 * 1024
/** A string of fewer UTF-16 units cannot be longer than a frame. */
const SHORT = MAX_FRAME_BYTES / 3
const { from: bufferFrom } = Buffer

class FrameStream extends Writable {
  /** @type {Channel | null} */
  #channel = null
  #type

  /**
   * @param {1 | 2} fd
   * @param {number} type
   */
  constructor(fd, type) {
    super({ decodeStrings: false })
    this.#type = type
    this.fd = fd
    this.isTTY = false
    this._type = 'pipe'
  }

  /** @param {Channel} channel */
  bind(channel) {
    this.#channel = channel
  }

  /**
   * Past the machinery of streams: nothing is ever buffered, so there is nothing to wait for.
   * @param {any} chunk
   * @param {any} [encoding]
   * @param {any} [callback]
   * @returns {boolean}
   */
  write(chunk, encoding, callback) {
    const done = typeof encoding === 'function' ? encoding : callback
    if (typeof chunk === 'string' && chunk !== '' && !this.writableEnded) {
      this.#sendText(chunk, typeof encoding === 'string' ? encoding : 'utf8')
    } else if (chunk instanceof Uint8Array && !this.writableEnded) {
      this.#sendBytes(chunk)
    } else {
      return super.write(chunk, encoding, callback)
    }
    if (typeof done === 'function') process.nextTick(done, null)
    return true
  }

  /** @type {Writable['_write']} */
  _write(chunk, encoding, callback) {
    if (typeof chunk === 'string') this.#sendText(chunk, encoding)
    else this.#sendBytes(chunk)
    callback()
  }

  /**
   * @param {string} text
   * @param {string} encoding
   */
  #sendText(text, encoding) {
    if (text.length <= SHORT && (encoding === 'utf8' || encoding === 'utf-8')) this.#channel?.sendText(this.#type, text)
    else this.#sendBytes(bufferFrom(text, /** @type {BufferEncoding} */ (encoding)))
  }

  /** @param {Uint8Array} bytes */
  #sendBytes(bytes) {
    for (let start = 0; start < bytes.length; ) {
      const end = frameEnd(bytes, start)
      this.#channel?.send(this.#type, bytes.subarray(start, end))
      start = end
    }
  }
}

/**
 * Not in the middle of a character, if these bytes are UTF-8.
 * @param {Uint8Array} bytes
 * @param {number} start
 */
function frameEnd(bytes, start) {
  const most = start + MAX_FRAME_BYTES
  if (most >= bytes.length) return bytes.length
  let end = most
  while (end > most - 4 && (bytes[end] & 0xc0) === 0x80) end--
  return (bytes[end] & 0xc0) === 0x80 ? most : end
}

const stdout = new FrameStream(1, FRAME.stdout)
const stderr = new FrameStream(2, FRAME.stderr)

/**
 * In the child. The global console takes its streams from `process` at its first call.
 * @param {Channel} channel
 */
function bindStreams(channel) {
  stdout.bind(channel)
  stderr.bind(channel)
  replace('stdout', stdout)
  replace('stderr', stderr)
  const stdin = Object.assign(
    new Readable({
      read() {
        this.push(null)
      },
    }),
    { fd: 0, isTTY: false },
  )
  replace('stdin', stdin)
  // Our streams emit no errors, so the console need not listen for them around each line: that is half of its time.
  Object.defineProperty(console, '_ignoreErrors', { value: false, writable: true, configurable: true })
  replace('_rawDebug', (/** @type {unknown[]} */ ...parts) => stderr.write(`${parts.join(' ')}\n`))
  // Node's own listener would advise flags that nobody can set here.
  process.removeAllListeners('warning')
  process.on('warning', (/** @type {any} */ { name, code, message }) => {
    stderr.write(`(node:${process.pid}) ${code ? `[${code}] ` : ''}${name}: ${message}\n`)
  })
}

/** @type {(name: string, value: unknown) => void} */
const replace = (name, value) => {
  Object.defineProperty(process, name, { value, writable: true, configurable: true, enumerable: true })
}

module.exports = { bindStreams, FrameStream }
