import type { ChildProcess } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'

/** Asks a process questions, one JSON text a line each way: on its descriptor 0, answered on its descriptor 3. */
export class JsonLines {
  readonly #process: ChildProcess
  readonly #waiting: { resolve: (answer: unknown) => void; reject: (error: Error) => void }[] = []
  #pending = ''
  #said = ''

  constructor(process: ChildProcess) {
    this.#process = process
    // As the caller spawned it: a pipe on 0, 2 and 3.
    const answers = process.stdio[3] as Readable
    answers.setEncoding('utf8').on('data', (chunk: string) => this.#read(chunk))
    process.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      this.#said = (this.#said + chunk).slice(-4096)
    })
    this.#input.on('error', () => {
      // The exit that follows is what is reported.
    })
    process.once('error', (error) => this.#fail(error))
    process.once('close', (code, signal) => {
      this.#fail(new Error(`${process.spawnfile} ended with ${signal ?? `code ${code}`}. ${this.#said}`))
    })
  }

  get #input(): Writable {
    return this.#process.stdin as Writable
  }

  async ask(question: object): Promise<unknown> {
    return await new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject })
      this.#input.write(`${JSON.stringify(question)}\n`)
    })
  }

  /** The process ends when its input does. */
  async close(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return
    const gone = new Promise<void>((resolve) => this.#process.once('close', () => resolve()))
    this.#input.end()
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), 2000)
    await gone
    clearTimeout(timer)
  }

  #read(chunk: string): void {
    const lines = (this.#pending + chunk).split('\n')
    this.#pending = lines.pop() ?? ''
    for (const line of lines) this.#waiting.shift()?.resolve(JSON.parse(line))
  }

  #fail(error: Error): void {
    for (const { reject } of this.#waiting.splice(0)) reject(error)
  }
}
