import { expect, test } from 'vitest'
import type { RunRecord } from '../contract/record.ts'
import type { WorkflowRecord } from '../contract/workflow-record.ts'
import { stringifyLossless } from '../json/json.ts'
import { LazyOutputs } from '../values/lazy-outputs.ts'
import { eventText, holdLazyOutputs, recordText, writeRecordAhead } from './record-text.ts'

// Only what is written matters here, not what the members mean.
const run = (id: string) =>
  ({
    id,
    status: 'succeeded',
    outputs: null,
    error: null,
    warnings: [{ message: '"outputs":null' }],
  }) as unknown as RunRecord

test('outputs that are held as text stand in the record as they are, and are parsed when they are looked at', () => {
  const record = holdLazyOutputs(run('run_1'), new LazyOutputs('{"n":12345678901234567890,"t":"$& $1"}'))
  const expected =
    '{"id":"run_1","status":"succeeded","outputs":{"n":12345678901234567890,"t":"$& $1"},"error":null,"warnings":[{"message":"\\"outputs\\":null"}]}'
  expect(recordText(record)).toBe(expected)
  expect(eventText({ type: 'result', runId: 'run_1', record })).toBe(
    `{"type":"result","runId":"run_1","record":${expected}}`,
  )
  expect(record.outputs).toEqual({ n: 12345678901234567890n, t: '$& $1' })
  expect(stringifyLossless(record)).toBe(expected)
})

test('a long record of a workflow is written in turns, once for all who ask, and is the same text', async () => {
  const large = holdLazyOutputs(run('run_2'), new LazyOutputs(JSON.stringify({ rows: Array(200_000).fill('x') })))
  const record = { id: 'run_3', status: 'succeeded', nodes: [{ id: 'a', outputs: large.outputs, run: large }] }
  let turns = 0
  const counter = setInterval(() => turns++)
  await Promise.all([1, 2].map(() => writeRecordAhead(record as unknown as WorkflowRecord)))
  clearInterval(counter)
  expect(turns).toBeGreaterThan(2)
  expect(recordText(record as unknown as WorkflowRecord)).toBe(stringifyLossless(record))
})
