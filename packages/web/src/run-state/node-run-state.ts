import { ApiError } from 'codenode/client'
import type { Attempt, Issue, LogEntry, RunEvent, RunRecord } from 'codenode/contract'

/** What was printed at once, with the attempt that printed it; `source`: the node, where there are several. */
export type LoggedEntry = LogEntry & { attempt: number; source?: string }

/** A test run, as the panel shows it. */
export type RunState =
  | { name: 'idle' }
  /** What comes before the node is run first. `title`: the node that runs now; null until it is known. */
  | { name: 'preparing'; title: string | null }
  | {
      name: 'running'
      /** Null until the service has answered. */
      runId: string | null
      logs: readonly LoggedEntry[]
      /** The tries that have ended. */
      attempts: readonly Attempt[]
      /** The wait before the next try; null while one goes on. */
      retryInMs: number | null
    }
  | { name: 'ended'; record: RunRecord; logs: readonly LoggedEntry[] }
  /** The service did not take the run, or could not be reached. */
  | { name: 'refused'; message: string; issues: readonly Issue[] }

export const started = {
  name: 'running',
  runId: null,
  logs: [],
  attempts: [],
  retryInMs: null,
} as const satisfies RunState

export function isUnderWay({ name }: RunState): boolean {
  return name === 'preparing' || name === 'running'
}

/** The state after an event of the run. What comes late, when another run was begun or this one has ended, changes nothing. */
export function afterRunEvent(state: RunState, event: RunEvent): RunState {
  if (state.name !== 'running' || (state.runId !== null && state.runId !== event.runId)) return state
  switch (event.type) {
    case 'status':
      return state
    case 'log':
      return {
        ...state,
        retryInMs: null,
        logs: [...state.logs, { ...event.entry, attempt: event.attempt }],
      }
    case 'attempt':
      return { ...state, attempts: [...state.attempts, event.attempt], retryInMs: event.retryInMs }
    case 'result':
      return endedWith(event.record)
  }
}

export function endedWith(record: RunRecord): RunState {
  return { name: 'ended', record, logs: logsOf(record) }
}

export function refusedBy(error: unknown): RunState {
  const message = error instanceof Error ? error.message : String(error)
  return { name: 'refused', message, issues: error instanceof ApiError ? error.issues : [] }
}

/** What all tries printed, in order. */
export function logsOf(record: RunRecord): LoggedEntry[] {
  return record.attempts.flatMap(({ index, logs }) => logs.map((entry) => ({ ...entry, attempt: index })))
}
