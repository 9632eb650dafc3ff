import { CodenodeError } from 'codenode/internal/contract/error'
import type { AnyEvent, AnyRecord } from 'codenode/internal/contract/run-documents'
import { writeRecordAhead } from 'codenode/internal/record/record-text'
import { newRunId } from 'codenode/internal/record/run-id'
import { idsFrom } from '../api/run-ids.ts'
import type { ClientId, RunServiceOptions, StartedRun, WorkflowStartOptions } from '../api/types.ts'
import { trailOf } from '../events/trail.ts'
import type { History } from '../history/history.ts'
import { type Idempotency, readIdempotency } from '../history/idempotency.ts'
import type { Seats } from '../limits/seats.ts'
import { weigh } from '../limits/weigh.ts'
import type { Work } from '../requests/work.ts'
import { buildBroken } from './failed-records.ts'
import { LiveRun } from './live-run.ts'

/** For so long an idempotency key means the same run. */
const keyLifeMs = 24 * 60 * 60 * 1000

export type ActiveRun = { live: LiveRun; record: Promise<AnyRecord> }

type Parts = Pick<RunServiceOptions, 'sandbox'> & {
  history: History
  seats: Seats
  /** Told when a run has ended, before whoever waits for it. */
  onEnded: (record: AnyRecord, live: LiveRun) => void
}

/** The runs that go on, of whatever kind: from their seat to their place in the history. */
export class ActiveRuns {
  readonly #parts: Parts
  readonly #active = new Map<string, ActiveRun>()

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /**
   * Begins the run, unless the idempotency key stands for one already. `asked`: all that makes a request another one;
   * `toWork` throws what is the caller's mistake.
   */
  start(
    asked: Readonly<Record<string, unknown>>,
    options: WorkflowStartOptions,
    toWork: () => Work,
  ): StartedRun<AnyRecord> {
    const idempotency = readIdempotency(options.idempotencyKey, asked)
    const joined = idempotency && this.#join(idempotency, options)
    return joined ?? this.#begin(toWork, options, idempotency)
  }

  get(id: string): ActiveRun | undefined {
    return this.#active.get(id)
  }

  /** For other clients it does not exist. */
  find(id: string, client: ClientId): ActiveRun | null {
    const active = this.#active.get(id)
    return active?.live.start.client === client ? active : null
  }

  cancelAll(): void {
    for (const { live } of this.#active.values()) live.cancel()
  }

  async ended(): Promise<void> {
    await Promise.all([...this.#active.values()].map(({ record }) => record))
  }

  /** The run that the key stands for already; null: none. Throws `idempotency_conflict`. */
  #join({ key, requestHash }: Idempotency, { client, signal }: WorkflowStartOptions): StartedRun<AnyRecord> | null {
    const { history } = this.#parts
    const known = history.findByKey(client, key, idsFrom(Date.now() - keyLifeMs))
    if (!known) return null
    const { id } = known
    if (known.requestHash !== requestHash) throw new CodenodeError('idempotency_conflict', { runId: id })
    const active = this.#active.get(id)
    if (active) {
      active.live.hold(signal)
      return { id, isNew: false, record: active.record }
    }
    const ended = history.find(id, client)
    return ended && { id, isNew: false, record: Promise.resolve(ended.record) }
  }

  #begin(
    toWork: () => Work,
    { client, signal, persistFirst = false }: WorkflowStartOptions,
    idempotency: Idempotency | null,
  ): StartedRun<AnyRecord> {
    const { history, seats } = this.#parts
    const startedAt = new Date()
    // The time in the id is that of the record: lists by time are lists by id.
    const id = newRunId(startedAt.getTime())
    const seat = seats.take(client)
    const { live, running, request } = tryOr(seat.leave, () => {
      const { subject, rerunOf, request, begin } = toWork()
      seat.hold(weigh(request))
      const live = new LiveRun({ id, client, subject, startedAt, idempotency, rerunOf })
      const onEvent = live.tell.bind(live)
      return { live, request, running: begin({ runId: id, client, startedAt, signal: live.signal, onEvent }) }
    })
    live.hold(signal)
    history.begin(live.start, request, { isAtOnce: persistFirst })
    const record = this.#finish(live, running, seat.leave)
    this.#active.set(id, { live, record })
    return { id, isNew: true, record }
  }

  async #finish(live: LiveRun, running: Promise<AnyRecord>, leave: () => void): Promise<AnyRecord> {
    const { start, events } = live
    const record = await running.catch((error: unknown) => this.#breakOff(live, error))
    // Lists and records tell the same time.
    const durationMs = record.usage.wallMs
    leave()
    if (start.subject.kind === 'workflow') await writeRecordAhead(record)
    const trail = trailOf(events.told, record)
    const kept = this.#parts.history.end(start, { record, durationMs, trail, told: events.told.length })
    this.#active.delete(start.id)
    this.#parts.onEnded(record, live)
    await kept
    return record
  }

  /** A mistake in Codenode must not leave a run that never ends. */
  #breakOff(live: LiveRun, error: unknown): AnyRecord {
    const record = buildBroken(live.start, error, this.#parts.sandbox.isolation)
    const runId = record.id
    live.tell({ type: 'status', runId, status: record.status })
    live.tell({ type: 'result', runId, record } as AnyEvent)
    return record
  }
}

function tryOr<Value>(undo: () => void, attempt: () => Value): Value {
  try {
    return attempt()
  } catch (error) {
    undo()
    throw error
  }
}
