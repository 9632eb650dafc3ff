import { cpSync } from 'node:fs'
import { workflowRecordSchema } from 'codenode/internal/contract/workflow-record'
import { describe, expect, test, vi } from 'vitest'
import { stringify } from 'yaml'
import { code, end, graph, node } from '../../../codenode/test/support/graph.ts'
import { refusalOf } from '../../../codenode/test/support/refusal.ts'
import { forever, iterating, parallel, workflows } from '../../../codenode/test/support/workflows.ts'
import { client, collect, useRunServices } from '../../test/support/run-services.ts'
import type { RunService, SequencedEvent, WorkflowStartOptions } from './api/types.ts'

const { inFolder, open } = useRunServices()

function start(service: RunService, workflow: unknown, options: Partial<WorkflowStartOptions> = {}) {
  return service.startWorkflow({ workflow, inputs: { n: 3 } }, { client, ...options })
}

describe('a run of a workflow', () => {
  test('is `running` until it has ended, and then its record; lists tell it from a run of a node', async () => {
    const service = open()
    const run = start(service, parallel)
    const workflow = { name: 'Workflow', mode: null, version: null }
    const { startedAt } = service.get(run.id, client)
    expect(service.get(run.id, client)).toEqual({ id: run.id, status: 'running', startedAt, workflow })
    const listed = {
      id: run.id,
      kind: 'workflow',
      startedAt,
      language: null,
      workflow,
      nodes: 4,
      error: null,
      rerunOf: null,
    }
    expect(service.list({}, client).runs).toEqual([{ ...listed, status: 'running', durationMs: null }])

    const record = await run.record
    expect(record).toMatchObject({ id: run.id, startedAt, status: 'succeeded', outputs: { double: 6, negative: -3 } })
    expect(service.get(run.id, client)).toEqual(record)
    const durationMs = expect.any(Number) as number
    expect(service.list({ kind: 'workflow' }, client).runs).toEqual([{ ...listed, status: 'succeeded', durationMs }])
    expect(service.list({ kind: 'node' }, client).runs).toEqual([])
    expect(service.request(run.id, client)).toEqual({
      workflow: parallel,
      inputs: { n: 3 },
      rerunOf: null,
      secrets: [],
    })
    expect(service.stats()).toMatchObject({ active: 0, byClient: {} })
  })

  test('counts the nodes inside iterations, and may end `partial-succeeded`', async () => {
    const service = open()
    expect((await start(service, iterating()).record).status).toBe('partial-succeeded')
    expect(service.list({ status: 'partial-succeeded' }, client).runs).toMatchObject([{ nodes: 6 }])
  })

  test('is also begun by a text in YAML', async () => {
    const service = open()
    const text = stringify({
      kind: 'app',
      version: '0.6.0',
      app: { name: 'Text', mode: 'workflow' },
      workflow: { graph: parallel },
    })
    const run = start(service, text)
    expect(await run.record).toMatchObject({ outputs: { double: 6 }, workflow: { name: 'Text', version: '0.6.0' } })
    expect(service.request(run.id, client)).toMatchObject({ workflow: text })
  })

  test.each([
    ['workflow_invalid', { workflow: 5 }],
    ['workflow_invalid', { workflow: undefined }],
    ['workflow_invalid', { workflow: 'a: [' }],
    ['workflow_invalid', { workflow: { nodes: [], edges: [] } }],
    ['inputs_invalid', { workflow: parallel, inputs: [1] }],
    ['inputs_invalid', { workflow: parallel, inputs: { n: 'many' } }],
  ])('with a mistake of the caller throws %s at once and leaves nothing', (refusal, request) => {
    const service = open()
    expect(refusalOf(() => service.startWorkflow(request, { client }))).toBe(refusal)
    expect(service.stats()).toMatchObject({ active: 0, byClient: {} })
    expect(service.list({}, client).runs).toEqual([])
  })

  test('takes one seat, and none is left when all are taken', async () => {
    const service = open({ maxRuns: 1 })
    const run = start(service, forever)
    expect(service.stats()).toMatchObject({ active: 1, byClient: { local: 1 } })
    expect(refusalOf(() => start(service, parallel))).toBe('pool_full')
    expect(await service.cancel(run.id, client)).toMatchObject({ status: 'cancelled' })
    expect((await start(service, parallel).record).status).toBe('succeeded')
  })

  test('ends at the time limit of the service', async () => {
    const service = open({ workflows: { wallMs: 100 } })
    const { status, error } = await start(service, forever).record
    expect({ status, code: error?.code, details: error?.details }).toEqual({
      status: 'failed',
      code: 'workflow_time_exceeded',
      details: { wallMs: 100 },
    })
  })

  test('is cancelled when its caller goes, unless another waits for it by the same key', async () => {
    const service = open()
    const [one, two] = [new AbortController(), new AbortController()]
    const first = start(service, forever, { idempotencyKey: 'k', signal: one.signal })
    expect(start(service, forever, { idempotencyKey: 'k', signal: two.signal })).toMatchObject({
      id: first.id,
      isNew: false,
    })
    expect(refusalOf(() => start(service, parallel, { idempotencyKey: 'k' }))).toBe('idempotency_conflict')
    expect(refusalOf(() => service.start({ node: {} as never }, { client, idempotencyKey: 'k' }))).toBe(
      'idempotency_conflict',
    )
    one.abort()
    expect(service.get(first.id, client).status).toBe('running')
    two.abort()
    expect((await first.record).status).toBe('cancelled')
  })

  test('does not exist for another client', async () => {
    const service = open()
    const run = start(service, parallel, { client: 'key_a' })
    await run.record
    expect(refusalOf(() => service.get(run.id, client))).toBe('run_not_found')
    expect(refusalOf(() => service.replay({ runId: run.id }, { client }))).toBe('run_not_found')
    expect(refusalOf(() => service.rerunNode({ runId: run.id, nodeId: 'double' }, { client }))).toBe('run_not_found')
  })

  test('that the service was killed in has a whole record', async () => {
    const file = inFolder('killed.sqlite')
    const service = open({ history: { file } })
    const run = start(service, forever, { persistFirst: true })
    await vi.waitUntil(() => service.get(run.id, client).status === 'running', { timeout: 60_000 })
    const copy = inFolder('copy.sqlite')
    // As the files are at the moment of a kill.
    for (const ending of ['', '-wal']) cpSync(file + ending, copy + ending)
    const after = open({ history: { file: copy } })
    const record = workflowRecordSchema.parse(after.get(run.id, client))
    expect(record).toMatchObject({ status: 'failed', error: { code: 'run_interrupted' }, nodes: [] })
    expect(after.list({}, client).runs).toMatchObject([
      { kind: 'workflow', nodes: 3, status: 'failed', durationMs: null },
    ])
  })
})

describe('events of a workflow', () => {
  test.each(Object.entries(workflows))(
    '%s are the same live, from the history, and after a restart',
    async (name, workflow) => {
      const file = inFolder(`${name}.sqlite`)
      const service = open({ history: { file } })
      const run = start(service, workflow)
      const live = await collect(service.follow(run.id, client, {}))
      await run.record
      expect(await collect(service.follow(run.id, client, {}))).toEqual(live)
      expect(live.map(({ seq }) => seq)).toEqual(live.map((_, index) => index + 1))
      expect(live.at(-1)?.event).toEqual({ type: 'result', runId: run.id, record: await run.record })
      expect(await collect(service.follow(run.id, client, { after: 3 }))).toEqual(live.slice(3))
      await service.close()
      expect(await collect(open({ history: { file } }).follow(run.id, client, {}))).toEqual(live)
    },
  )

  test('of a run that was cancelled while nodes printed or waited are the same, too', async () => {
    const service = open()
    const retry_config = { retry_enabled: true, max_retries: 2, retry_interval: 5000 }
    const waiting = graph(
      [
        node('start', 'start', { variables: [] }),
        code('fails', 'def main():\n    raise ValueError()', { retry_config }),
        end('end'),
      ],
      ...['start>fails', 'fails>end'],
    )
    for (const [workflow, until] of [
      [forever, 'log'],
      [waiting, 'retry'],
    ] as const) {
      const run = start(service, workflow)
      const live: SequencedEvent[] = []
      for await (const one of service.follow(run.id, client, {})) {
        live.push(one)
        const { event } = one
        if (event.type === until || (event.type === 'node' && event.status === until))
          void service.cancel(run.id, client)
      }
      expect(await run.record).toMatchObject({ status: 'cancelled' })
      expect(await collect(service.follow(run.id, client, {}))).toEqual(live)
    }
  })

  test('inside an iteration that tells more than is kept are passed over by later readers, with their numbers', async () => {
    const service = open()
    const loud = iterating({ is_parallel: false })
    const square = loud.nodes.find(({ id }) => id === 'square')
    if (square) square.data.code = 'def main(x):\n    print(str(x) * 100_000)\n    return {"x": x}'
    const run = service.startWorkflow({ workflow: loud, inputs: { n: 40 } }, { client })
    const live = await collect(service.follow(run.id, client, {}))
    expect(live.map(({ seq }) => seq)).toEqual(live.map((_, index) => index + 1))
    await run.record
    const later = await collect(service.follow(run.id, client, {}))
    expect(later.length).toBeLessThan(live.length)
    const numbers = new Set(later.map(({ seq }) => seq))
    expect(later).toEqual(live.filter(({ seq }) => numbers.has(seq)))
    const missing = live.filter(({ seq }) => !numbers.has(seq))
    expect(missing.every(({ event }) => 'iteration' in event && event.iteration !== null)).toBe(true)
  })
})

describe('where inputs are not kept', () => {
  test('nodes show none in the history, events are the same but for them, and nothing can be run again', async () => {
    const service = open({ history: { inputs: false } })
    const run = start(service, workflows.iterating)
    const record = await run.record
    const kept = service.get(run.id, client)
    expect(JSON.stringify(record)).toContain('"inputs":{')
    expect(JSON.stringify(kept)).not.toContain('"inputs":{')
    expect(workflowRecordSchema.parse(kept).nodes.map(({ id }) => id)).toEqual(record.nodes.map(({ id }) => id))
    const events = await collect(service.follow(run.id, client, {}))
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1))
    expect(JSON.stringify(events)).not.toContain('"inputs":{')
    expect(refusalOf(() => service.replay({ runId: run.id }, { client }))).toBe('replay_refused')
    expect(refusalOf(() => service.rerunNode({ runId: run.id, nodeId: 'list' }, { client }))).toBe('rerun_refused')
  })
})
