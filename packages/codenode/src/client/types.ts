import type { RunEvent } from '../contract/events.ts'
import type { CodeNodeInput, Language } from '../contract/node.ts'
import type { RunRecord, RunStatus } from '../contract/record.ts'

export type NodeRequest = {
  node: CodeNodeInput
  /** An object with the values of the input variables; bigint keeps its digits. */
  inputs?: Readonly<Record<string, unknown>>
  /** The node's id in its workflow, for the record. */
  nodeId?: string | null
  /** `any`: the result is kept as it is, whatever the node declares. Default: `declared`. */
  outputs?: 'declared' | 'any'
}

export type RequestOptions = { signal?: AbortSignal | undefined }

export type StartOptions = RequestOptions & {
  /**
   * The same key within 24 hours means the same run, so a request that got no answer can be sent again. Such a run goes
   * on when nobody waits for it.
   */
  idempotencyKey?: string
}

export type RunOptions = StartOptions & {
  /** Told what happens while it happens. */
  onEvent?: (event: RunEvent) => void
}

/** A package that code can import; `preloaded`: importing it takes no time. */
export type Package = { name: string; version: string; importNames: string[]; preloaded: boolean }

export type Packages = { python: Package[]; javascript: Package[] }

/** How the service does at the moment. */
export type ServiceStatus = {
  version: string
  uptimeMs: number
  /** Runs that were accepted and have not ended. */
  active: number
  /** Runs that have a process. */
  running: number
  /** Runs in line for one. */
  waiting: number
  /** `lost`: how often the interpreter was restarted. */
  runtimes: Readonly<Record<string, { version: string | null; spares: number; lost: number }>>
  history: { isWritable: boolean; problem: string | null }
}

/** A run that goes on. Its record takes its place when it has ended. */
export type RunningDocument = Pick<RunRecord, 'id' | 'startedAt' | 'node'> & { status: 'running' }
export type RunDocument = RunRecord | RunningDocument

/** `seq`: 1 for the first event of a run, then one more each; to go on behind an event, pass its `seq` as `after`. */
export type SequencedEvent = { seq: number; event: RunEvent }

export type RunSummary = {
  id: string
  status: 'running' | RunStatus
  startedAt: string
  /** Null while it runs. */
  durationMs: number | null
  language: Language
  node: { id: string | null; title: string }
  attempts: number
  error: { code: string; message: string } | null
}

export type RunFilter = {
  status?: RunSummary['status']
  language?: RunSummary['language']
  nodeId?: string
  errorCode?: string
  /** ISO date and time; `after` included, `before` not. */
  startedAfter?: string
  startedBefore?: string
  /** From 1 to 200. Default: 50. */
  limit?: number
  /** `nextCursor` of the page before. */
  cursor?: string
}

/** Newest first. `nextCursor`: null on the last page. */
export type RunPage = { runs: RunSummary[]; nextCursor: string | null }
