import type { RunEvent } from '../contract/events.ts'
import type { SequencedEvent } from './types.ts'

/** The events of one run, for any number of readers. The last is `result`. */
export class EventLog {
  readonly #events: RunEvent[]
  #news: PromiseWithResolvers<void> | undefined

  constructor(events: RunEvent[] = []) {
    this.#events = events
  }

  get last(): RunEvent | undefined {
    return this.#events.at(-1)
  }

  add(event: RunEvent): void {
    this.#events.push(event)
    this.#wake()
  }

  /** The reader's place is an index into the events, so that a slow one costs nothing. */
  async *follow(after: number, signal: AbortSignal | undefined): AsyncGenerator<SequencedEvent, void, undefined> {
    const wake = (): void => this.#wake()
    signal?.addEventListener('abort', wake)
    try {
      for (let seq = after + 1; ; seq++) {
        const event = await this.#eventAt(seq, signal)
        if (!event) return
        yield { seq, event }
      }
    } finally {
      signal?.removeEventListener('abort', wake)
    }
  }

  /** Undefined when there will be none, or the reader has gone. */
  async #eventAt(seq: number, signal: AbortSignal | undefined): Promise<RunEvent | undefined> {
    while (!signal?.aborted) {
      const event = this.#events[seq - 1]
      if (event || this.last?.type === 'result') return event
      this.#news ??= Promise.withResolvers()
      await this.#news.promise
    }
    return undefined
  }

  #wake(): void {
    this.#news?.resolve()
    this.#news = undefined
  }
}
