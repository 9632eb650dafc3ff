import { connect, type Socket } from 'node:net'

export type Answer = { status: number; body: string }

/**
 * One kept-alive connection that sends one request after another. By hand and small: it shares the processors with what is
 * measured, and a full client would take a good part of them.
 */
export class Connection {
  readonly #socket: Socket
  #pending = Buffer.alloc(0)
  #waiting: { resolve: (answer: Answer) => void; reject: (error: Error) => void } | undefined

  static async open(port: number): Promise<Connection> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve)
      socket.once('error', reject)
    })
    return new Connection(socket)
  }

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.on('data', (chunk) => {
      this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk])
      const answer = this.#take()
      if (!answer) return
      const waiting = this.#waiting
      this.#waiting = undefined
      waiting?.resolve(answer)
    })
    const fail = (error?: Error) => this.#waiting?.reject(error ?? new Error('The service closed the connection.'))
    socket.on('error', fail)
    socket.on('close', () => fail())
  }

  /** False when the service has closed it, as it does with one that is idle for long. */
  get isOpen(): boolean {
    return !this.#socket.destroyed && !this.#socket.readableEnded
  }

  async send(request: Buffer): Promise<Answer> {
    return await new Promise((resolve, reject) => {
      // What is written to a closed socket is lost without a word.
      if (!this.isOpen) throw new Error('The service closed the connection.')
      this.#waiting = { resolve, reject }
      this.#socket.write(request)
    })
  }

  close(): void {
    this.#socket.destroy()
  }

  /** The answer, when it is whole. The service says how long its answers are. */
  #take(): Answer | undefined {
    const end = this.#pending.indexOf('\r\n\r\n')
    if (end < 0) return undefined
    const head = this.#pending.toString('latin1', 0, end)
    const length = Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0)
    if (this.#pending.length < end + 4 + length) return undefined
    const body = this.#pending.toString('utf8', end + 4, end + 4 + length)
    this.#pending = this.#pending.subarray(end + 4 + length)
    return { status: Number(head.slice(9, 12)), body }
  }
}

/** A POST of JSON, as it goes over the wire. */
export function buildPost(path: string, json: string): Buffer {
  const head = `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n`
  return Buffer.from(`${head}Content-Length: ${Buffer.byteLength(json)}\r\n\r\n${json}`)
}
