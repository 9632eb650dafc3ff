import { buildFailure } from 'codenode/internal/contract/failure-values'
import type { Execution, LogEntry } from 'codenode/internal/contract/program'
import { expect, test } from 'vitest'
import { toRunResult } from './run-result.ts'

const print = (stream: LogEntry['stream'], text: string): LogEntry => ({ stream, atMs: 0, text })

function toExecution(outcome: Execution['outcome'], more: Partial<Execution> = {}): Execution {
  const usage = { wallMs: 1, queuedMs: 0, cpuMs: 1, peakMemoryBytes: 0 }
  return { outcome, logs: [], usage, isolation: { level: 'namespaces+landlock+seccomp', layers: {} }, ...more }
}

test('each stream is put together, and stderr of a success is no error', () => {
  const logs = [print('stdout', 'a'), print('stderr', 'warning\n'), print('stdout', 'b\n')]
  expect(toRunResult(toExecution({ status: 'exited', exitCode: 0 }, { logs }), 'python')).toEqual({
    stdout: 'ab\n',
    stderr: 'warning\n',
    error: '',
    exit_code: 0,
  })
})

const threw = buildFailure('code_threw', {})
const blocked = buildFailure('operation_blocked', { what: 'connect to example.com:80' })
const said = [print('stderr', 'ValueError: no\n')]
const cut = [print('stdout', 'half')]

test.each([
  ['its own exit code', { status: 'exited', exitCode: 3 }, {}, 3, 'process exited with code 3'],
  ['an exit code past a byte', { status: 'exited', exitCode: -1 }, {}, 255, 'process exited with code 255'],
  [
    'an exception in Python',
    { status: 'exited', exitCode: 1, failure: threw },
    { logs: said },
    255,
    'process exited with code 255\nValueError: no\n',
  ],
  [
    'a blocked operation',
    { status: 'exited', exitCode: 1, failure: blocked },
    { logs: said },
    255,
    `process exited with code 255\nerror: operation not permitted\n${blocked.message}\nValueError: no\n`,
  ],
  [
    'the wall time',
    { status: 'failed', failure: buildFailure('wall_time_exceeded', { wallMs: 500 }) },
    {},
    -1,
    'process exited with code -1\nerror: timeout\nThe code ran longer than 500 ms.',
  ],
  [
    'the CPU time',
    { status: 'failed', failure: buildFailure('cpu_time_exceeded', { cpuMs: 500 }) },
    {},
    -1,
    'process exited with code -1\nerror: timeout\nThe code used more than 500 ms of CPU time.',
  ],
  [
    'memory',
    { status: 'failed', failure: buildFailure('memory_exceeded', { memoryBytes: 2 ** 20 }) },
    {},
    -1,
    'process exited with code -1\nerror: The code needed more memory than allowed (1 MiB).',
  ],
  [
    'a signal',
    { status: 'failed', failure: buildFailure('code_crashed', { signal: 'SIGSEGV' }) },
    {},
    -1,
    'process exited with code -1\nerror: The process of the code was killed by SIGSEGV.',
  ],
  [
    'an end past the interpreter',
    { status: 'failed', failure: buildFailure('code_exited', { exitCode: 4 }) },
    {},
    4,
    'process exited with code 4',
  ],
  [
    'an output that was cut',
    { status: 'exited', exitCode: 0 },
    { logs: cut, cut: ['stdout'] },
    -1,
    'process exited with code -1\nerror: the program printed more than is kept, so its output is not whole',
  ],
] as const)('a program ends by %s', (_name, outcome, more, exitCode, error) => {
  const result = toRunResult(toExecution(outcome, more as Partial<Execution>), 'python')
  expect(result).toMatchObject({ exit_code: exitCode, error })
})

test('an exception in JavaScript keeps the exit code of Node.js', () => {
  const execution = toExecution({ status: 'exited', exitCode: 1, failure: threw }, { logs: said })
  expect(toRunResult(execution, 'javascript')).toMatchObject({
    exit_code: 1,
    error: 'process exited with code 1\nValueError: no\n',
  })
})

test('only the cut of stdout matters: stderr is not part of the result', () => {
  const execution = toExecution({ status: 'exited', exitCode: 0 }, { cut: ['stderr'] })
  expect(toRunResult(execution, 'python')).toMatchObject({ exit_code: 0, error: '' })
})

test.each([
  ['cancelled', { status: 'cancelled' }, 'cancelled'],
  ['a lost sandbox', { status: 'failed', failure: buildFailure('sandbox_lost', {}) }, 'sandbox_lost'],
  ['a result where none is due', { status: 'returned', resultJson: '{}' }, 'internal_error'],
] as const)('what is not the program’s doing is no answer: %s', (_name, outcome, code) => {
  expect(() => toRunResult(toExecution(outcome), 'python')).toThrow(expect.objectContaining({ code }))
})
