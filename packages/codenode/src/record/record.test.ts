import { describe, expect, test } from 'vitest'
import { buildFailure, toRecordError } from '../contract/failure-values.ts'
import type { Attempt } from '../contract/record.ts'
import { buildRecord } from './build-record.ts'
import { newRunId } from './run-id.ts'

const error = toRecordError(buildFailure('code_threw', {}))

function attempt(index: number, ms: number): Attempt {
  return {
    index,
    status: 'failed',
    startedAt: '2026-01-01T00:00:00.000Z',
    durationMs: ms,
    error,
    logs: [{ stream: 'stdout', atMs: 0, text: `try ${index}\n` }],
    usage: { wallMs: ms, queuedMs: 1, cpuMs: ms / 2, peakMemoryBytes: 1000 - ms },
  }
}

const parts = {
  id: 'run_1',
  status: 'failed',
  outputs: null,
  branch: null,
  error,
  warnings: [],
  isolation: { level: 'landlock+seccomp', layers: { landlock: 'abi 7' } },
  startedAt: new Date(0),
  node: { id: null, title: 'Code' },
} as const

describe('buildRecord', () => {
  test('the frame, with the logs of the last attempt and usage over all', () => {
    const attempts = [attempt(1, 10), attempt(2, 30)]
    const record = buildRecord({ ...parts, warnings: [], attempts })
    expect(record).toEqual({
      ...parts,
      attempts,
      logs: [{ stream: 'stdout', atMs: 0, text: 'try 2\n' }],
      usage: { wallMs: 40, queuedMs: 2, cpuMs: 20, peakMemoryBytes: 990 },
      startedAt: '1970-01-01T00:00:00.000Z',
    })
    expect(Object.keys(record)).toEqual(
      'id status outputs error branch warnings attempts logs usage isolation startedAt node'.split(' '),
    )
  })

  test('sums of times are exact to the microsecond', () => {
    const attempts = [attempt(1, 0.1), attempt(2, 0.2)]
    expect(buildRecord({ ...parts, warnings: [], attempts }).usage).toMatchObject({ wallMs: 0.3, cpuMs: 0.15 })
  })

  test('a run without attempts has no logs and no usage', () => {
    expect(buildRecord({ ...parts, warnings: [], attempts: [] })).toMatchObject({
      logs: [],
      usage: { wallMs: 0, queuedMs: 0, cpuMs: 0, peakMemoryBytes: 0 },
    })
  })
})

describe('newRunId', () => {
  test('ids sort by time and are a UUID of version 7', () => {
    const uuid = '00000000-0000-4abc-8def-0123456789ab'
    expect(newRunId(0x0192_0000_0000, uuid)).toBe('run_0192000000007abc8def0123456789ab')
    expect(newRunId()).toMatch(/^run_[\da-f]{12}7[\da-f]{3}[89ab][\da-f]{15}$/)
    expect(newRunId(1_700_000_000_000) < newRunId(1_700_000_000_001)).toBe(true)
    expect(new Set(Array.from({ length: 1000 }, () => newRunId())).size).toBe(1000)
  })
})
