import { describe, expect, test } from 'vitest'
import { buildFailure } from '../contract/failure-values.ts'
import { failureCodes, failures } from '../contract/failures.ts'
import type { Isolation } from '../contract/program.ts'
import { nextTry, toRetryPolicy } from './next-try.ts'
import { runAttempts, type TryResult } from './run-attempts.ts'

const isolation: Isolation = { level: 'namespaces+landlock+seccomp', layers: {} }
const usage = { wallMs: 1, queuedMs: 0, cpuMs: 1, peakMemoryBytes: 1 }
const threw = { status: 'failed', failure: buildFailure('code_threw', {}) } as const
const succeeded: TryResult['end'] = { status: 'succeeded', outputs: { n: 1 }, warnings: [] }

/** Tries that end as given, one after the other, and the times at which they began. */
function script(...ends: TryResult['end'][]) {
  const began: number[] = []
  const tryOnce = (attempt: number): Promise<TryResult> => {
    began.push(performance.now())
    const end = ends[attempt - 1]
    if (!end) throw new Error(`unexpected try ${attempt}`)
    return Promise.resolve({ end, logs: [], usage, isolation })
  }
  return { tryOnce, began }
}

describe('nextTry', () => {
  const policy = { maxRetries: 2, waitMs: 7 }

  test.each([
    [1, { waitMs: 7 }],
    [2, { waitMs: 7 }],
    [3, { stop: 'attempts_used_up' }],
  ])('total tries are 1 + max_retries: after try %i', (attempt, next) => {
    expect(nextTry(policy, { code: 'code_threw' }, attempt)).toEqual(next)
  })

  test.each(failureCodes)('after %s another try follows as the catalogue says', (code) => {
    expect(nextTry(policy, { code }, 1)).toEqual(failures[code].retry ? { waitMs: 7 } : { stop: 'not_retryable' })
  })

  test('retries are off unless they are enabled', () => {
    expect(toRetryPolicy(undefined)).toEqual({ maxRetries: 0, waitMs: 0 })
    expect(toRetryPolicy({ retry_enabled: false, max_retries: 3, retry_interval: 100 })).toEqual({
      maxRetries: 0,
      waitMs: 100,
    })
    expect(toRetryPolicy({ retry_enabled: true, max_retries: 3, retry_interval: 100 })).toEqual({
      maxRetries: 3,
      waitMs: 100,
    })
  })
})

describe('runAttempts', () => {
  test('waits after a failed try that is followed by another, and never after the last', async () => {
    const { tryOnce, began } = script(threw, threw)
    const told: (number | null)[] = []
    let hasWaitedAfterTheLast = false
    const result = await runAttempts({ maxRetries: 1, waitMs: 120 }, tryOnce, {
      onAttempt: (_, retryInMs) => {
        told.push(retryInMs)
        // A wait of the same length that begins after this one ends after it, however slow the machine is.
        if (retryInMs === null) setTimeout(() => (hasWaitedAfterTheLast = true), 120).unref()
      },
    })

    expect(result.end).toEqual(threw)
    expect(told).toEqual([120, null])
    expect((began[1] ?? 0) - (began[0] ?? 0)).toBeGreaterThanOrEqual(119)
    expect(hasWaitedAfterTheLast).toBe(false)
  })

  test('each attempt is kept; a success after a retry is a success', async () => {
    const { tryOnce } = script(threw, succeeded)
    const { end, attempts } = await runAttempts({ maxRetries: 3, waitMs: 0 }, tryOnce)
    expect(end).toEqual(succeeded)
    expect(attempts).toMatchObject([
      { index: 1, status: 'failed', error: { code: 'code_threw', type: 'CodeExecutionError', blame: 'code' }, usage },
      { index: 2, status: 'succeeded', error: null, usage },
    ])
  })

  test('what cannot change is not retried', async () => {
    const { tryOnce } = script({ status: 'failed', failure: buildFailure('syntax_error', {}) })
    expect((await runAttempts({ maxRetries: 5, waitMs: 5000 }, tryOnce)).attempts).toHaveLength(1)
  })

  test('a cancel during the wait ends it at once and keeps the attempts', async () => {
    const { tryOnce } = script(threw)
    const caller = new AbortController()
    // An hour: only the cancel can end it.
    const result = await runAttempts({ maxRetries: 5, waitMs: 3_600_000 }, tryOnce, {
      signal: caller.signal,
      onAttempt: () => setImmediate(() => caller.abort()),
    })
    expect(result).toMatchObject({
      end: { status: 'cancelled', failure: { code: 'cancelled' } },
      attempts: [{ status: 'failed' }],
    })
  })

  test('a cancel before the first try runs nothing', async () => {
    const result = await runAttempts({ maxRetries: 5, waitMs: 0 }, script().tryOnce, { signal: AbortSignal.abort() })
    expect(result).toMatchObject({ end: { status: 'cancelled' }, attempts: [], isolation: null })
  })

  test('a cancelled try is the last', async () => {
    const { tryOnce } = script({ status: 'cancelled' })
    const { end, attempts } = await runAttempts({ maxRetries: 5, waitMs: 0 }, tryOnce)
    expect(end.status).toBe('cancelled')
    expect(attempts).toMatchObject([{ status: 'cancelled', error: { code: 'cancelled' } }])
  })
})
