import type { RunEvent } from '../contract/events.ts'
import type { RunRecord } from '../contract/record.ts'
import { EventLog } from './event-log.ts'
import type { RunStart } from './history-rows.ts'

/** A run that goes on: its events, and who waits for it. */
export class LiveRun {
  readonly start: RunStart
  readonly events = new EventLog()
  /** The `retryInMs` of each attempt so far. */
  readonly retryWaits: (number | null)[] = []
  readonly #cancel = new AbortController()
  readonly #watched: { signal: AbortSignal; letGo: () => void }[] = []
  #holders = 0

  constructor(start: RunStart) {
    this.start = start
  }

  get signal(): AbortSignal {
    return this.#cancel.signal
  }

  /** Null until the last event is told. */
  get record(): RunRecord | null {
    const { last } = this.events
    return last?.type === 'result' ? last.record : null
  }

  tell(event: RunEvent): void {
    if (event.type === 'attempt') this.retryWaits.push(event.retryInMs)
    if (event.type === 'result') this.#unwatch()
    this.events.add(event)
  }

  cancel(): void {
    this.#cancel.abort()
  }

  /** One more request waits for this run; when the signals of all that do are aborted, nobody does and it is cancelled. */
  hold(signal: AbortSignal | undefined): void {
    this.#holders++
    if (!signal) return
    const letGo = (): void => {
      this.#holders--
      if (this.#holders === 0) this.cancel()
    }
    if (signal.aborted) {
      letGo()
      return
    }
    signal.addEventListener('abort', letGo, { once: true })
    this.#watched.push({ signal, letGo })
  }

  #unwatch(): void {
    for (const { signal, letGo } of this.#watched) signal.removeEventListener('abort', letGo)
  }
}
