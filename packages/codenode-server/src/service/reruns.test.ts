import { CodenodeError } from 'codenode/internal/contract/error'
import { defaultLimits } from 'codenode/internal/contract/limits'
import { createSandbox, type RunningSandbox } from 'codenode/internal/pool/create-sandbox'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { choosing, failing, forever, handled, iterating, parallel } from '../../../codenode/test/support/workflows.ts'
import type { RunService, SequencedEvent } from './api/types.ts'
import { createRunService } from './run-service.ts'

const client = 'local'
const limits = { ...defaultLimits, wallMs: 120_000, cpuMs: 120_000 }
let sandbox: RunningSandbox
let service: RunService

beforeAll(async () => {
  sandbox = await createSandbox({ runtimes: ['python'], spares: 1, maxRunning: 4, limits })
})
afterEach(() => service.close({ deadlineMs: 0 }))
afterAll(() => sandbox.close())

async function ranOnce(workflow: unknown, inputs: object = { n: 3 }): Promise<string> {
  const history = { file: ':memory:', maxRuns: 100, maxAgeDays: 1, inputs: true }
  service = createRunService({ sandbox, limits, maxRuns: 100, history })
  const { id, record } = service.startWorkflow({ workflow, inputs }, { client })
  await record
  return id
}

const rerun = (runId: string, nodeId: string, more: object = {}) =>
  service.rerunNode({ runId, nodeId, ...more }, { client })

async function refusalOf(attempt: () => unknown): Promise<string> {
  try {
    await attempt()
  } catch (error) {
    if (error instanceof CodenodeError) return error.message
    throw error
  }
  return 'nothing was thrown'
}

async function collect(id: string): Promise<SequencedEvent[]> {
  const all: SequencedEvent[] = []
  for await (const one of service.follow(id, client, {})) all.push(one)
  return all
}

describe('one node of a past run', () => {
  test('is run again with the inputs that it had, as a run of that node', async () => {
    const runId = await ranOnce(parallel)
    const run = rerun(runId, 'double')
    expect(service.get(run.id, client)).toMatchObject({ status: 'running', node: { id: 'double', title: 'DOUBLE' } })
    const record = await run.record
    expect(record).toMatchObject({ id: run.id, status: 'succeeded', outputs: { n: 6 }, node: { id: 'double' } })
    expect(service.get(run.id, client)).toEqual(record)
    const [listed] = service.list({ nodeId: 'double' }, client).runs
    expect(listed).toMatchObject({
      id: run.id,
      kind: 'node',
      language: 'python',
      rerunOf: { runId, nodeId: 'double' },
    })
    const asked = {
      node: { type: 'code', title: 'DOUBLE' },
      inputs: { n: 3 },
      rerunOf: { runId, nodeId: 'double' },
      secrets: [],
    }
    expect(service.request(run.id, client)).toMatchObject(asked)
  })

  test('with changed inputs', async () => {
    const runId = await ranOnce(parallel)
    expect((await rerun(runId, 'double', { inputs: { n: 50 } }).record).outputs).toEqual({ n: 100 })
    expect(await refusalOf(() => rerun(runId, 'double', { inputs: { m: 1 } }))).toContain('inputs.m')
    expect(await refusalOf(() => rerun(runId, 'double', { inputs: [1] }))).toContain('inputs is an array (1 item)')
  })

  test('tells the events of a node, live and later alike, its retries among them', async () => {
    const runId = await ranOnce(handled)
    const { id, record } = rerun(runId, 'fails')
    const live = await collect(id)
    expect((await record).status).toBe('exception')
    expect(live.flatMap(({ event }) => (event.type === 'attempt' ? [event.retryInMs] : []))).toEqual([10, 10, null])
    expect(live.filter(({ event }) => event.type === 'log')).toHaveLength(6)
    expect(await collect(id)).toEqual(live)
  })

  test('of an iteration is run with the item that is named, by default the first that failed', async () => {
    const runId = await ranOnce(iterating(), { n: 6 })
    expect(service.request(rerun(runId, 'square').id, client).inputs).toEqual({ x: 2 })
    expect((await rerun(runId, 'square', { item: 4 }).record).outputs).toEqual({ x: 16 })
  })

  test('may be a template, or a node that runs no code', async () => {
    const runId = await ranOnce(choosing)
    expect((await rerun(runId, 'say', { inputs: { n: 9 } }).record).outputs).toEqual({ output: 'many: 9' })
    const choice = rerun(runId, 'choose', { inputs: { 'start.n': 1 } })
    expect(await choice.record).toMatchObject({
      status: 'succeeded',
      outputs: { selected_case_id: 'false' },
      attempts: [],
    })
    expect(service.list({ nodeId: 'choose' }, client).runs).toMatchObject([{ language: null, attempts: 0 }])
  })

  test('is refused where there is nothing to run again', async () => {
    const runId = await ranOnce(handled)
    expect(await refusalOf(() => rerun(runId, 'nobody'))).toContain('no such node')
    expect(await refusalOf(() => rerun(runId, 'start'))).toContain('of type start')
    expect(await refusalOf(() => rerun(runId, 'never'))).toContain('skipped')
    const single = rerun(runId, 'rescue')
    await single.record
    expect(await refusalOf(() => rerun(single.id, 'rescue'))).toContain('single node')
    const { id } = service.startWorkflow({ workflow: forever }, { client })
    expect(await refusalOf(() => rerun(id, 'forever'))).toContain('in progress')
    expect(await refusalOf(() => rerun('run_0', 'x'))).toContain('no run')
  })

  test('is one run for one idempotency key', async () => {
    const runId = await ranOnce(parallel)
    const options = { client, idempotencyKey: 'again' }
    const first = service.rerunNode({ runId, nodeId: 'double' }, options)
    expect(service.rerunNode({ runId, nodeId: 'double' }, options)).toMatchObject({ id: first.id, isNew: false })
    expect(await refusalOf(() => service.rerunNode({ runId, nodeId: 'negate' }, options))).toContain('idempotency key')
    await first.record
  })
})

describe('a whole run', () => {
  test('is replayed with the inputs that it had, or changed ones', async () => {
    const runId = await ranOnce(parallel, { n: 4 })
    expect((await service.replay({ runId }, { client }).record).outputs).toEqual({ double: 8, negative: -4 })
    const changed = service.replay({ runId, inputs: { n: 5 } }, { client })
    expect((await changed.record).outputs).toEqual({ double: 10, negative: -5 })
    expect(service.list({ limit: 1 }, client).runs).toMatchObject([
      { id: changed.id, rerunOf: { runId, nodeId: null } },
    ])
    expect(service.request(changed.id, client)).toMatchObject({ workflow: parallel, inputs: { n: 5 } })
  })

  test('is refused where it is the run of a single node', async () => {
    const runId = await ranOnce(failing)
    const node = rerun(runId, 'fails')
    await node.record
    expect(await refusalOf(() => service.replay({ runId: node.id }, { client }))).toContain('single node')
    expect((await service.replay({ runId }, { client }).record).status).toBe('failed')
  })
})
