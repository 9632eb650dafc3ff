import { describe, expect, test } from 'vitest'
import { CodenodeError } from '../contract/error.ts'
import type { RunEvent } from '../contract/events.ts'
import { buildFailure } from '../contract/failure-values.ts'
import { failures } from '../contract/failures.ts'
import { defaultLimits } from '../contract/limits.ts'
import type { CodeNodeInput } from '../contract/node.ts'
import type { Execution, Program, Sandbox } from '../contract/program.ts'
import { runRecordSchema } from '../contract/record.ts'
import { runNode } from './run-node.ts'
import type { RunNodeOptions } from './run-node-options.ts'

const isolation = { level: 'namespaces+landlock+seccomp', layers: { landlock: 'abi 7' } } as const
const usage = { wallMs: 2, queuedMs: 1, cpuMs: 1, peakMemoryBytes: 4096 }

type Step = Execution['outcome'] | Error | ((signal: AbortSignal | undefined) => Promise<Execution['outcome']>)

/** A double of the seam: each run ends as the next step says. What real sandboxes do is tested with real ones. */
function scripted(...steps: Step[]) {
  const programs: Program[] = []
  const sandbox: Sandbox = {
    isolation,
    async run(program, { signal, onLog } = {}) {
      programs.push(program)
      const step = steps.shift()
      if (!step) throw new Error('one run too many')
      if (step instanceof Error) throw step
      const entry = { stream: 'stdout', atMs: 1, text: `run ${programs.length}\n` } as const
      onLog?.(entry)
      const outcome = typeof step === 'function' ? await step(signal) : step
      return { outcome, logs: [entry], usage, isolation }
    },
    close: () => Promise.resolve(),
  }
  return { sandbox, programs }
}

const node: CodeNodeInput = {
  type: 'code',
  title: 'Sum',
  code: 'def main(a): return {"n": a}',
  variables: [{ variable: 'a', value_selector: ['start', 'a'] }],
  outputs: { n: { type: 'number' } },
}
const retrying = { ...node, retry_config: { retry_enabled: true, max_retries: 2, retry_interval: 0 } }
const returned = (resultJson: string): Step => ({ status: 'returned', resultJson })
const threw: Step = {
  status: 'failed',
  failure: buildFailure('code_threw', {}, { message: 'ValueError: x', traceback: 'Traceback' }),
}

async function run(
  settings: CodeNodeInput,
  steps: Step[],
  options: Partial<RunNodeOptions> = {},
  inputs: unknown = { a: 1 },
) {
  const { sandbox, programs } = scripted(...steps)
  const events: RunEvent[] = []
  const record = await runNode(settings, inputs, { sandbox, onEvent: (event) => events.push(event), ...options })
  expect(runRecordSchema.parse(record)).toEqual(record)
  return { record, programs, events }
}

describe('runNode', () => {
  test('a success gives the whole record', async () => {
    const { record, programs } = await run(node, [returned('{"n":9007199254740993,"extra":1}')], {
      nodeId: '1711',
      runId: 'run_x',
    })
    expect(record).toEqual({
      id: 'run_x',
      status: 'succeeded',
      outputs: { n: 9007199254740993n },
      error: null,
      branch: 'source',
      warnings: [expect.objectContaining({ code: 'output_undeclared', path: 'outputs.extra' })],
      attempts: [
        {
          index: 1,
          status: 'succeeded',
          startedAt: expect.stringMatching(/^\d{4}-.*Z$/) as string,
          durationMs: expect.any(Number) as number,
          error: null,
          logs: [{ stream: 'stdout', atMs: 1, text: 'run 1\n' }],
          usage,
        },
      ],
      logs: [{ stream: 'stdout', atMs: 1, text: 'run 1\n' }],
      usage,
      isolation,
      startedAt: expect.stringMatching(/^\d{4}-.*Z$/) as string,
      node: { id: '1711', title: 'Sum' },
    })
    expect(programs).toMatchObject([{ language: 'python', mode: 'main', inputsJson: '{"a":1}', inputNames: ['a'] }])
  })

  test('a success after a retry is a plain success, with each attempt kept', async () => {
    const { record } = await run(retrying, [threw, returned('{}'), returned('{"n":1}')])
    expect(record).toMatchObject({
      status: 'succeeded',
      error: null,
      outputs: { n: 1 },
      attempts: [{ error: { code: 'code_threw' } }, { error: { code: 'output_missing' } }, { error: null }],
      logs: [{ text: 'run 3\n' }],
      usage: { wallMs: 6, queuedMs: 3, cpuMs: 3, peakMemoryBytes: 4096 },
    })
  })

  test('retries come before the error strategy', async () => {
    const { record } = await run({ ...retrying, error_strategy: 'fail-branch' }, [threw, threw, threw])
    expect(record).toMatchObject({
      status: 'exception',
      branch: 'fail-branch',
      outputs: {
        error_message: `ValueError: x\nTraceback\nWhat to do: ${failures.code_threw.advice}`,
        error_type: 'CodeExecutionError',
      },
    })
    expect(record.attempts).toHaveLength(3)
  })

  test('events come in order: running, the logs and the end of each try, the status, the result', async () => {
    const { record, events } = await run(retrying, [threw, returned('{"n":1}')])
    expect(events).toEqual([
      { type: 'status', runId: record.id, status: 'running' },
      { type: 'log', runId: record.id, attempt: 1, entry: { stream: 'stdout', atMs: 1, text: 'run 1\n' } },
      { type: 'attempt', runId: record.id, attempt: record.attempts[0], retryInMs: 0 },
      { type: 'log', runId: record.id, attempt: 2, entry: { stream: 'stdout', atMs: 1, text: 'run 2\n' } },
      { type: 'attempt', runId: record.id, attempt: record.attempts[1], retryInMs: null },
      { type: 'status', runId: record.id, status: 'succeeded' },
      { type: 'result', runId: record.id, record },
    ])
  })

  test('a full pool is retried and told as a failure of the platform', async () => {
    const full = new CodenodeError('pool_full', { waiting: 100 })
    const { record } = await run({ ...retrying, error_strategy: 'none' }, [full, full, full])
    expect(record).toMatchObject({
      status: 'failed',
      error: { code: 'pool_full', blame: 'platform', type: 'CodeExecutionError', details: { waiting: 100 } },
      isolation,
    })
    expect(record.attempts).toHaveLength(3)
    expect((await run(retrying, [full, returned('{"n":1}')])).record.status).toBe('succeeded')
  })

  test('an unexpected error of the sandbox becomes internal_error', async () => {
    const { record } = await run(node, [new TypeError('x is undefined')])
    expect(record).toMatchObject({ status: 'failed', error: { code: 'internal_error', blame: 'platform' } })
  })

  test('a wrong node and wrong inputs are thrown before anything runs', async () => {
    const { sandbox, programs } = scripted()
    const events: RunEvent[] = []
    const options = { sandbox, onEvent: (event: RunEvent) => events.push(event) }
    await expect(runNode({ ...node, code: '' }, {}, options)).rejects.toMatchObject({ code: 'node_invalid' })
    await expect(runNode(node, { a: Number.NaN }, options)).rejects.toMatchObject({ code: 'inputs_invalid' })
    expect([programs, events]).toEqual([[], []])
  })

  test('inputs and code that are too large fail by that name, untried, and take the error strategy', async () => {
    const small = { ...defaultLimits, inputBytes: 5 }
    const { record, programs } = await run({ ...retrying, error_strategy: 'fail-branch' }, [], { limits: small })
    expect(record).toMatchObject({
      status: 'exception',
      branch: 'fail-branch',
      error: { code: 'inputs_too_large' },
      attempts: [],
      isolation,
    })
    expect(programs).toEqual([])
    const coded = await run(node, [], { limits: { ...defaultLimits, codeBytes: 5 } })
    expect(coded.record).toMatchObject({ status: 'failed', error: { code: 'code_too_large', blame: 'limit' } })
  })

  test('a cancel during a run gives a cancelled record, whatever the strategy', async () => {
    const caller = new AbortController()
    const untilAborted: Step = (signal) =>
      new Promise((resolve) => {
        signal?.addEventListener('abort', () => resolve({ status: 'cancelled' }))
        setImmediate(() => caller.abort())
      })
    const { record } = await run({ ...retrying, error_strategy: 'fail-branch' }, [untilAborted], {
      signal: caller.signal,
    })
    expect(record).toMatchObject({
      status: 'cancelled',
      outputs: null,
      branch: null,
      error: { code: 'cancelled' },
      attempts: [{ status: 'cancelled' }],
    })
  })

  test('a sandbox that rejects because of the cancel is a cancel, not a failure', async () => {
    const caller = new AbortController()
    const reject: Step = () => {
      caller.abort()
      return Promise.reject(new Error('aborted'))
    }
    expect((await run(retrying, [reject], { signal: caller.signal })).record.status).toBe('cancelled')
  })

  test("a node's lowered result limit counts", async () => {
    const { record } = await run({ ...node, limits: { resultBytes: 6 } }, [returned('{"n":10}')])
    expect(record).toMatchObject({ error: { code: 'result_too_large', details: { resultBytes: 6 } } })
  })

  test('a listener that throws does not change the run', async () => {
    const warned = new Promise((resolve) => process.once('warning', resolve))
    const onEvent = (event: RunEvent) => {
      if (event.type === 'log') throw new Error('listener broke')
    }
    expect((await run(node, [returned('{"n":1}')], { onEvent })).record.status).toBe('succeeded')
    expect(await warned).toMatchObject({ message: 'listener broke' })
  })
})
