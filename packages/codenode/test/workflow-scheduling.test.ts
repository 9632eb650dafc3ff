import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type WorkflowEvent, type WorkflowRecord, workflowRecordSchema } from '../src/contract.ts'
import { keptWhole } from '../src/workflow/executors/item-keeper.ts'
import type { RunWorkflowOptions } from '../src/workflow/options.ts'
import { startWith } from '../src/workflow/run-workflow.ts'
import { type Act, fakeExecutor, noSandbox } from './support/fake-executor.ts'
import { code, end, graph, node } from './support/graph.ts'

type Acts = (nodeId: string, item: number | null) => Act | Promise<Act>

async function run(
  document: unknown,
  act: Acts,
  options: Partial<RunWorkflowOptions> = {},
  inputs: unknown = {},
): Promise<WorkflowRecord> {
  const record = await startWith({ execute: fakeExecutor(act), graceMs: 50 }, document, inputs, {
    sandbox: noSandbox,
    ...options,
  })
  expect(workflowRecordSchema.parse(record)).toEqual(record)
  return record
}

const statuses = (record: WorkflowRecord): Record<string, string> =>
  Object.fromEntries(record.nodes.map(({ id, status }) => [id, status]))
const program = 'def main(): return {}'
const done: Act = { outputs: { y: 1 } }

describe('random graphs', () => {
  // Node 0 is the start, the others are Code nodes with a fail branch; edges point forward, by either handle.
  const randomGraph = fc.integer({ min: 2, max: 18 }).chain((size) =>
    fc.record({
      size: fc.constant(size),
      edges: fc.array(fc.tuple(fc.nat(size - 1), fc.nat(size - 1), fc.boolean()), { maxLength: 50 }),
      acts: fc.array(fc.constantFrom('ok', 'ok', 'exception', 'fail', 'throw', 'hang'), {
        minLength: size,
        maxLength: size,
      }),
      delays: fc.array(fc.nat(3), { minLength: size, maxLength: size }),
      cancelAfter: fc.option(fc.nat(4)),
    }),
  )

  test('always end, run each node at most once, respect the order of edges, and skip iff no edge in was taken', async () => {
    await fc.assert(
      fc.asyncProperty(randomGraph, async ({ size, edges: pairs, acts, delays, cancelAfter }) => {
        const edges = pairs
          .map(([x, y, isFailBranch]) => ({ from: Math.min(x, y), to: Math.max(x, y), isFailBranch }))
          .filter(({ from, to, isFailBranch }) => from !== to && !(from === 0 && isFailBranch))
        const nodes = [
          node('n0', 'start'),
          ...Array.from({ length: size - 1 }, (_, i) => code(`n${i + 1}`, program, { error_strategy: 'fail-branch' })),
          end('end'),
        ]
        const texts = edges.map(({ from, to, isFailBranch }) => `n${from}${isFailBranch ? ':fail-branch' : ''}>n${to}`)
        const document = graph(nodes, ...texts, 'n0>end')

        const ran: string[] = []
        const events: WorkflowEvent[] = []
        const controller = new AbortController()
        const act: Acts = async (id) => {
          ran.push(id)
          const place = Number(id.slice(1))
          for (let i = 0; i < (delays[place] ?? 0); i++) await new Promise((resolve) => setImmediate(resolve))
          if (ran.length === cancelAfter) controller.abort()
          const what = acts[place]
          // Without a caller that cancels, nothing ends a program that hangs but the time limit.
          if (what === 'hang') return cancelAfter === null ? done : 'hang'
          if (what === 'fail' || what === 'throw') return what
          return { outputs: {}, branch: what === 'exception' ? 'fail-branch' : 'source' }
        }
        const options = {
          signal: controller.signal,
          onEvent: (event: WorkflowEvent) => void events.push(event),
          // Where the cancel never comes, only the time limit ends a program that hangs; elsewhere it is far away.
          wallMs: cancelAfter !== null && acts.includes('hang') ? 30 : 60_000,
        }
        const record = await run(document, act, options)

        expect(new Set(ran).size).toBe(ran.length)
        const entries = new Map(record.nodes.map((entry) => [Number(entry.id.slice(1)), entry]))
        expect(entries.size).toBe(record.nodes.length)
        const isWhole = record.status === 'succeeded' || record.status === 'partial-succeeded'
        if (isWhole) expect(record.nodes).toHaveLength(size + 1)
        const startedAt = new Map(record.nodes.map((entry, index) => [entry.id, index]))
        for (let place = 1; place < size; place++) {
          const entry = entries.get(place)
          if (!entry) continue
          const before = edges.filter(({ to }) => to === place)
          const isTaken = before.some(({ from, isFailBranch }) => {
            return entries.get(from)?.branch === (isFailBranch ? 'fail-branch' : 'source')
          })
          expect(entry.status === 'skipped').toBe(!isTaken)
          for (const { from } of before)
            expect(startedAt.get(`n${from}`)).toBeLessThan(startedAt.get(`n${place}`) ?? -1)
        }
        expect(events.at(-1)).toEqual({ type: 'result', runId: record.id, record })
        const ended = events.filter((event) => event.type === 'node' && !['started', 'retry'].includes(event.status))
        expect(ended).toHaveLength(record.nodes.length)
      }),
      { numRuns: 200 },
    )
  })
})

describe('a run', () => {
  const two = graph(
    [node('s', 'start'), code('a', program, { outputs: { y: 'number' } }), code('b', program), end('e', { y: 'a.y' })],
    's>a',
    's>b',
    'a>e',
    'b>e',
  )

  test('ends when a node fails, cancels the others, starts nothing more, and says which node and why', async () => {
    const record = await run(two, (id) => (id === 'a' ? 'fail' : 'hang'))
    expect(statuses(record)).toEqual({ s: 'succeeded', a: 'failed', b: 'cancelled' })
    expect(record).toMatchObject({
      status: 'failed',
      outputs: null,
      error: {
        code: 'code_threw',
        message: 'The node "A" (a) failed. The code ended with an exception: Oops.',
        details: { nodeId: 'a', title: 'A' },
      },
    })
  })

  test('ends when an executor throws', async () => {
    const record = await run(two, (id) => (id === 'a' ? 'throw' : 'hang'))
    expect(record).toMatchObject({ status: 'failed', error: { code: 'internal_error' } })
  })

  test('is cancelled by its signal, also before it begins', async () => {
    const controller = new AbortController()
    const running = run(two, (id) => (id === 'a' ? done : 'hang'), { signal: controller.signal })
    setImmediate(() => controller.abort())
    const record = await running
    expect(record).toMatchObject({ status: 'cancelled', error: { code: 'cancelled' }, outputs: null })
    expect(statuses(record)).toEqual({ s: 'succeeded', a: 'succeeded', b: 'cancelled' })
    const late = await run(two, () => done, { signal: AbortSignal.abort() })
    expect([late.status, late.nodes]).toEqual(['cancelled', []])
  })

  test('does not wait for an executor that does not hear its signal', async () => {
    const record = await run(two, (id) => (id === 'a' ? done : 'deaf'), { wallMs: 20 })
    expect([record.status, statuses(record).b]).toEqual(['failed', 'cancelled'])
  })

  test('fails when its time is over', async () => {
    const record = await run(two, () => 'hang', { wallMs: 20 })
    expect(record).toMatchObject({
      status: 'failed',
      error: { code: 'workflow_time_exceeded', message: 'The workflow ran longer than 20 ms.' },
    })
  })

  test('of the same workflow can be started many times at once', async () => {
    const records = await Promise.all(Array.from({ length: 20 }, () => run(two, () => done)))
    for (const record of records) expect(record).toMatchObject({ status: 'succeeded', outputs: { y: 1 } })
    expect(new Set(records.map(({ id }) => id)).size).toBe(20)
  })

  test('goes on when a listener throws', async () => {
    const warnings: unknown[] = []
    const listen = (warning: unknown): void => void warnings.push(warning)
    process.on('warning', listen)
    const record = await run(two, () => done, {
      onEvent: () => {
        throw new Error('a bad listener')
      },
    })
    await new Promise((resolve) => setImmediate(resolve))
    process.off('warning', listen)
    expect([record.status, warnings.length > 0]).toEqual(['succeeded', true])
  })

  test('throws the mistakes of its caller at once', () => {
    const start = (document: unknown, inputs: unknown) => () =>
      startWith({ execute: fakeExecutor(() => done) }, document, inputs, { sandbox: noSandbox })
    expect(start({}, {})).toThrow(expect.objectContaining({ code: 'workflow_invalid' }))
    expect(start(two, 5)).toThrow(expect.objectContaining({ code: 'inputs_invalid' }))
  })
})

describe('an iteration', () => {
  type Settings = {
    is_parallel?: boolean
    parallel_nums?: number
    error_handle_mode?: string
    flatten_output?: boolean
  }
  const over = (settings: Settings) =>
    graph(
      [
        node('s', 'start', { variables: [{ variable: 'data', type: 'json_object' }] }),
        node('it', 'iteration', {
          iterator_selector: ['s', 'data', 'items'],
          output_selector: ['in', 'y'],
          start_node_id: 'its',
          ...settings,
        }),
        node('its', 'iteration-start', {}, 'it'),
        code('in', program, { outputs: { y: 'number' } }, 'it'),
        end('e', { out: 'it.output' }),
      ],
      's>it',
      'it>e',
      'its>in',
    )
  const items = (count: number) => ({ data: { items: Array.from({ length: count }, (_, i) => i) } })
  const double: Acts = (_, item) => ({ outputs: { y: 2 * (item ?? -1) } })

  test.each([
    [{}, 1],
    [{ is_parallel: true, parallel_nums: 3 }, 3],
    [{ is_parallel: true, parallel_nums: 100 }, 7],
  ])('%j keeps the order of its items and runs %i at once', async (settings, most) => {
    let running = 0
    let highest = 0
    const record = await run(
      over(settings),
      async (_, item) => {
        highest = Math.max(highest, ++running)
        for (let i = 0; i < 5 - ((item ?? 0) % 5); i++) await new Promise((resolve) => setImmediate(resolve))
        running--
        return { outputs: { y: item ?? -1 } }
      },
      {},
      items(7),
    )
    expect(record.outputs).toEqual({ out: [0, 1, 2, 3, 4, 5, 6] })
    expect(highest).toBe(most)
  })

  const failing: Acts = (_, item) => (item === 1 || item === 3 ? 'fail' : { outputs: { y: item ?? -1 } })
  test.each([
    ['terminated', 'failed', null, ['succeeded', 'failed'], 0],
    [
      'continue-on-error',
      'partial-succeeded',
      { out: [0, null, 2, null, 4] },
      ['succeeded', 'failed', 'succeeded', 'failed', 'succeeded'],
      2,
    ],
    [
      'remove-abnormal-output',
      'partial-succeeded',
      { out: [0, 2, 4] },
      ['succeeded', 'failed', 'succeeded', 'failed', 'succeeded'],
      2,
    ],
  ])('with %s ends as %s when items fail', async (mode, status, outputs, itemStatuses, exceptionsCount) => {
    const record = await run(over({ error_handle_mode: mode }), failing, {}, items(5))
    expect(record).toMatchObject({ status, outputs, exceptionsCount })
    const iteration = record.nodes.find(({ id }) => id === 'it')
    expect(iteration?.iterations?.items.map((item) => item.status)).toEqual(itemStatuses)
    expect(iteration?.error).toMatchObject({
      code: 'iteration_item_failed',
      message: `${mode === 'terminated' ? 1 : 2} of 5 items failed. Item 2: The code ended with an exception: Oops.`,
      details: { index: 1, nodeId: 'in', code: 'code_threw' },
    })
  })

  test('in parallel, the first item that fails ends the others', async () => {
    const record = await run(
      over({ is_parallel: true, parallel_nums: 5 }),
      (_, item) => (item === 2 ? 'fail' : 'hang'),
      {},
      items(20),
    )
    const states = record.nodes.find(({ id }) => id === 'it')?.iterations?.items.map(({ status }) => status)
    expect([record.status, states]).toEqual(['failed', ['cancelled', 'cancelled', 'failed', 'cancelled', 'cancelled']])
  })

  test.each([
    ['lists of all items are joined', {}, [[1], [2, 3], null], [1, 2, 3]],
    ['unless it is told not to', { flatten_output: false }, [[1], [2, 3], null], [[1], [2, 3], null]],
    ['unless one gave something else', {}, [[1], 2], [[1], 2]],
  ])('%s', async (_, settings, outputs, out) => {
    const record = await run(
      over(settings),
      (_, item) => ({ outputs: { y: outputs[item ?? 0] ?? null } }),
      {},
      items(outputs.length),
    )
    expect(record.outputs).toEqual({ out })
  })

  test.each([
    [{ items: [] }, 'succeeded', []],
    [{}, 'succeeded', []],
    [{ items: 'text' }, 'failed', undefined],
  ])('over %j ends as %s', async (data, status, out) => {
    const record = await run(over({}), double, {}, { data })
    expect([record.status, record.outputs?.out]).toEqual([status, out])
    if (status === 'failed') {
      expect(record.error?.message).toBe(
        'The node "IT" (it) failed. s.data.items is the string "text"; an iteration needs an array.',
      )
    }
  })

  test('tells the item in the events of what is inside', async () => {
    const events: WorkflowEvent[] = []
    await run(over({}), double, { onEvent: (event) => void events.push(event) }, items(2))
    const inside = events.filter((event) => event.type === 'node' && event.nodeId === 'in')
    expect(inside.map((event) => event.type === 'node' && [event.status, event.iteration])).toEqual([
      ['started', { nodeId: 'it', index: 0 }],
      ['succeeded', { nodeId: 'it', index: 0 }],
      ['started', { nodeId: 'it', index: 1 }],
      ['succeeded', { nodeId: 'it', index: 1 }],
    ])
  })

  test('inside an iteration sees both items', async () => {
    const document = graph(
      [
        node('s', 'start', { variables: [{ variable: 'data', type: 'json_object' }] }),
        node('out', 'iteration', {
          iterator_selector: ['s', 'data', 'rows'],
          output_selector: ['in', 'output'],
          flatten_output: false,
          start_node_id: 'in',
        }),
        node(
          'in',
          'iteration',
          { iterator_selector: ['out', 'item'], output_selector: ['join', 'output'], start_node_id: 'join' },
          'out',
        ),
        node(
          'join',
          'variable-aggregator',
          {
            variables: [
              ['in', 'item'],
              ['out', 'index'],
            ],
          },
          'in',
        ),
        end('e', { all: 'out.output' }),
      ],
      's>out',
      'out>e',
    )
    const record = await run(document, double, {}, { data: { rows: [[1, null], [3]] } })
    expect(record.outputs).toEqual({ all: [[1, 0], [3]] })
  })

  test('over 10,000 items is kept compactly: all statuses, a bounded number of whole records', async () => {
    let ran = 0
    const record = await run(
      over({ is_parallel: true, error_handle_mode: 'continue-on-error' }),
      (_, item) => {
        ran++
        return (item ?? 0) % 2 === 1 ? 'fail' : { outputs: { y: item ?? -1 } }
      },
      {},
      items(10_000),
    )
    const iterations = record.nodes.find(({ id }) => id === 'it')?.iterations
    expect(ran).toBe(10_000)
    expect(iterations).toMatchObject({ count: 10_000, succeeded: 5000, exceptions: 0, failed: 5000 })
    expect(iterations?.items).toHaveLength(10_000)
    expect(iterations?.items.filter(({ nodes }) => nodes !== null)).toHaveLength(keptWhole.failed + keptWhole.others)
    expect(record.outputs?.out).toHaveLength(10_000)
  })
})

test('1,000 nodes in a line, and 1,000 side by side, run each once', async () => {
  const ids = Array.from({ length: 1000 }, (_, i) => `c${i}`)
  const nodes = [node('s', 'start'), ...ids.map((id) => code(id, program)), end('e')]
  const line = graph(nodes, 's>c0', ...ids.slice(1).map((id, i) => `c${i}>${id}`), 'c999>e')
  const wide = graph(nodes, ...ids.flatMap((id) => [`s>${id}`, `${id}>e`]))
  for (const document of [line, wide]) {
    const ran: string[] = []
    const record = await run(document, (id) => {
      ran.push(id)
      return { outputs: {} }
    })
    expect([record.status, record.nodes.length, new Set(ran).size, ran.length]).toEqual(['succeeded', 1002, 1000, 1000])
  }
})
