import { expect, test } from 'vitest'
import { eventsOf } from './events-of.ts'
import type { Attempt, RunRecord } from './record.ts'

test('the events of a run in their order; without the waits each attempt reads as the last', () => {
  const usage = { wallMs: 1, queuedMs: 0, cpuMs: 1, peakMemoryBytes: 1 }
  const attempt = (index: number): Attempt => ({
    index,
    status: 'succeeded',
    startedAt: '2026-01-01T00:00:00.000Z',
    durationMs: 1,
    error: null,
    logs: [{ stream: 'stdout', atMs: 0, text: `try ${index}` }],
    usage,
  })
  const [first, second] = [attempt(1), attempt(2)]
  const record: RunRecord = {
    id: 'run_1',
    status: 'succeeded',
    outputs: {},
    error: null,
    branch: 'source',
    warnings: [],
    attempts: [first, second],
    logs: second.logs,
    usage,
    isolation: { level: 'landlock+seccomp', layers: {} },
    startedAt: '2026-01-01T00:00:00.000Z',
    node: { id: null, title: 'Code' },
  }
  const runId = 'run_1'
  expect(eventsOf(record, [250, null])).toEqual([
    { type: 'status', runId, status: 'running' },
    { type: 'log', runId, attempt: 1, entry: first.logs[0] },
    { type: 'attempt', runId, attempt: first, retryInMs: 250 },
    { type: 'log', runId, attempt: 2, entry: second.logs[0] },
    { type: 'attempt', runId, attempt: second, retryInMs: null },
    { type: 'status', runId, status: 'succeeded' },
    { type: 'result', runId, record },
  ])
  expect(eventsOf(record).flatMap((event) => (event.type === 'attempt' ? [event.retryInMs] : []))).toEqual([null, null])
})
