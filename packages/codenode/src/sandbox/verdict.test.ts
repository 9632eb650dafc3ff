import { describe, expect, test } from 'vitest'
import { buildFailure } from '../contract/failure-values.ts'
import { defaultLimits, toRunLimits } from '../contract/limits.ts'
import type { LogStream } from '../contract/program.ts'
import type { RuntimeName } from '../contract/runtime-name.ts'
import { frameTypes } from './frames.ts'
import { type Ended, explainEnd, readFinalFrame, reconsider } from './verdict.ts'

const { limits } = toRunLimits(defaultLimits, null)
const exit = { id: 'c', exitCode: null, signal: null, cpuUs: 0, maxRssKb: 0 }

function read(type: number, payload: string | Buffer, mode: 'main' | 'script' = 'main') {
  const outcome = readFinalFrame({ type, payload: Buffer.from(payload) }, mode, limits)
  return outcome.status === 'failed' ? { status: 'failed', code: outcome.failure.code } : outcome
}

describe('the final frame of a run', () => {
  test.each([
    ['a result', frameTypes.result, '{"a":1}', 'main', { status: 'returned', resultJson: '{"a":1}' }],
    ['an exit of a script', frameTypes.exit, '{"exitCode":3}', 'script', { status: 'exited', exitCode: 3 }],
    [
      'an exit by an exception',
      frameTypes.exit,
      '{"exitCode":1,"failure":{"code":"code_threw","message":"m"}}',
      'script',
      { status: 'exited', exitCode: 1, failure: buildFailure('code_threw', {}, { message: 'm' }) },
    ],
    [
      'an exit with a failure that cannot be read',
      frameTypes.exit,
      '{"exitCode":1,"failure":7}',
      'script',
      { status: 'failed', code: 'result_malformed' },
    ],
    [
      'a failure',
      frameTypes.failure,
      '{"code":"syntax_error","message":"m"}',
      'main',
      { status: 'failed', code: 'syntax_error' },
    ],
    [
      'a code that runs may not report',
      frameTypes.failure,
      '{"code":"pool_full","message":"m"}',
      'main',
      { status: 'failed', code: 'code_threw' },
    ],
    [
      'an unknown code',
      frameTypes.failure,
      '{"code":"nonsense","message":"m"}',
      'main',
      { status: 'failed', code: 'code_threw' },
    ],
    ['a failure that is no JSON', frameTypes.failure, '{', 'main', { status: 'failed', code: 'result_malformed' }],
    [
      'a failure without a message',
      frameTypes.failure,
      '{"code":"code_threw"}',
      'main',
      { status: 'failed', code: 'result_malformed' },
    ],
    [
      'a message past its length',
      frameTypes.failure,
      JSON.stringify({ code: 'code_threw', message: 'x'.repeat(30_000) }),
      'main',
      { status: 'failed', code: 'result_malformed' },
    ],
    [
      'a result that is not UTF-8',
      frameTypes.result,
      Buffer.from([0x22, 0xff, 0x22]),
      'main',
      { status: 'failed', code: 'result_malformed' },
    ],
    ['a result of a script', frameTypes.result, '{}', 'script', { status: 'failed', code: 'result_malformed' }],
    [
      'an exit where a result is due',
      frameTypes.exit,
      '{"exitCode":0}',
      'main',
      { status: 'failed', code: 'result_malformed' },
    ],
    ['a second greeting', frameTypes.hello, '{}', 'main', { status: 'failed', code: 'result_malformed' }],
    ['a type that nobody knows', 99, '{}', 'main', { status: 'failed', code: 'result_malformed' }],
  ] as const)('%s is read as what it is', (_name, type, payload, mode, expected) => {
    expect(read(type, payload, mode)).toEqual(expected)
  })
})

describe('a process that ended without a word', () => {
  type Case = [string, Partial<Ended['exit']>, Partial<Ended>, string, RuntimeName?]
  const half = { peakMemoryBytes: limits.memoryBytes * 0.55 }
  test.each<Case>([
    ['by itself', { exitCode: 3 }, {}, 'code_exited'],
    ['by a crash', { signal: 11 }, {}, 'code_crashed'],
    ['by the kernel at its CPU limit', { signal: 9, cpuUs: limits.cpuMs * 1000 }, {}, 'cpu_time_exceeded'],
    [
      'by a crash near its memory limit',
      { signal: 11 },
      { peakMemoryBytes: limits.memoryBytes * 0.8 },
      'memory_exceeded',
    ],
    ['by a crash at half of its limit', { signal: 11 }, half, 'code_crashed'],
    // What V8 asks for when it compiles, and does not get, is not in the peak.
    ...[4, 5, 6, 11].map(
      (signal) =>
        [
          `by V8 with signal ${signal} at half of its limit`,
          { signal },
          half,
          'memory_exceeded',
          'javascript',
        ] satisfies Case,
    ),
    [
      'by V8 with much left',
      { signal: 5 },
      { peakMemoryBytes: limits.memoryBytes * 0.4 },
      'code_crashed',
      'javascript',
    ],
    ['by a kill at half of its limit', { signal: 9 }, half, 'code_crashed', 'javascript'],
  ])('%s fails under the right name', (_name, how, figures, code, runtime = 'python') => {
    const ended = { exit: { ...exit, ...how }, cpuMs: 0, peakMemoryBytes: 0, ...figures }
    expect(explainEnd({ ended, limits, runtime, logs: [] }).code).toBe(code)
  })
})

describe('a process that says it is out of memory', () => {
  const said = 'FATAL ERROR: CALL_AND_RETRY_LAST Allocation failed - JavaScript heap out of memory'
  const crash = (text: string, runtime: RuntimeName, stream: LogStream = 'stderr') => {
    const ended = { exit: { ...exit, signal: 11 }, cpuMs: 0, peakMemoryBytes: 0 }
    return explainEnd({ ended, limits, runtime, logs: [{ stream, atMs: 1, text }] }).code
  }

  test('has failed of it, however little it had', () => {
    expect(crash(`\n<--- Last few GCs --->\n${said}\n`, 'javascript')).toBe('memory_exceeded')
    expect(crash('# Fatal process out of memory: Zone', 'javascript')).toBe('memory_exceeded')
  })

  test('is believed on stderr, and of V8 alone', () => {
    expect(crash(said, 'javascript', 'stdout')).toBe('code_crashed')
    expect(crash(said, 'python')).toBe('code_crashed')
    expect(crash('out of memory', 'javascript')).toBe('code_crashed')
  })
})

describe('a thread that cannot start', () => {
  const outcome = {
    status: 'failed',
    failure: { code: 'threads_exceeded', message: 'm', traceback: 't', details: { line: 3 } },
  } as const

  test.each([
    ['lacks memory where the run has used nearly all of it', 0.9, 'memory_exceeded'],
    ['is one too many otherwise', 0.1, 'threads_exceeded'],
  ])('%s', (_name, used, code) => {
    const ended: Ended = { exit: null, cpuMs: 1, peakMemoryBytes: limits.memoryBytes * used }
    const seen = reconsider(outcome, ended, limits)
    expect(seen).toMatchObject({ status: 'failed', failure: { code, traceback: 't', details: { line: 3 } } })
  })
})
