import { expect, test } from 'vitest'
import { filterLines, type LogFilter, noFilter } from './log-filter.ts'

const lines = (
  [
    ['stdout', 'DEBUG: a', 0],
    ['stdout', 'b', 5],
    ['stderr', 'INFO: c', 10],
    ['stderr', 'WARNING: d', 20],
    ['stdout', 'ERROR: e', 30],
  ] as const
).map(([stream, text, atMs], index) => ({ stream, text, atMs, attempt: 1, key: String(index) }))

test.each<[Partial<LogFilter>, string]>([
  [{}, 'abcde'],
  [{ stream: 'stderr' }, 'cd'],
  [{ level: 'info' }, 'cde'],
  [{ level: 'warning' }, 'de'],
  [{ level: 'error', stream: 'stderr' }, ''],
  [{ fromMs: 10 }, 'cde'],
])('the filter %j leaves %j', (filter, expected) => {
  const left = filterLines(lines, { ...noFilter, ...filter })
  expect(left.map(({ text }) => text.slice(-1)).join('')).toBe(expected)
})
