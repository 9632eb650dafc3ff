import type { Language } from 'codenode/internal/contract/node-words'
import type { RunRecord } from 'codenode/internal/contract/record'
import type { AnyRecord, RerunOf, RunRequestDocument } from 'codenode/internal/contract/run-documents'
import type { WorkflowRecord } from 'codenode/internal/contract/workflow-record'
import type { ClientId } from '../api/types.ts'
import type { Trail } from '../events/trail.ts'
import type { Idempotency } from './idempotency.ts'

/** What is run. `language`: null for a node of a workflow that runs no code; `nodes`: how many there are in the workflow. */
export type RunSubject =
  | { kind: 'node'; language: Language | null; node: RunRecord['node'] }
  | { kind: 'workflow'; workflow: WorkflowRecord['workflow']; nodes: number }

/** What is known of a run when it starts. */
export type RunStart = {
  id: string
  client: ClientId
  subject: RunSubject
  startedAt: Date
  idempotency: Idempotency | null
  rerunOf: RerunOf | null
  /** Which outputs the result of a node must have. Default: those that it declares. */
  outputs?: 'declared' | 'any'
}

/** What is known of it when it has ended. `trail`: null where the record alone tells its events; `told`: how many there were. */
export type RunEnd = { record: AnyRecord; durationMs: number | null; trail: Trail | null; told?: number }

/** What was asked for, as JSON. `target`: the node or the workflow; null: no JSON can say it, or it is not kept. */
/** `secrets`: the names of those that are masked; null: none is. */
export type RequestTexts = {
  target: string | null
  inputs: string | null
  standIns: string | null
  secrets: string | null
}

/**
 * A run that waits to be written. `request`: null when the row is there and only the end is missing. `isQueued`: none of its
 * code has begun, and all is kept that it takes to begin it after a restart.
 */
export type PendingRun = { start: RunStart; request: RequestTexts | null; end: RunEnd | null; isQueued: boolean }

/** A run that none has begun before the service stopped. */
export type QueuedRun = { start: RunStart; request: RunRequestDocument }

/** What is read of a run that has ended. */
export type EndedRun = Pick<RunEnd, 'record' | 'trail'>

export type KnownKey = { id: string; requestHash: string }
