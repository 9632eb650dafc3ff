import type { Attempt } from 'codenode/contract'
import { expect, test } from 'vitest'
import { buildTimeline } from './timeline.ts'

const attemptAt = (index: number, startMs: number, durationMs: number): Attempt => ({
  index,
  status: 'succeeded',
  startedAt: new Date(1_700_000_000_000 + startMs).toISOString(),
  durationMs,
  error: null,
  logs: [],
  usage: { wallMs: 0, queuedMs: 0, cpuMs: 0, peakMemoryBytes: 0 },
})

test('tries stand in order with the waits between them', () => {
  const [first, second, third] = [attemptAt(1, 0, 20), attemptAt(2, 120, 30), attemptAt(3, 150, 10)]
  expect(buildTimeline([first, second, third])).toEqual({
    stretches: [
      { kind: 'attempt', attempt: first, fromMs: 0, durationMs: 20 },
      { kind: 'wait', fromMs: 20, durationMs: 100 },
      { kind: 'attempt', attempt: second, fromMs: 120, durationMs: 30 },
      { kind: 'attempt', attempt: third, fromMs: 150, durationMs: 10 },
    ],
    totalMs: 160,
  })
})

test('a clock that is set back does not turn the line round', () => {
  const [first, second] = [attemptAt(1, 50, 20), attemptAt(2, 0, 10)]
  expect(buildTimeline([first, second]).stretches.map(({ fromMs }) => fromMs)).toEqual([0, 20])
})

test('no try makes no line', () => {
  expect(buildTimeline([])).toEqual({ stretches: [], totalMs: 0 })
})
