import type { RunEvent } from './events.ts'
import type { Language } from './node.ts'
import type { RunRecord, RunStatus } from './record.ts'

/** A run that goes on. Its record takes its place when it has ended. */
export type RunningDocument = Pick<RunRecord, 'id' | 'startedAt' | 'node'> & { status: 'running' }
export type RunDocument = RunRecord | RunningDocument

/**
 * `seq`: 1 for the first event of a run, then one more each; to go on behind an event, pass its `seq` as `after`. Reading
 * again, live or from the history, gives the same numbers.
 */
export type SequencedEvent = { seq: number; event: RunEvent }

export type RunSummary = {
  id: string
  status: 'running' | RunStatus
  startedAt: string
  /** Null while it runs, and where it was interrupted. */
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
