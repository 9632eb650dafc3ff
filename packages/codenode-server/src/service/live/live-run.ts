import type { AnyEvent, AnyRecord, RunningDocument } from 'codenode/internal/contract/run-documents'
import { EventLog } from '../events/event-log.ts'
import type { RunStart } from '../history/kept-run.ts'
import { interruptEvent, interruptRecord } from './interrupt.ts'

/** A run that goes on: its events, and who waits for it. */
export class LiveRun {
  readonly start: RunStart
  readonly events = new EventLog()
  readonly #cancel = new AbortController()
  readonly #watched: { signal: AbortSignal; letGo: () => void }[] = []
  #attempts = 0
  #holders = 0
  #hasBegun = false
  #end: 'own' | 'interrupted' | 'put back' = 'own'
  /** It is in the history with all that it takes to begin it after a restart. */
  isQueued = false
  /** What it was asked with, as it is in memory. */
  requestBytes = 0

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
    const status = this.isQueued && !this.#hasBegun ? 'queued' : 'running'
    const about = { id, status, startedAt: startedAt.toISOString() } as const
    return subject.kind === 'workflow' ? { ...about, workflow: subject.workflow } : { ...about, node: subject.node }
  }

  /** Some of its code has begun. */
  get hasBegun(): boolean {
    return this.#hasBegun
  }

  /** It waits for another service, and nothing is told of an end. */
  get isPutBack(): boolean {
    return this.#end === 'put back' && !this.#hasBegun
  }

  begin(): void {
    this.#hasBegun = true
  }

  tell(event: AnyEvent): void {
    if (this.isPutBack) return
    if (event.type === 'attempt') this.#attempts++
    if (event.type === 'result') this.#unwatch()
    this.events.add(this.#end === 'own' ? event : interruptEvent(event))
  }

  /** The record that the run has given, as it is told and kept. */
  settle(record: AnyRecord): AnyRecord {
    const { last } = this.events
    // The same object, whose text is known.
    if (last?.type === 'result') return last.record
    return this.#end === 'own' ? record : interruptRecord(record)
  }

  /** Somebody asks for its end. */
  cancel(): void {
    this.#cancel.abort()
  }

  /** The service stops: what has begun fails by that, and is not taken for cancelled. */
  interrupt(): void {
    this.#end = 'interrupted'
    this.#cancel.abort()
  }

  /** The service stops: what has not begun is left to the next one. */
  putBack(): void {
    this.#end = 'put back'
    this.#cancel.abort()
    this.#unwatch()
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
