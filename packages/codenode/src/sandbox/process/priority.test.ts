import { expect, test } from 'vitest'
import { priorityFor, RunPriority } from './priority.ts'

test.each([
  { cpuMs: 0, busyThreads: 1, priority: 5 },
  { cpuMs: 1000, busyThreads: 4, priority: 5 },
  { cpuMs: 1001, busyThreads: 1, priority: 10 },
  { cpuMs: 0, busyThreads: 5, priority: 13 },
  { cpuMs: 0, busyThreads: 16, priority: 18 },
  { cpuMs: 5000, busyThreads: 5, priority: 18 },
  { cpuMs: 5000, busyThreads: 16, priority: 19 },
  { cpuMs: 0, busyThreads: 22, priority: 19 },
  { cpuMs: 0, busyThreads: 23, priority: 'idle' },
  { cpuMs: 0, busyThreads: 64, priority: 'idle' },
])('a run of $busyThreads busy threads and $cpuMs ms of CPU time has priority $priority', ({ priority, ...load }) => {
  expect(priorityFor(load)).toBe(priority)
})

test('many threads together weigh no more than three ordinary runs', () => {
  // The scheduler's weights: 1024 at 0, a factor of 1.25 for each step, 3 for what runs only when nothing else does.
  const weightOf = (priority: number | 'idle') => (priority === 'idle' ? 3 : 1024 / 1.25 ** priority)
  const usual = weightOf(priorityFor({ cpuMs: 0, busyThreads: 1 }))
  for (let busyThreads = 5; busyThreads <= 256; busyThreads++) {
    const all = busyThreads * weightOf(priorityFor({ cpuMs: 0, busyThreads }))
    expect(all / usual, `${busyThreads} threads`).toBeLessThanOrEqual(3)
  }
})

test('a process that is gone is no fault', () => {
  expect(() => new RunPriority(2 ** 30).adjust(5000, 50)).not.toThrow()
})
