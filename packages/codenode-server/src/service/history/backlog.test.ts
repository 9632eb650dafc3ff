import { expect, test } from 'vitest'
import { buildInterrupted } from '../live/failed-records.ts'
import { oldestToDrop } from './backlog.ts'
import type { PendingRun } from './kept-run.ts'

const isolation = { level: 'landlock+seccomp', layers: {} } as const

function pending(id: string, { isInFile = false, isRunning = false, filler = 0 } = {}): PendingRun {
  const subject = { kind: 'node', language: 'python', node: { id: null, title: '' } } as const
  const start = { id, client: 'local', subject, startedAt: new Date(), idempotency: null, rerunOf: null }
  const end = { record: buildInterrupted(start, isolation), durationMs: 1, trail: null }
  return {
    start,
    request: isInFile ? null : { target: '{}', inputs: 'x'.repeat(filler), standIns: null, secrets: null },
    end: isRunning ? null : end,
    isQueued: false,
  }
}

test.each([
  ['the oldest beyond so many', { runs: 2, characters: 1e6 }, {}, ['a', 'b']],
  ['the oldest beyond so much', { runs: 9, characters: 25_000 }, { filler: 10_000 }, ['a', 'b']],
  ['nothing within the limits', { runs: 4, characters: 1e6 }, {}, []],
  ['no run that goes on', { runs: 0, characters: 0 }, { isRunning: true }, []],
  ['no run whose row says `running`', { runs: 0, characters: 0 }, { isInFile: true }, []],
])('gives up %s', (_, limits, kind, dropped) => {
  expect(
    oldestToDrop(
      ['a', 'b', 'c', 'd'].map((id) => pending(id, kind)),
      limits,
    ),
  ).toEqual(dropped)
})
