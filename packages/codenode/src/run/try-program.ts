import { executeOnce } from '../attempt/execute-once.ts'
import { LogShares } from '../attempt/log-shares.ts'
import { maskSandbox } from '../attempt/mask-sandbox.ts'
import { toRetryPolicy } from '../attempt/next-try.ts'
import { type AttemptsResult, runAttempts, type TryResult } from '../attempt/run-attempts.ts'
import type { RunEvent } from '../contract/events.ts'
import { buildFailure } from '../contract/failure-values.ts'
import type { RunLimits } from '../contract/limits.ts'
import { languageOf } from '../contract/node-words.ts'
import type { Execution, LogEntry, Program, RunWarning } from '../contract/program.ts'
import { adviseNoObject } from '../outputs/hints.ts'
import { refuseUndeclared } from '../outputs/refuse-undeclared.ts'
import type { SecretMask } from '../secrets/secret-mask.ts'
import type { PreparedNode } from './prepare-node.ts'
import type { RunNodeOptions } from './run-node-options.ts'

export type TryOptions = Pick<RunNodeOptions, 'sandbox' | 'signal' | 'client'> & {
  /** Hides the secrets of the run. */
  mask: SecretMask | null
  runId: string
  emit: (event: RunEvent) => void
}

/** Runs a program until a try has good outputs, none is left, or the caller cancels. */
export function tryProgram(prepared: PreparedNode, program: Program, options: TryOptions): Promise<AttemptsResult> {
  const { signal, client, runId, emit, mask } = options
  const sandbox = maskSandbox(options.sandbox, mask)
  const policy = toRetryPolicy(prepared.node.retry_config)
  const shares = new LogShares(program.limits.logBytes, policy.maxRetries + 1)
  const tryOnce = async (attempt: number): Promise<TryResult> => {
    const onLog = (entry: LogEntry): void => emit({ type: 'log', runId, attempt, entry })
    const limits = { ...program.limits, logBytes: shares.next() }
    const execution = await executeOnce(sandbox, { ...program, limits }, { signal, onLog, client })
    if (attempt <= policy.maxRetries) shares.spend(execution.logs)
    const end = await toEnd(execution, prepared, program.limits)
    const isRefused = mask && end.status === 'failed' && execution.outcome.status === 'returned'
    const told = isRefused ? { ...end, failure: mask.failure(end.failure) } : end
    return { ...execution, end: withWarnings(told, execution.warnings) }
  }
  return runAttempts(policy, tryOnce, {
    signal,
    onAttempt: (attempt, retryInMs) => emit({ type: 'attempt', runId, attempt, retryInMs }),
  })
}

/** What a try comes to: the code's own end, or that of the check of its outputs. */
async function toEnd(
  { outcome }: Execution,
  { node, readResult }: PreparedNode,
  limits: RunLimits,
): Promise<TryResult['end']> {
  switch (outcome.status) {
    case 'returned': {
      const checked = await readResult(outcome.resultJson, limits)
      if (checked.status === 'refused') return { ...checked, status: 'failed' }
      const failure = refuseUndeclared(node, checked.warnings)
      return failure ? { status: 'failed', failure } : { ...checked, status: 'succeeded' }
    }
    case 'exited':
      return { status: 'failed', failure: buildFailure('code_exited', { exitCode: outcome.exitCode }) }
    case 'failed': {
      const hint = adviseNoObject(outcome.failure, node.outputs, languageOf[node.code_language])
      return hint === undefined ? outcome : { ...outcome, failure: { ...outcome.failure, hint } }
    }
    case 'cancelled':
      return outcome
  }
}

/** What the run noticed comes before what is said of its outputs. */
function withWarnings(end: TryResult['end'], noticed: readonly RunWarning[] | undefined): TryResult['end'] {
  if (noticed === undefined || end.status === 'cancelled') return end
  const warnings = noticed
    .filter((warning) => !repeats(end, warning, noticed))
    .map(({ code, message, details }) => {
      return { code, path: typeof details.path === 'string' ? details.path : 'code', message }
    })
  return { ...end, warnings: [...warnings, ...(end.warnings ?? [])] }
}

/** A run that fails by the only thing that it was refused says it in its error. */
function repeats(end: TryResult['end'], { code, details }: RunWarning, noticed: readonly RunWarning[]): boolean {
  if (end.status !== 'failed' || end.failure.code !== 'operation_blocked' || code !== 'operation_blocked') return false
  return noticed.length === 1 && details.operation === end.failure.details.operation
}
