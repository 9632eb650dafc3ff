import { CodenodeError } from '../contract/error.ts'
import { buildFailure } from '../contract/failure-values.ts'
import type { Execution, ExecutionFailure, LogEntry, Program, Sandbox, SandboxRunOptions } from '../contract/program.ts'

/**
 * Runs a program once. What the sandbox throws becomes a failure of the platform, so that retries and error strategies
 * apply to it as well.
 */
export async function executeOnce(sandbox: Sandbox, program: Program, options: SandboxRunOptions): Promise<Execution> {
  // A sandbox that fails says nothing of what the program had printed until then.
  const logs: LogEntry[] = []
  const onLog = (entry: LogEntry): void => {
    logs.push(entry)
    options.onLog?.(entry)
  }
  try {
    return await sandbox.run(program, { ...options, onLog })
  } catch (error) {
    const outcome: Execution['outcome'] = options.signal?.aborted
      ? { status: 'cancelled' }
      : { status: 'failed', failure: toPlatformFailure(error) }
    const usage = { wallMs: 0, queuedMs: 0, cpuMs: 0, peakMemoryBytes: 0 }
    return { outcome, logs, usage, isolation: sandbox.isolation }
  }
}

function toPlatformFailure(error: unknown): ExecutionFailure {
  if (error instanceof CodenodeError) return buildFailure(error.code, error.details, { message: error.message })
  return buildFailure('internal_error', { message: error instanceof Error ? error.message : String(error) })
}
