import type { FailureCode } from 'codenode/internal/contract/failures'
import type { ServerLimits } from 'codenode/internal/contract/limits'
import type { CodeNodeInput } from 'codenode/internal/contract/node'
import type { Execution, LogEntry, Sandbox } from 'codenode/internal/contract/program'
import type { RunRecord } from 'codenode/internal/contract/record'
import type {
  AnyRecord,
  RunDocument,
  RunFilter,
  RunPage,
  RunRequestDocument,
  RunSelection,
  RunSummary,
  SequencedEvent,
} from 'codenode/internal/contract/run-documents'
import type { WorkflowRecord } from 'codenode/internal/contract/workflow-record'

export type {
  RunDocument,
  RunFilter,
  RunningDocument,
  RunPage,
  RunRequestDocument,
  RunSelection,
  RunSummary,
  SequencedEvent,
} from 'codenode/internal/contract/run-documents'

/**
 * Who asks: `local` where no API key is set, else `key_` and the first 12 hexadecimal digits of the key's SHA-256. Runs
 * belong to the client that started them; for others they do not exist.
 */
export type ClientId = string

/** `secrets`: names of inputs that are masked wherever the run is told of or kept. */
export type NodeRequest = {
  node: CodeNodeInput
  inputs?: unknown
  nodeId?: string | null
  secrets?: readonly string[] | undefined
}

/** `workflow`: a document of the DSL, or its text in YAML; a door has a large text read by `readLargeText` first. */
export type WorkflowRequest = {
  workflow: unknown
  inputs?: unknown
  secrets?: readonly string[] | undefined
  /** What nodes give that are not run, as in `runWorkflow`. */
  standIns?: unknown
  /** The id of a past run, whose outputs stand in for nodes that do not run here. */
  standInsFrom?: string | undefined
}

/**
 * `inputs`: values in place of recorded ones. `read`: the workflow of the run, where its text is large and a door has it read.
 * `item`: of a node inside an iteration; default: the first that failed.
 */
export type RerunRequest = {
  runId: string
  nodeId: string
  inputs?: unknown
  read?: unknown
  item?: number | undefined
  secrets?: readonly string[] | undefined
}
/** `standIns`: in place of those of the past run, or beside them. */
export type ReplayRequest = {
  runId: string
  inputs?: unknown
  standIns?: unknown
  read?: unknown
  secrets?: readonly string[] | undefined
}

/** What is kept of what a run was asked to do. `secrets`: the names of those that are masked in it. */
export type RunRequest = { inputs: unknown; secrets: readonly string[] } & (
  | { node: unknown }
  | { workflow: unknown; standIns?: unknown }
)

export type StartOptions = {
  client: ClientId
  /** Cancels the run. */
  signal?: AbortSignal
  /** As in `runNode`. Default: `declared`. */
  outputs?: 'declared' | 'any'
  /** The same key of the same client within 24 hours means the same run, unless that was interrupted. At most 255 characters. */
  idempotencyKey?: string
  /** The caller is told the id before the run ends: then the run is in the history before `start` returns. */
  persistFirst?: boolean
}

export type WorkflowStartOptions = Omit<StartOptions, 'outputs'>

export type StartedRun<Record extends AnyRecord = RunRecord> = {
  id: string
  /** False: the run of an earlier request with the same idempotency key. */
  isNew: boolean
  /**
   * Resolves when the run has ended and is in the history (or the history cannot be written). Rejects with `service_stopping`
   * alone: where the service stops before the run has begun, and leaves it to the next one.
   */
  record: Promise<Record>
}

export type ProgramRequest = {
  language: 'python' | 'javascript'
  /** A whole program, without `main`: what Dify's sandbox is asked to run. */
  code: string
  /** With them it has a `main`, which is called with them, and whose result is the outcome. */
  inputs?: Readonly<Record<string, unknown>>
}

export type ProgramOptions = { client: ClientId; signal?: AbortSignal; onLog?: (entry: LogEntry) => void }

/** What a client has used since the service started. */
export type ClientUsage = {
  /** Runs and whole programs that have ended. */
  runs: number
  /** Of their code. */
  cpuSeconds: number
  runSeconds: number
  /** What they were asked with: code, documents and inputs, as they are in memory. */
  requestBytes: number
}

export type ServiceStats = {
  /** Runs and programs that were accepted and have not ended. */
  active: number
  /** How many there may be. */
  most: number
  byClient: Readonly<Record<ClientId, number>>
  /** Of each client that has run something since the start. */
  usage: Readonly<Record<ClientId, ClientUsage>>
  /** False when the last write to the history failed; `problem` says why. */
  history: { isWritable: boolean; problem: string | null; bytes: number }
}

/**
 * The runs of a service, which all its doors share: limits per client and in all, live events, history.
 * Everything throws `CodenodeError`: `service_stopping`, and as named below.
 */
export interface RunService {
  /**
   * Starts a Code node. Throws, before anything runs: `node_invalid`, `inputs_invalid`; `pool_full` when the service holds as
   * many runs as it may; `too_many_runs` when this client does; `idempotency_conflict` when the key was used for another
   * request.
   */
  start(request: NodeRequest, options: StartOptions): StartedRun
  /** Starts a workflow, in the same way: `workflow_invalid` in place of `node_invalid`; `run_not_found` for `standInsFrom`. */
  startWorkflow(request: WorkflowRequest, options: WorkflowStartOptions): StartedRun<WorkflowRecord>
  /**
   * Starts one node of a past run of a workflow again, as a run of that node, with the inputs that it had. Throws as `start`,
   * `run_not_found`, and `rerun_refused` when the node cannot be run alone or its inputs are not known.
   */
  rerunNode(request: RerunRequest, options: WorkflowStartOptions): StartedRun
  /** The record of a run whose outputs stand in for nodes. Throws `run_not_found`, and `workflow_invalid` when it has none. */
  readStandInRecord(runId: string, client: ClientId): WorkflowRecord
  /** Starts a past run of a workflow again. Throws as `startWorkflow`, `run_not_found`, `replay_refused`. */
  replay(request: ReplayRequest, options: WorkflowStartOptions): StartedRun<WorkflowRecord>
  /** Runs a whole program once, within the same limits; it is not kept. Rejects with `pool_full`, `too_many_runs`, `code_too_large`. */
  runProgram(request: ProgramRequest, options: ProgramOptions): Promise<Execution>
  /** Throws `run_not_found`. */
  get(id: string, client: ClientId): RunDocument
  /** As `get`, as JSON: what is in the history is not read for it. */
  getText(id: string, client: ClientId): string
  /** What the run was asked to do. Throws `run_not_found`; `inputs` is null where inputs are not kept. */
  request(id: string, client: ClientId): RunRequestDocument
  /** Throws `request_invalid`. While the history cannot be written, runs that are not in it are missing. */
  list(filter: RunFilter, client: ClientId): RunPage
  /**
   * The events after `after` (default 0: all), those to come included; ends behind `result`, which every reader is told, also one
   * that knows later numbers than there are. The slow reader does not hold up the run: it is given what it missed when it comes
   * back. Without `result` it ends where the service stops and leaves the run to the next one. Throws `run_not_found` at once.
   */
  follow(id: string, client: ClientId, options: { after?: number; signal?: AbortSignal }): AsyncIterable<SequencedEvent>
  /** Whether the event `after` is the result of a run that has ended, so that nothing is left to tell. Throws `run_not_found`. */
  isAllTold(id: string, client: ClientId, after: number): boolean
  /** Asks a run to end and waits until it has; one that has ended stays as it is. Throws `run_not_found`. */
  cancel(id: string, client: ClientId): Promise<AnyRecord>
  /**
   * Deletes runs of the client that have ended, for good; gives how many. Those in progress stay. Rejects with `request_invalid`, and
   * with what SQLite says where the history cannot be written.
   */
  delete(selection: RunSelection, client: ClientId): Promise<number>
  /** It takes nothing more. */
  readonly isStopping: boolean
  /** It is about to stop: it still takes runs, but load balancers should send them elsewhere. */
  readonly isDraining: boolean
  drain(): void
  /** Begins the runs that an earlier service had accepted and not begun; gives how many. To be called once, before all else. */
  resume(): number
  stats(): ServiceStats
  /** What a client has used since the start. */
  usage(client: ClientId): ClientUsage
  /** Called after each run with its record, for metrics and logs. */
  onEnded(listener: (record: AnyRecord, info: { client: ClientId; language: RunSummary['language'] }) => void): void
  /** Called when a run or a program is refused because there are too many, or because the service stops. */
  onRefused(listener: (code: FailureCode) => void): void
  /**
   * Accepts nothing more, leaves the runs that wait to the next service, as far as the history holds them, waits for the others
   * up to `deadlineMs` (default 10,000), ends the rest as `run_interrupted`, and closes the history.
   */
  close(options?: { deadlineMs?: number }): Promise<void>
}

export type RunServiceOptions = {
  sandbox: Sandbox
  limits: ServerLimits
  /** `wallMs`: time for a whole workflow; `parallelism`: programs of one workflow at once. Defaults: as `runWorkflow`'s. */
  workflows?: { wallMs?: number | undefined; parallelism?: number | undefined }
  /** Runs and programs that the service holds at once, waiting ones included. */
  maxRuns: number
  /** The same for one client. Default: `maxRuns`. */
  maxRunsPerClient?: number | null
  /** The same for one client, where that is its own. */
  maxRunsOf?: ((client: ClientId) => number | null) | undefined
  /** What the code and inputs of those runs may hold, in bytes of memory. Default: 256 MiB. */
  maxBytes?: number
  /** The same for one client. Default: `maxBytes`. */
  maxBytesPerClient?: number
  history: {
    /** The SQLite file; `:memory:` keeps nothing. */
    file: string
    maxRuns: number
    /** What all runs together may hold there, in MiB. Default: 1024. */
    maxMb?: number
    maxAgeDays: number
    /** Whether inputs are kept. */
    inputs: boolean
  }
  /** Told when the history cannot be written, and when it can be again. */
  onProblem?: (problem: { message: string; isSolved: boolean }) => void
}
