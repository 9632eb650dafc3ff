import type { Attempt, RunEvent, RunRecord } from 'codenode/contract'
import { expect, test } from 'vitest'
import { afterRunEvent, type RunState, started } from './node-run-state.ts'

const runId = 'run_1'
const usage = { wallMs: 5, queuedMs: 0, cpuMs: 4, peakMemoryBytes: 1 }
const entry = { stream: 'stdout', atMs: 1, text: 'hello\n' } as const
const attempt: Attempt = {
  index: 1,
  status: 'succeeded',
  startedAt: '2026-01-01T00:00:00.000Z',
  durationMs: 5,
  error: null,
  logs: [entry],
  usage,
}
const record: RunRecord = {
  id: runId,
  status: 'succeeded',
  outputs: { a: 1 },
  error: null,
  branch: 'source',
  warnings: [],
  attempts: [attempt],
  logs: [entry],
  usage,
  isolation: { level: 'landlock+seccomp', layers: {} },
  startedAt: attempt.startedAt,
  node: { id: null, title: 'Code' },
}
const logged = { ...entry, attempt: 1 }
const running: RunState & { name: 'running' } = { ...started, runId }

const cases: [string, RunState, RunEvent, RunState][] = [
  [
    'a log is kept with its attempt',
    running,
    { type: 'log', runId, attempt: 1, entry },
    { ...running, logs: [logged] },
  ],
  [
    'a failed try tells the wait before the next',
    running,
    { type: 'attempt', runId, attempt, retryInMs: 100 },
    { ...running, attempts: [attempt], retryInMs: 100 },
  ],
  ['a status changes nothing', running, { type: 'status', runId, status: 'running' }, running],
  [
    'the result ends it, with the logs of all tries',
    running,
    { type: 'result', runId, record },
    { name: 'ended', record, logs: [logged] },
  ],
  [
    'an event before the answer counts',
    started,
    { type: 'result', runId, record },
    { name: 'ended', record, logs: [logged] },
  ],
  ['an event of another run changes nothing', running, { type: 'result', runId: 'run_0', record }, running],
  ['an event after the end changes nothing', { name: 'idle' }, { type: 'result', runId, record }, { name: 'idle' }],
]

test.each(cases)('%s', (_, before, event, after) => {
  expect(afterRunEvent(before, event)).toEqual(after)
})
