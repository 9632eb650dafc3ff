import { CodenodeError } from '../contract/error.ts'
import { ControlReader, type FromZygote, type ToZygote } from './control.ts'
import { afterFairly } from './fair-timer.ts'
import type { Launched } from './launch.ts'

const lastWordsMs = 1_000

/** The control channel: messages one by one while the zygote starts, by callback after that. */
export class Conversation {
  readonly launched: Launched
  onMessage: ((message: FromZygote) => void) | undefined
  onEnd: ((because: string) => void) | undefined
  readonly #heard: FromZygote[] = []
  #ended: string | undefined
  #wake: (() => void) | undefined

  constructor(launched: Launched) {
    this.launched = launched
    const reader = new ControlReader()
    launched.control.setEncoding('utf8')
    launched.control.on('data', (chunk: string) => {
      try {
        for (const message of reader.read(chunk)) {
          if (this.onMessage) this.onMessage(message)
          else this.#heard.push(message)
        }
      } catch (error) {
        this.#end(`It sent what cannot be read: ${String(error)}`)
      }
      this.#wake?.()
    })
    launched.control.on('error', () => {
      // `close` follows
    })
    launched.control.on('close', () => this.#end('It closed its channel.'))
    launched.process.once('exit', (code, signal) => this.#end(`It ended with ${signal ?? `code ${code}`}.`))
  }

  say(message: ToZygote): void {
    if (!this.launched.control.writableEnded) this.launched.control.write(`${JSON.stringify(message)}\n`)
  }

  async hear(withinMs: number): Promise<FromZygote> {
    let isLate = false
    const endWait = afterFairly(withinMs, () => {
      isLate = true
      this.#wake?.()
    })
    try {
      for (;;) {
        const message = this.#heard.shift()
        if (message) return message
        if (this.#ended) {
          await this.#lastWords()
          throw new CodenodeError('sandbox_unavailable', { message: `${this.#ended} ${this.launched.said()}` })
        }
        if (isLate) throw new CodenodeError('sandbox_unavailable', { message: `It did not answer in ${withinMs} ms.` })
        await new Promise<void>((resolve) => {
          this.#wake = resolve
        })
      }
    } finally {
      endWait()
    }
  }

  /** Waits, for a moment at most, until all that the process printed has been read. */
  async #lastWords(): Promise<void> {
    const { process } = this.launched
    if (process.stderr?.readableEnded) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, lastWordsMs)
      process.once('close', () => {
        clearTimeout(timer)
        resolve()
      })
    })
  }

  #end(because: string): void {
    this.#ended ??= because
    this.#wake?.()
    this.onEnd?.(because)
  }
}
