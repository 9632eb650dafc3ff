import { expect, test } from 'vitest'
import { oomScoreOfRuns, raiseOomScore } from './oom-score.ts'

test.each([
  [0, 800],
  [-900, 800],
  [500, 800],
  [700, 900],
  [999, 1000],
  [1000, 1000],
])('runs of a service with a score of %d have %d', (ofTheService, ofRuns) => {
  expect(oomScoreOfRuns(ofTheService)).toBe(ofRuns)
})

test('a process that is gone is no fault', () => {
  expect(() => raiseOomScore(2 ** 30)).not.toThrow()
})
