import type { FailureCode } from '../../contract/failures.ts'
import type { Execution, Isolation, LogEntry, Program } from '../../contract/program.ts'
import type { SandboxStats } from '../options/running-sandbox.ts'
import type { SandboxSettings } from '../options/sandbox-options.ts'

/** With what a host starts. `folder`: where its socket lies; whoever started the host removes it if the host cannot. */
export type HostData = { options: SandboxSettings; folder: string }

/** To a host. `wantsLogs`: tell of logs as they are printed. */
export type ToHost =
  | { type: 'run'; id: number; program: Program; wantsLogs: boolean }
  | { type: 'cancel'; id: number }
  | { type: 'ping' }
  | { type: 'close' }

/**
 * From a host; what it says in one turn of its event loop travels as one list. An execution travels as JSON text, with the
 * text of its result beside it: copying a text is one copy of memory, copying objects builds each of them anew.
 */
export type FromHost =
  | { type: 'ready'; isolation: Isolation }
  | { type: 'log'; id: number; entry: LogEntry }
  | { type: 'ended'; id: number; executionJson: string; resultJson: string | null }
  | { type: 'refused'; id: number | null; error: SentError }
  | { type: 'stats'; runtimes: SandboxStats['runtimes']; ending: number }
  | { type: 'pong' }

/** A `CodenodeError` as it crosses threads; `null` for the code of anything else. */
export type SentError = { code: FailureCode | null; message: string; details: unknown }

/** What the text of an execution leaves out. */
export function splitExecution(execution: Execution): { executionJson: string; resultJson: string | null } {
  const { outcome } = execution
  if (outcome.status !== 'returned') return { executionJson: JSON.stringify(execution), resultJson: null }
  const executionJson = JSON.stringify({ ...execution, outcome: { status: 'returned' } })
  return { executionJson, resultJson: outcome.resultJson }
}

export function joinExecution(executionJson: string, resultJson: string | null): Execution {
  // Written by `splitExecution`.
  const execution = JSON.parse(executionJson) as Execution
  return resultJson === null ? execution : { ...execution, outcome: { status: 'returned', resultJson } }
}
