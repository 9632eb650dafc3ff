import type { RunEvent } from './events.ts'
import type { Language } from './node-words.ts'
import type { RunRecord, RunStatus, Warning } from './record.ts'
import type { WorkflowEvent } from './workflow-events.ts'
import type { WorkflowRecord, WorkflowStatus } from './workflow-record.ts'

/** What a run is of. */
export const runKinds = ['node', 'workflow'] as const
export type RunKind = (typeof runKinds)[number]

export type AnyRecord = RunRecord | WorkflowRecord
export type AnyEvent = RunEvent | WorkflowEvent

export function isWorkflowRecord(record: AnyRecord): record is WorkflowRecord {
  return 'workflow' in record
}

/** All that was noticed; in a workflow, what its programs noticed with the titles of their nodes. */
export function warningsOf(record: AnyRecord): Warning[] {
  if (!isWorkflowRecord(record)) return record.warnings
  const ofNodes = record.nodes.flatMap(({ title, run }) =>
    (run?.warnings ?? []).map((warning) => ({ ...warning, message: `${title}: ${warning.message}` })),
  )
  return [...record.warnings, ...ofNodes]
}

/**
 * Of a run that has not ended. `queued`: it was accepted, none of its code has begun, and if the service stops before that, the
 * next one begins it.
 */
export const progressStatuses = ['queued', 'running'] as const
export type ProgressStatus = (typeof progressStatuses)[number]

/** A run that has not ended. Its record takes its place when it has. */
export type RunningNode = Pick<RunRecord, 'id' | 'startedAt' | 'node'> & { status: ProgressStatus }
export type RunningWorkflow = Pick<WorkflowRecord, 'id' | 'startedAt' | 'workflow'> & { status: ProgressStatus }
export type RunningDocument = RunningNode | RunningWorkflow

/** Those of workflows have a member `workflow`, those of nodes a member `node`. */
export type RunDocument = AnyRecord | RunningDocument

export function isInProgress(document: RunDocument): document is RunningDocument {
  return document.status === 'queued' || document.status === 'running'
}

/**
 * `seq`: 1 for the first event of a run, then one more each; to go on behind an event, pass its `seq` as `after`. Reading
 * again, live or from the history, gives the same numbers. Numbers are passed over where a workflow told more inside its
 * iterations than is kept.
 */
export type SequencedEvent<Event extends AnyEvent = AnyEvent> = { seq: number; event: Event }

/** `nodeId`: the node that was run again; null: the whole run. */
export type RerunOf = { runId: string; nodeId: string | null }

type AnySummary = {
  id: string
  status: ProgressStatus | RunStatus | WorkflowStatus
  startedAt: string
  /** Null while it runs, and where it was interrupted. */
  durationMs: number | null
  error: { code: string; message: string } | null
  /** The run that this one repeats; null: none. */
  rerunOf: RerunOf | null
}

export type NodeSummary = AnySummary & {
  kind: 'node'
  /** Null: a node of a workflow that runs no code was run again. */
  language: Language | null
  node: { id: string | null; title: string }
  attempts: number
}

export type WorkflowSummary = AnySummary & {
  kind: 'workflow'
  language: null
  workflow: WorkflowRecord['workflow']
  /** Nodes of the workflow, those inside iterations included. */
  nodes: number
}

export type RunSummary = NodeSummary | WorkflowSummary

export type RunFilter = {
  kind?: RunKind
  status?: RunSummary['status']
  language?: Language
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

/**
 * What a run was asked to do. `inputs`: null where they are not kept; `standIns`: missing where there are none. `secrets`: the
 * names of those that are masked in it, as inputs are called that give them anew.
 */
export type RunRequestDocument = { inputs: unknown; rerunOf: RerunOf | null; secrets: string[] } & (
  | { node: unknown }
  /** As it was given: the document, or its text in YAML; the document where secrets are masked in it. */
  | { workflow: unknown; standIns?: unknown }
)

/** Which runs: those that fit all that is named, and at least one thing is. */
export type RunSelection = {
  ids?: readonly string[] | undefined
  /** An ISO date and time: those that started before. */
  startedBefore?: string | undefined
  all?: true | undefined
}
