import { CodenodeError } from '../contract/error.ts'
import type { RunEvent } from '../contract/events.ts'
import { eventsOf } from '../contract/events-of.ts'
import type { Execution } from '../contract/program.ts'
import type { RunRecord } from '../contract/record.ts'
import { newRunId } from '../record/run-id.ts'
import { startNode } from '../run-node.ts'
import { EventLog } from './event-log.ts'
import { buildBroken, buildInterrupted } from './failed-records.ts'
import { History } from './history.ts'
import type { EndedRun, RunRequest, RunStart } from './history-rows.ts'
import { type Idempotency, readIdempotency } from './idempotency.ts'
import { LiveRun } from './live-run.ts'
import { Programs } from './programs.ts'
import { idsFrom } from './run-ids.ts'
import { Seats } from './seats.ts'
import type {
  ClientId,
  NodeRequest,
  ProgramOptions,
  ProgramRequest,
  RunDocument,
  RunFilter,
  RunPage,
  RunService,
  RunServiceOptions,
  SequencedEvent,
  ServiceStats,
  StartedRun,
  StartOptions,
} from './types.ts'

/** For so long an idempotency key means the same run. */
const keyLifeMs = 24 * 60 * 60 * 1000

/** A run that is cancelled ends in milliseconds; one that has not ended after this is left behind. */
const killMs = 5000

/** Opens the history and takes runs until it is closed. Throws `configuration_invalid` when the history cannot be opened. */
export function createRunService(options: RunServiceOptions): RunService {
  return new SandboxedRunService(options)
}

type ActiveRun = { live: LiveRun; record: Promise<RunRecord> }
type EndListener = Parameters<RunService['onEnded']>[0]

class SandboxedRunService implements RunService {
  readonly #options: RunServiceOptions
  readonly #history: History
  readonly #seats: Seats
  readonly #active = new Map<string, ActiveRun>()
  readonly #programs: Programs
  readonly #listeners: EndListener[] = []
  #state: 'open' | 'stopping' | 'closed' = 'open'
  #closing: Promise<void> | undefined

  constructor(options: RunServiceOptions) {
    const { sandbox, history, maxRuns, maxRunsPerClient, onProblem } = options
    this.#options = options
    this.#seats = new Seats(maxRuns, maxRunsPerClient ?? maxRuns)
    this.#programs = new Programs(options, this.#seats)
    this.#history = new History({
      ...history,
      onProblem: (problem) => warnOnThrow(() => onProblem?.(problem)),
      toInterrupted: (start) => buildInterrupted(start, sandbox.isolation),
    })
  }

  start(request: NodeRequest, options: StartOptions): StartedRun {
    this.#checkOpen()
    const idempotency = readIdempotency(request, options)
    const joined = idempotency && this.#join(idempotency, options)
    return joined ?? this.#begin(request, options, idempotency)
  }

  async runProgram(request: ProgramRequest, options: ProgramOptions): Promise<Execution> {
    this.#checkOpen()
    return await this.#programs.run(request, options)
  }

  get(id: string, client: ClientId): RunDocument {
    const live = this.#findActive(id, client)?.live
    if (!live) return this.#findEnded(id, client).record
    const { startedAt, node } = live.start
    return live.record ?? { id, status: 'running', startedAt: startedAt.toISOString(), node }
  }

  request(id: string, client: ClientId): RunRequest {
    this.#checkReadable()
    return this.#history.findRequest(id, client) ?? notFound(id)
  }

  list(filter: RunFilter, client: ClientId): RunPage {
    this.#checkReadable()
    const { runs, nextCursor } = this.#history.list(filter, client)
    const upToDate = runs.map((run) => {
      const live = this.#active.get(run.id)?.live
      return live ? { ...run, attempts: live.retryWaits.length } : run
    })
    return { runs: upToDate, nextCursor }
  }

  follow(
    id: string,
    client: ClientId,
    { after = 0, signal }: { after?: number; signal?: AbortSignal },
  ): AsyncIterable<SequencedEvent> {
    const live = this.#findActive(id, client)?.live
    if (live) return live.events.follow(after, signal)
    const { record, retryWaits } = this.#findEnded(id, client)
    return new EventLog(eventsOf(record, retryWaits)).follow(after, signal)
  }

  async cancel(id: string, client: ClientId): Promise<RunRecord> {
    const active = this.#findActive(id, client)
    if (!active) return this.#findEnded(id, client).record
    active.live.cancel()
    return await active.record
  }

  stats(): ServiceStats {
    return { active: this.#seats.taken, byClient: this.#seats.byClient, history: this.#history.state }
  }

  onEnded(listener: EndListener): void {
    this.#listeners.push(listener)
  }

  async close({ deadlineMs = 10_000 }: { deadlineMs?: number } = {}): Promise<void> {
    this.#closing ??= this.#shutDown(deadlineMs)
    await this.#closing
  }

  /** The run that the key stands for already; null: none. Throws `idempotency_conflict`. */
  #join({ key, requestHash }: Idempotency, { client, signal }: StartOptions): StartedRun | null {
    const known = this.#history.findByKey(client, key, idsFrom(Date.now() - keyLifeMs))
    if (!known) return null
    const { id } = known
    if (known.requestHash !== requestHash) throw new CodenodeError('idempotency_conflict', { runId: id })
    const active = this.#active.get(id)
    if (active) {
      active.live.hold(signal)
      return { id, isNew: false, record: active.record }
    }
    const ended = this.#history.find(id, client)
    return ended && { id, isNew: false, record: Promise.resolve(ended.record) }
  }

  #begin(request: NodeRequest, options: StartOptions, idempotency: Idempotency | null): StartedRun {
    const { node, inputs } = request
    const { client, outputs, signal, isIdToldEarly = false } = options
    const { sandbox, limits } = this.#options
    const live = new LiveRun(toStart(request, client, idempotency))
    const { id, startedAt, node: named } = live.start

    const leave = this.#seats.take(client)
    const onEvent = (event: RunEvent): void => live.tell(event)
    const run = {
      sandbox,
      limits,
      client,
      outputs,
      nodeId: named.id,
      runId: id,
      startedAt,
      signal: live.signal,
      onEvent,
    }
    const running = tryOr(leave, () => startNode(node, inputs, run))

    live.hold(signal)
    this.#history.begin(live.start, { node, inputs }, { isAtOnce: isIdToldEarly })
    const record = this.#finish(live, running, leave)
    this.#active.set(id, { live, record })
    return { id, isNew: true, record }
  }

  async #finish(live: LiveRun, running: Promise<RunRecord>, leave: () => void): Promise<RunRecord> {
    const { start } = live
    const began = performance.now()
    const record = await running.catch((error: unknown) => this.#breakOff(live, error))
    const end = { record, durationMs: roundMs(performance.now() - began), retryWaits: live.retryWaits }
    leave()
    const kept = this.#history.end(start, end)
    this.#active.delete(start.id)
    this.#tellEnded(record, start)
    await kept
    return record
  }

  /** A mistake in Codenode must not leave a run that never ends. */
  #breakOff(live: LiveRun, error: unknown): RunRecord {
    const record = buildBroken(live.start, error, this.#options.sandbox.isolation)
    const runId = record.id
    live.tell({ type: 'status', runId, status: record.status })
    live.tell({ type: 'result', runId, record })
    return record
  }

  #tellEnded(record: RunRecord, { client, language }: RunStart): void {
    for (const listener of this.#listeners) warnOnThrow(() => listener(record, { client, language }))
  }

  #findActive(id: string, client: ClientId): ActiveRun | null {
    this.#checkReadable()
    const active = this.#active.get(id)
    return active?.live.start.client === client ? active : null
  }

  #findEnded(id: string, client: ClientId): EndedRun {
    return this.#history.find(id, client) ?? notFound(id)
  }

  #checkOpen(): void {
    if (this.#state !== 'open') throw new CodenodeError('service_stopping', {})
  }

  /** What runs to its end while the service stops can still be followed. */
  #checkReadable(): void {
    if (this.#state === 'closed') throw new CodenodeError('service_stopping', {})
  }

  async #shutDown(deadlineMs: number): Promise<void> {
    this.#state = 'stopping'
    const deadline = setTimeout(() => this.#cancelAll(), deadlineMs)
    const patience = Promise.withResolvers<void>()
    const end = setTimeout(patience.resolve, deadlineMs + killMs)
    await Promise.race([this.#allEnded(), patience.promise])
    clearTimeout(deadline)
    clearTimeout(end)
    this.#history.close()
    this.#state = 'closed'
  }

  async #allEnded(): Promise<void> {
    await Promise.all([...this.#active.values()].map(({ record }) => record))
    await this.#programs.ended()
  }

  #cancelAll(): void {
    for (const { live } of this.#active.values()) live.cancel()
    this.#programs.cancelAll()
  }
}

function toStart({ node, nodeId }: NodeRequest, client: ClientId, idempotency: Idempotency | null): RunStart {
  const startedAt = new Date()
  return {
    // The time in the id is that of the record: lists by time are lists by id.
    id: newRunId(startedAt.getTime()),
    client,
    // Nobody has looked at the node yet; one that is none is refused before this is used.
    language: node?.code_language ?? 'python3',
    node: { id: nodeId ?? null, title: node?.title ?? 'Code' },
    startedAt,
    idempotency,
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

/** What listeners do wrong must not change a run. */
function warnOnThrow(call: () => void): void {
  try {
    call()
  } catch (error) {
    process.emitWarning(error instanceof Error ? error : String(error))
  }
}

function notFound(id: string): never {
  throw new CodenodeError('run_not_found', { id })
}

function roundMs(ms: number): number {
  return Math.round(ms * 1000) / 1000
}
