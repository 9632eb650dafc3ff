import type { Attempt } from 'codenode/contract'

/** A stretch of the time line: a try, or the wait before the next one. */
export type Stretch =
  | { kind: 'attempt'; attempt: Attempt; fromMs: number; durationMs: number }
  | { kind: 'wait'; fromMs: number; durationMs: number }

/** Tries and the waits between them, from the beginning of the first; waits of less than a millisecond are none. */
export function buildTimeline(attempts: readonly Attempt[]): { stretches: Stretch[]; totalMs: number } {
  const stretches: Stretch[] = []
  const begin = Date.parse(attempts[0]?.startedAt ?? '')
  let atMs = 0
  for (const attempt of attempts) {
    // A clock that is set back must not turn the line round.
    const fromMs = Math.max(atMs, Date.parse(attempt.startedAt) - begin)
    if (fromMs - atMs >= 1 && stretches.length > 0) {
      stretches.push({ kind: 'wait', fromMs: atMs, durationMs: fromMs - atMs })
    }
    stretches.push({ kind: 'attempt', attempt, fromMs, durationMs: attempt.durationMs })
    atMs = fromMs + attempt.durationMs
  }
  return { stretches, totalMs: atMs }
}
