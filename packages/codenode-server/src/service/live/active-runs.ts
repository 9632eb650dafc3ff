import { CodenodeError } from 'codenode/internal/contract/error'
import type { AnyEvent, AnyRecord } from 'codenode/internal/contract/run-documents'
import { writeRecordAhead } from 'codenode/internal/record/record-text'
import { newRunId } from 'codenode/internal/record/run-id'
import { idsFrom } from '../api/run-ids.ts'
import type { ClientId, RunServiceOptions, StartedRun, WorkflowStartOptions } from '../api/types.ts'
import { trailOf } from '../events/trail.ts'
import type { History } from '../history/history.ts'
import { type Idempotency, readIdempotency } from '../history/idempotency.ts'
import type { RunStart } from '../history/kept-run.ts'
import type { Seats } from '../limits/seats.ts'
import { weigh } from '../limits/weigh.ts'
import type { RunHandle, Work } from '../requests/work.ts'
import { buildBroken } from './failed-records.ts'
import { LiveRun } from './live-run.ts'
import { tellStart } from './tell-start.ts'

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

  /** Begins a run that an earlier service accepted. What keeps it from that becomes its record. */
  resume(start: RunStart, toWork: () => Work): void {
    const seat = this.#parts.seats.take(start.client, { isOwed: true })
    const live = new LiveRun(start)
    live.isQueued = true
    live.hold(undefined)
    const running = new Promise<AnyRecord>((resolve) => {
      const { request, begin } = toWork()
      live.requestBytes = weigh(request)
      seat.hold(live.requestBytes)
      resolve(begin(this.#handleOf(live)))
    })
    this.#active.set(start.id, { live, record: this.#finish(live, running, seat.leave) })
  }

  /** Leaves the runs whose code has not begun to the next service, as far as the history holds them. */
  putBack(): void {
    for (const { live } of this.#active.values()) if (live.isQueued && !live.hasBegun) live.putBack()
  }

  /** Ends all, as the service does. */
  interruptAll(): void {
    for (const { live } of this.#active.values()) live.interrupt()
  }

  async ended(): Promise<void> {
    await Promise.allSettled([...this.#active.values()].map(({ record }) => record))
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
      const { subject, rerunOf, outputs, request, begin } = toWork()
      const live = new LiveRun({ id, client, subject, startedAt, idempotency, rerunOf, outputs })
      live.requestBytes = weigh(request)
      seat.hold(live.requestBytes)
      return { live, request, running: begin(this.#handleOf(live)) }
    })
    live.hold(signal)
    // Who waits for the answer asks again; a node of a past run is not kept as one that could be run by itself.
    const mayWait = persistFirst && !live.hasBegun && (live.start.rerunOf?.nodeId ?? null) === null
    live.isQueued = history.begin(live.start, request, { isAtOnce: persistFirst, mayWait })
    const record = this.#finish(live, running, seat.leave)
    this.#active.set(id, { live, record })
    return { id, isNew: true, record }
  }

  #handleOf(live: LiveRun): RunHandle {
    const { id: runId, client, startedAt } = live.start
    const onStart = (): void => {
      if (live.hasBegun) return
      live.begin()
      if (live.isQueued) this.#parts.history.started(runId)
    }
    const onEvent = live.tell.bind(live)
    return { runId, client, startedAt, signal: live.signal, sandbox: tellStart(this.#parts.sandbox, onStart), onEvent }
  }

  #finish(live: LiveRun, running: Promise<AnyRecord>, leave: () => void): Promise<AnyRecord> {
    const record = this.#keepEnd(live, running, leave)
    // It rejects where the run was left to the next service, which is nothing to those who do not wait for it.
    record.catch(() => undefined)
    return record
  }

  async #keepEnd(live: LiveRun, running: Promise<AnyRecord>, leave: () => void): Promise<AnyRecord> {
    const { start, events } = live
    const ended = await running.catch((error: unknown) => this.#breakOff(live, error))
    leave()
    if (live.isPutBack) {
      this.#active.delete(start.id)
      events.close()
      throw new CodenodeError('service_stopping', {})
    }
    const record = live.settle(ended)
    // Lists and records tell the same time.
    const durationMs = record.usage.wallMs
    if (start.subject.kind === 'workflow') await writeRecordAhead(record)
    const trail = trailOf(events.told, record)
    const kept = this.#parts.history.end(start, { record, durationMs, trail, told: events.told.length })
    this.#active.delete(start.id)
    this.#parts.onEnded(record, live)
    await kept
    return record
  }

  /** What is the caller's mistake, in a run that is resumed; else a mistake in Codenode, which must not leave a run that never ends. */
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
