import type { LogEntry } from './program.ts'
import type { Attempt, RunRecord, RunStatus } from './record.ts'

/**
 * What a run tells while it goes on, in this order: `status` running; for each try its `log`s as they are printed and
 * then its `attempt`; `status` with the final status; `result`, always last.
 */
export type RunEvent =
  | { type: 'status'; runId: string; status: 'running' | RunStatus }
  | { type: 'log'; runId: string; attempt: number; entry: LogEntry }
  /** `retryInMs`: another try follows after that time; null: this was the last. */
  | { type: 'attempt'; runId: string; attempt: Attempt; retryInMs: number | null }
  | { type: 'result'; runId: string; record: RunRecord }
