import type { Readable, Writable } from 'node:stream'
import {
  type JSONRPCMessage,
  parseJSONRPCMessage,
  serializeMessage,
  type Transport,
} from '@modelcontextprotocol/server'
import { parseLossless } from 'codenode/internal/json/json'

const newline = 0x0a

/**
 * The protocol on two streams, one message a line. As the SDK's own transport, except that whole numbers beyond 2^53 in a
 * message keep their digits. It closes when the input ends.
 */
export class LosslessStdioTransport implements Transport {
  onclose?: () => void
  onerror?: (error: Error) => void
  onmessage?: (message: JSONRPCMessage) => void
  /** Resolves when the connection is closed, by either side. */
  readonly closed: Promise<void>

  readonly #input: Readable
  readonly #output: Writable
  readonly #maxMessageBytes: number
  #parts: Buffer[] = []
  #bytes = 0
  #isClosed = false
  readonly #tellClosed: () => void

  constructor(options: { input: Readable; output: Writable; maxMessageBytes: number }) {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.closed = promise
    this.#tellClosed = resolve
    this.#input = options.input
    this.#output = options.output
    this.#maxMessageBytes = options.maxMessageBytes
  }

  async start(): Promise<void> {
    this.#input.on('data', this.#read)
    this.#input.on('error', this.#fail)
    this.#output.on('error', this.#fail)
    for (const end of ['end', 'close']) this.#input.on(end, this.#end)
  }

  async send(message: JSONRPCMessage): Promise<void> {
    if (this.#isClosed) throw new Error('The connection is closed.')
    const line = serializeMessage(message)
    await new Promise<void>((resolve, reject) => {
      this.#output.write(line, (error) => (error ? reject(error) : resolve()))
    })
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#parts = []
    this.#input.off('data', this.#read)
    this.#input.pause()
    this.onclose?.()
    this.#tellClosed()
  }

  readonly #end = (): void => void this.close()

  readonly #fail = (error: Error): void => {
    this.onerror?.(error)
    void this.close()
  }

  readonly #read = (chunk: Buffer): void => {
    let rest = chunk
    for (let at = rest.indexOf(newline); at >= 0 && !this.#isClosed; at = rest.indexOf(newline)) {
      this.#keep(rest.subarray(0, at))
      rest = rest.subarray(at + 1)
      this.#take()
    }
    this.#keep(rest)
  }

  #keep(part: Buffer): void {
    this.#parts.push(part)
    this.#bytes += part.byteLength
    if (this.#bytes > this.#maxMessageBytes)
      this.#fail(new Error(`A message is larger than ${this.#maxMessageBytes} bytes.`))
  }

  #take(): void {
    const line = Buffer.concat(this.#parts)
    this.#parts = []
    this.#bytes = 0
    if (line.toString().trim() === '') return
    const message = readMessage(line)
    if (message) this.onmessage?.(message)
    else this.onerror?.(new Error('A line is not a protocol message and was ignored.'))
  }
}

/** Null for what is no message. Why is not told: a parser's error quotes what it read. */
function readMessage(line: Buffer): JSONRPCMessage | null {
  try {
    return parseJSONRPCMessage(parseLossless(line))
  } catch {
    return null
  }
}
