import { constants } from 'node:os'
import { describe, expect, test } from 'vitest'
import { defaultLimits, toRunLimits } from '../contract/limits.ts'
import { GuardedRun } from './run-guard.ts'
import type { ExecutionOutcome } from './verdict.ts'
import type { Watched } from './watch/run-watch.ts'
import type { Reason } from './watch/table.ts'

const { limits } = toRunLimits(defaultLimits, null)
const mebibyte = 2 ** 20

/** The guard of a run that the watch has ended for a reason, or not at all. */
function guard(reason: Reason | null, runtime: 'python' | 'javascript' = 'python'): GuardedRun {
  // What `judge` asks of it.
  return new GuardedRun({ reason } as Watched, runtime, limits, 0)
}

const returned: ExecutionOutcome = { status: 'returned', resultJson: '{}' }
const threw: ExecutionOutcome = {
  status: 'failed',
  failure: { code: 'code_threw', message: 'm', traceback: null, details: {} },
}
const used = (peak: number, added?: number) => ({ exit: null, cpuMs: 1, peakMemoryBytes: peak, addedBytes: added })
const endOf = (outcome: ExecutionOutcome | undefined) =>
  outcome?.status === 'failed' ? [outcome.failure.code, outcome.failure.details] : [outcome?.status]

describe('what a run came to', () => {
  test.each<[string, Reason | null, ExecutionOutcome | undefined, unknown[]]>([
    ['a result within the limits', null, returned, ['returned']],
    ['nothing, and the watch did not end it', null, undefined, [undefined]],
    [
      'a result of more memory than allowed',
      'memory_exceeded',
      returned,
      ['memory_exceeded', { memoryBytes: limits.memoryBytes }],
    ],
    ['a result of more threads than allowed', 'threads_exceeded', returned, ['threads_exceeded', { threads: 64 }]],
    ['a result that we were late to hear', 'wall_time_exceeded', returned, ['returned']],
    ['a result, and CPU time that threads used later', 'cpu_time_exceeded', returned, ['returned']],
    ['nothing in its time', 'wall_time_exceeded', undefined, ['wall_time_exceeded', { wallMs: limits.wallMs }]],
    ['nothing in its CPU time', 'cpu_time_exceeded', undefined, ['cpu_time_exceeded', { cpuMs: limits.cpuMs }]],
    ['an exception that says more', 'memory_exceeded', threw, ['code_threw', {}]],
    ['the end by its user', 'memory_exceeded', { status: 'cancelled' }, ['cancelled']],
    ['a result that was heard after all', 'held_up', returned, ['returned']],
  ])('%s', (_name, reason, outcome, expected) => {
    expect(endOf(guard(reason).judge(outcome, used(0, 0)))).toEqual(expected)
  })

  test('nothing that we could hear is a failure of the platform', () => {
    expect(() => guard('held_up').judge(undefined, used(0))).toThrow('held up')
  })

  test('a process that ended by itself was not ended by the watch, which may have taken its slow end for something else', () => {
    const ended = (exit: { exitCode: number } | { signal: number }) => ({
      ...used(0, 0),
      exit: { id: 'c1', exitCode: null, signal: null, cpuUs: 0, maxRssKb: 0, ...exit },
    })
    const { SIGKILL, SIGSYS } = constants.signals
    expect(guard('memory_exceeded').judge(undefined, ended({ signal: SIGSYS }))).toBe(undefined)
    expect(guard('memory_exceeded').judge(returned, ended({ exitCode: 0 }))).toBe(returned)
    expect(endOf(guard('memory_exceeded').judge(undefined, ended({ signal: SIGKILL })))[0]).toBe('memory_exceeded')
    expect(endOf(guard('memory_exceeded').judge(returned, ended({ signal: SIGKILL })))[0]).toBe('memory_exceeded')
    // What it held counts as ever.
    const held = { ...ended({ exitCode: 0 }), addedBytes: limits.memoryBytes * 2 }
    expect(endOf(guard('memory_exceeded').judge(returned, held))[0]).toBe('memory_exceeded')
  })

  test.each([
    ['python', 48],
    ['javascript', 32],
  ] as const)('%s: a peak above the limit and what the interpreter takes is no success', (runtime, allowance) => {
    const at = (added: number) =>
      endOf(guard(null, runtime).judge(returned, used(2 ** 40, limits.memoryBytes + added)))[0]
    expect(at(allowance * mebibyte)).toBe('returned')
    expect(at(allowance * mebibyte + 1)).toBe('memory_exceeded')
  })

  test('pages of library files count neither for the verdict nor, above the limit, for the record', () => {
    const scipy = used(limits.memoryBytes + 200 * mebibyte, 60 * mebibyte)
    expect(guard(null).judge(returned, scipy)).toBe(returned)
    expect(guard(null).reportedBytes(scipy)).toBe(limits.memoryBytes)
    // One that had ended before we looked: they are not known.
    expect(guard(null).judge(returned, used(limits.memoryBytes + 200 * mebibyte))).toBe(returned)
    expect(endOf(guard(null).judge(returned, used(limits.memoryBytes * 2)))[0]).toBe('memory_exceeded')
  })
})
