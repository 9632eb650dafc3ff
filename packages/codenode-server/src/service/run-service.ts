import { CodenodeError, isCodenodeError } from 'codenode/internal/contract/error'
import type { FailureCode } from 'codenode/internal/contract/failures'
import type { Execution } from 'codenode/internal/contract/program'
import type { RunRecord } from 'codenode/internal/contract/record'
import { type AnyRecord, isInProgress, isWorkflowRecord } from 'codenode/internal/contract/run-documents'
import type { StandInRequest } from 'codenode/internal/contract/stand-in'
import type { WorkflowRecord } from 'codenode/internal/contract/workflow-record'
import { stringifyLossless } from 'codenode/internal/json/json'
import { recordText } from 'codenode/internal/record/record-text'
import type {
  ClientId,
  ClientUsage,
  NodeRequest,
  ProgramOptions,
  ProgramRequest,
  ReplayRequest,
  RerunRequest,
  RunDocument,
  RunFilter,
  RunPage,
  RunRequestDocument,
  RunSelection,
  RunService,
  RunServiceOptions,
  SequencedEvent,
  ServiceStats,
  StartedRun,
  StartOptions,
  WorkflowRequest,
  WorkflowStartOptions,
} from './api/types.ts'
import { EventLog, lateResult } from './events/event-log.ts'
import { toEvents } from './events/trail.ts'
import { warnOnThrow } from './events/warn-on-throw.ts'
import { History } from './history/history.ts'
import type { EndedRun } from './history/kept-run.ts'
import { Seats } from './limits/seats.ts'
import { Usage } from './limits/usage.ts'
import { type ActiveRun, ActiveRuns } from './live/active-runs.ts'
import { buildInterrupted } from './live/failed-records.ts'
import type { LiveRun } from './live/live-run.ts'
import { Programs } from './requests/programs.ts'
import { asGiven } from './requests/read-workflow.ts'
import { replayWork, rerunWork } from './requests/rerun-work.ts'
import { resumeWork } from './requests/resume-work.ts'
import { nodeWork, type Work, workflowWork } from './requests/work.ts'

/** A run that is cancelled ends in milliseconds; one that has not ended after this is left behind. */
const killMs = 5000

/** An eighth of the heap that Node gives itself on a small machine. */
const defaultMaxBytes = 256 * 2 ** 20

/** Opens the history and takes runs until it is closed. Throws `configuration_invalid` when the history cannot be opened. */
export function createRunService(options: RunServiceOptions): RunService {
  return new SandboxedRunService(options)
}

type EndListener = Parameters<RunService['onEnded']>[0]
type RefusalListener = Parameters<RunService['onRefused']>[0]

/** What refuses load, and nothing that is wrong with a request. */
const refusals: readonly FailureCode[] = ['pool_full', 'too_many_runs', 'service_stopping']

class SandboxedRunService implements RunService {
  readonly #options: RunServiceOptions
  readonly #history: History
  readonly #seats: Seats
  readonly #active: ActiveRuns
  readonly #programs: Programs
  readonly #listeners: EndListener[] = []
  readonly #refusalListeners: RefusalListener[] = []
  readonly #usage = new Usage()
  #state: 'open' | 'stopping' | 'closed' = 'open'
  #isDraining = false
  #closing: Promise<void> | undefined

  constructor(options: RunServiceOptions) {
    const { sandbox, history, maxRuns, maxRunsPerClient, maxRunsOf, maxBytes = defaultMaxBytes, onProblem } = options
    this.#options = options
    this.#seats = new Seats({
      max: maxRuns,
      maxPerClient: maxRunsPerClient ?? maxRuns,
      ...(maxRunsOf ? { maxOf: maxRunsOf } : {}),
      maxBytes,
      maxBytesPerClient: options.maxBytesPerClient ?? maxBytes,
    })
    this.#programs = new Programs(options, this.#seats)
    this.#history = new History({
      ...history,
      onProblem: (problem) => warnOnThrow(() => onProblem?.(problem)),
      toInterrupted: (start) => buildInterrupted(start, sandbox.isolation),
    })
    this.#active = new ActiveRuns({
      sandbox,
      history: this.#history,
      seats: this.#seats,
      onEnded: (record, live) => this.#tellEnded(record, live),
    })
  }

  start(request: NodeRequest, options: StartOptions): StartedRun {
    const { node, inputs, nodeId = null, secrets } = request
    const { outputs = 'declared' } = options
    const toWork = () => nodeWork(request, outputs, this.#options)
    // A node's run has a node's record.
    return this.#take(
      { node, inputs: inputs ?? {}, nodeId, outputs, secrets },
      options,
      toWork,
    ) as StartedRun<RunRecord>
  }

  startWorkflow(request: WorkflowRequest, options: WorkflowStartOptions): StartedRun<WorkflowRecord> {
    const { workflow, inputs, secrets, standIns, standInsFrom } = request
    const toWork = () => workflowWork(request, this.#options, this.#readStandIns(request, options.client))
    const asked = { workflow: asGiven(workflow), inputs: inputs ?? {}, secrets, standIns, standInsFrom }
    // A workflow's run has a workflow's record.
    return this.#take(asked, options, toWork) as StartedRun<WorkflowRecord>
  }

  rerunNode(request: RerunRequest, options: WorkflowStartOptions): StartedRun {
    const { runId: rerun, nodeId, inputs = {}, item = null, secrets } = request
    const toWork = () => rerunWork(request, this.#readPast(rerun, options.client), this.#options)
    // A node's run has a node's record.
    return this.#take({ rerun, nodeId, inputs, item, secrets }, options, toWork) as StartedRun<RunRecord>
  }

  replay(request: ReplayRequest, options: WorkflowStartOptions): StartedRun<WorkflowRecord> {
    const { runId: replay, inputs = {}, secrets, standIns } = request
    const toWork = () => replayWork(request, this.#readPast(replay, options.client), this.#options)
    // A workflow's run has a workflow's record.
    return this.#take({ replay, inputs, secrets, standIns }, options, toWork) as StartedRun<WorkflowRecord>
  }

  readStandInRecord(runId: string, client: ClientId): WorkflowRecord {
    const document = this.get(runId, client)
    if (!isInProgress(document) && isWorkflowRecord(document)) return document
    const found = isInProgress(document) ? 'which is still in progress' : 'a run of a single node'
    const message = `is ${runId}, ${found}; it must be a run of a workflow that has ended.`
    throw new CodenodeError('workflow_invalid', { issues: [{ path: 'standInsFrom', message, node: null }] })
  }

  async runProgram(request: ProgramRequest, options: ProgramOptions): Promise<Execution> {
    return await this.#tellingRefusal(async () => {
      this.#checkOpen()
      const execution = await this.#programs.run(request, options)
      this.#usage.count(options.client, execution.usage, request.code.length)
      return execution
    })
  }

  get(id: string, client: ClientId): RunDocument {
    return this.#findActive(id, client)?.live.document ?? this.#findEnded(id, client).record
  }

  getText(id: string, client: ClientId): string {
    const live = this.#findActive(id, client)?.live
    if (!live) return this.#history.findRecordText(id, client) ?? notFound(id)
    const { document } = live
    return isInProgress(document) ? stringifyLossless(document) : recordText(document)
  }

  request(id: string, client: ClientId): RunRequestDocument {
    this.#checkReadable()
    return this.#history.findRequest(id, client) ?? notFound(id)
  }

  list(filter: RunFilter, client: ClientId): RunPage {
    this.#checkReadable()
    const { runs, nextCursor } = this.#history.list(filter, client)
    const upToDate = runs.map((run) => {
      const live = this.#active.get(run.id)?.live
      return live && run.kind === 'node' ? { ...run, attempts: live.attempts } : run
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
    const { record, trail } = this.#findEnded(id, client)
    return new EventLog(toEvents(record, trail), { isRenumbered: wasLost(record) }).follow(after, signal)
  }

  isAllTold(id: string, client: ClientId, after: number): boolean {
    if (after === 0 || this.#findActive(id, client)) return false
    const { record, trail } = this.#findEnded(id, client)
    return after === lateResult || (after === toEvents(record, trail).length && !wasLost(record))
  }

  async cancel(id: string, client: ClientId): Promise<AnyRecord> {
    const active = this.#findActive(id, client)
    if (!active) return this.#findEnded(id, client).record
    active.live.cancel()
    return await active.record
  }

  async delete(selection: RunSelection, client: ClientId): Promise<number> {
    this.#checkReadable()
    return await this.#history.delete({ ...selection, client })
  }

  get isStopping(): boolean {
    return this.#state !== 'open'
  }

  get isDraining(): boolean {
    return this.#isDraining || this.isStopping
  }

  drain(): void {
    this.#isDraining = true
  }

  resume(): number {
    const queued = this.#history.readQueued()
    for (const run of queued) this.#active.resume(run.start, () => resumeWork(run, this.#options))
    return queued.length
  }

  stats(): ServiceStats {
    return {
      active: this.#seats.taken,
      most: this.#options.maxRuns,
      byClient: this.#seats.byClient,
      usage: this.#usage.byClient,
      history: this.#history.state,
    }
  }

  usage(client: ClientId): ClientUsage {
    return this.#usage.of(client)
  }

  onEnded(listener: EndListener): void {
    this.#listeners.push(listener)
  }

  onRefused(listener: RefusalListener): void {
    this.#refusalListeners.push(listener)
  }

  async close({ deadlineMs = 10_000 }: { deadlineMs?: number } = {}): Promise<void> {
    this.#closing ??= this.#shutDown(deadlineMs)
    await this.#closing
  }

  #take(
    asked: Readonly<Record<string, unknown>>,
    options: WorkflowStartOptions,
    toWork: () => Work,
  ): StartedRun<AnyRecord> {
    try {
      this.#checkOpen()
      return this.#active.start(asked, options, toWork)
    } catch (error) {
      this.#tellRefusal(error)
      throw error
    }
  }

  async #tellingRefusal<Value>(attempt: () => Promise<Value>): Promise<Value> {
    try {
      return await attempt()
    } catch (error) {
      this.#tellRefusal(error)
      throw error
    }
  }

  #tellRefusal(error: unknown): void {
    if (!isCodenodeError(error) || !refusals.includes(error.code)) return
    for (const listener of this.#refusalListeners) warnOnThrow(() => listener(error.code))
  }

  #readStandIns({ standIns, standInsFrom: id }: WorkflowRequest, client: ClientId): StandInRequest {
    return { standIns, standInsFrom: id === undefined ? undefined : this.readStandInRecord(id, client) }
  }

  #readPast(id: string, client: ClientId) {
    return { document: this.get(id, client), request: this.request(id, client) }
  }

  #tellEnded(record: AnyRecord, { start: { client, subject }, requestBytes }: LiveRun): void {
    this.#usage.count(client, record.usage, requestBytes)
    const language = subject.kind === 'node' ? subject.language : null
    for (const listener of this.#listeners) warnOnThrow(() => listener(record, { client, language }))
  }

  #findActive(id: string, client: ClientId): ActiveRun | null {
    this.#checkReadable()
    return this.#active.find(id, client)
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
    this.#active.putBack()
    const deadline = setTimeout(() => this.#endAll(), deadlineMs)
    const patience = Promise.withResolvers<void>()
    const end = setTimeout(patience.resolve, deadlineMs + killMs)
    await Promise.race([this.#allEnded(), patience.promise])
    clearTimeout(deadline)
    clearTimeout(end)
    this.#history.close()
    this.#state = 'closed'
  }

  async #allEnded(): Promise<void> {
    await this.#active.ended()
    await this.#programs.ended()
  }

  #endAll(): void {
    this.#active.interruptAll()
    this.#programs.interruptAll()
  }
}

/** Of a run that was killed with the service: what it had told is gone, so that its last number may be known as something else's. */
function wasLost(record: AnyRecord): boolean {
  const parts = isWorkflowRecord(record) ? record.nodes : record.attempts
  return record.error?.code === 'run_interrupted' && parts.length === 0
}

function notFound(id: string): never {
  throw new CodenodeError('run_not_found', { id })
}
