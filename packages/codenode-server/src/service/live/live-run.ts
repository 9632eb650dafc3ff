import type { AnyEvent, AnyRecord, RunningDocument } from 'codenode/internal/contract/run-documents'
import { EventLog } from '../events/event-log.ts'
import type { RunStart } from '../history/kept-run.ts'

/** A run that goes on: its events, and who waits for it. */
export class LiveRun {
  readonly start: RunStart
  readonly events = new EventLog()
  readonly #cancel = new AbortController()
  readonly #watched: { signal: AbortSignal; letGo: () => void }[] = []
  #attempts = 0
  #holders = 0

  constructor(start: RunStart) {
    this.start = start
  }

  get signal(): AbortSignal {
    return this.#cancel.signal
  }

  /** Tries of a node that have ended. */
  get attempts(): number {
    return this.#attempts
  }

  get document(): AnyRecord | RunningDocument {
    const { last } = this.events
    if (last?.type === 'result') return last.record
    const { id, startedAt, subject } = this.start
    const about = { id, status: 'running', startedAt: startedAt.toISOString() } as const
    return subject.kind === 'workflow' ? { ...about, workflow: subject.workflow } : { ...about, node: subject.node }
  }

  tell(event: AnyEvent): void {
    if (event.type === 'attempt') this.#attempts++
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
