import { setTimeout as wait } from 'node:timers/promises'
import { buildFailure, toRecordError } from '../contract/failure-values.ts'
import type { ExecutionFailure, Isolation, LogEntry, Usage } from '../contract/program.ts'
import type { Attempt, Warning } from '../contract/record.ts'
import type { LazyOutputs, Outputs } from '../values/lazy-outputs.ts'
import { nextTry, type RetryPolicy } from './next-try.ts'

/** How one try ended: the code ran and its outputs were checked, or it went wrong on the way. */
export type TryResult = {
  end:
    | { status: 'succeeded'; outputs: Outputs | LazyOutputs; warnings: Warning[] }
    | { status: 'failed'; failure: ExecutionFailure; warnings?: Warning[] }
    | { status: 'cancelled' }
  logs: LogEntry[]
  usage: Usage
  isolation: Isolation
}

/** How all tries together ended. `isolation` is that of the last try, null if there was none. */
export type AttemptsResult = {
  end: Exclude<TryResult['end'], { status: 'cancelled' }> | { status: 'cancelled'; failure: ExecutionFailure }
  attempts: Attempt[]
  isolation: Isolation | null
}

export type AttemptsOptions = {
  signal?: AbortSignal | undefined
  /** Called after each try; `retryInMs` is null after the last. */
  onAttempt?: ((attempt: Attempt, retryInMs: number | null) => void) | undefined
}

/**
 * Tries until one succeeds, none is left, or the caller cancels; a cancel during the wait ends it at once.
 * `tryOnce` gets the number of the try, from 1.
 */
export async function runAttempts(
  policy: RetryPolicy,
  tryOnce: (attemptNumber: number) => Promise<TryResult>,
  { signal, onAttempt }: AttemptsOptions = {},
): Promise<AttemptsResult> {
  const attempts: Attempt[] = []
  let isolation: Isolation | null = null
  while (!signal?.aborted) {
    const startedAt = new Date()
    const startMs = performance.now()
    const result = await tryOnce(attempts.length + 1)
    const attempt = buildAttempt(attempts.length + 1, startedAt, performance.now() - startMs, result)
    attempts.push(attempt)
    isolation = result.isolation

    const { end } = result
    const next = end.status === 'failed' ? nextTry(policy, end.failure, attempt.index) : null
    onAttempt?.(attempt, next && 'waitMs' in next ? next.waitMs : null)
    if (end.status === 'cancelled') break
    if (!next || 'stop' in next) return { end, attempts, isolation }
    await waitUnlessAborted(next.waitMs, signal)
  }
  return { end: { status: 'cancelled', failure: buildFailure('cancelled', {}) }, attempts, isolation }
}

function buildAttempt(index: number, startedAt: Date, durationMs: number, { end, logs, usage }: TryResult): Attempt {
  return {
    index,
    ...toAttemptEnd(end, { startedAt: startedAt.toISOString(), durationMs: Math.round(durationMs * 1000) / 1000 }),
    logs,
    usage,
  }
}

function toAttemptEnd(end: TryResult['end'], times: Pick<Attempt, 'startedAt' | 'durationMs'>) {
  if (end.status === 'succeeded') return { status: end.status, ...times, error: null } as const
  const failure = end.status === 'cancelled' ? buildFailure('cancelled', {}) : end.failure
  return { status: end.status, ...times, error: toRecordError(failure) } as const
}

async function waitUnlessAborted(waitMs: number, signal: AbortSignal | undefined): Promise<void> {
  if (waitMs === 0) return
  try {
    await wait(waitMs, undefined, signal ? { signal } : {})
  } catch (error) {
    // Aborted: the loop sees it. Nothing else makes a timer fail.
    if (!signal?.aborted) throw error
  }
}
