import type { RunEvent } from '../contract/events.ts'
import type { CodeNodeInput } from '../contract/node.ts'

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

export type {
  RunDocument,
  RunFilter,
  RunningDocument,
  RunPage,
  RunSummary,
  SequencedEvent,
} from '../contract/run-documents.ts'
