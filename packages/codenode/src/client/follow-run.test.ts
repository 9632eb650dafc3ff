import { expect, test } from 'vitest'
import { waitBeforeTry } from './follow-run.ts'

test('waits grow to a limit, half of each left to chance', () => {
  const waits = [1, 2, 3, 6, 7, 50].map((failed) => [waitBeforeTry(failed, 0), waitBeforeTry(failed, 1)])
  expect(waits).toEqual([
    [125, 250],
    [250, 500],
    [500, 1000],
    [4000, 8000],
    [5000, 10_000],
    [5000, 10_000],
  ])
})
