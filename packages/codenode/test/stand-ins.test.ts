/** Runs in which nodes are not run, but give what they are given. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  checkWorkflow,
  createSandbox,
  type RunningSandbox,
  rerunNode,
  runWorkflow,
  type Sandbox,
  type StandIns,
  type WorkflowEvent,
} from '../src/index.ts'
import { code, end, graph, node, pick } from './support/graph.ts'

let sandbox: RunningSandbox
beforeAll(async () => {
  sandbox = await createSandbox({ runtimes: ['python'] })
})
afterAll(async () => {
  await sandbox?.close()
})

/** Whoever asks it for a run has run a node. */
const untouched: Sandbox = {
  isolation: { level: 'none', layers: {} } as unknown as Sandbox['isolation'],
  run: () => Promise.reject(new Error('something was run')),
  close: () => Promise.resolve(),
}
const run = (document: unknown, standIns: StandIns, inputs = {}) =>
  runWorkflow(document, inputs, { sandbox: untouched, standIns })

const start = (...variables: object[]) => node('s', 'start', { variables })
const llm = (id: string, parentId?: string) => node(id, 'llm', { model: {} }, parentId)
const chat = graph([start(), llm('l'), end('e', { text: 'l.text', tokens: 'l.usage.total' })], 's>l', 'l>e')

const each = (...inside: ReturnType<typeof node>[]) => [
  start({ variable: 'list', type: 'array[string]' }),
  node('it', 'iteration', {
    iterator_selector: ['s', 'list'],
    output_selector: ['l', 'text'],
    start_node_id: 'its',
    error_handle_mode: 'terminated',
  }),
  node('its', 'iteration-start', {}, 'it'),
  ...inside,
  end('e', { all: 'it.output' }),
]
const iteration = graph(each(llm('l', 'it')), 's>it', 'its>l', 'it>e')

describe('a node that is stood in for', () => {
  test('gives its outputs without a run, and the record says so', async () => {
    const events: WorkflowEvent[] = []
    const record = await runWorkflow(
      chat,
      {},
      {
        sandbox: untouched,
        standIns: { l: { text: 'Hello', usage: { total: 7n } } },
        onEvent: (event) => events.push(event),
      },
    )
    expect(record).toMatchObject({ status: 'succeeded', outputs: { text: 'Hello', tokens: 7n } })
    expect(record.warnings).toEqual([
      { code: 'node_stood_in', path: 'standIns', message: '1 node is stood in for; it was not run: "L" (l).' },
    ])
    const { startedAt: _, durationMs: __, ...entry } = record.nodes[1] ?? { startedAt: '', durationMs: 0 }
    expect(entry).toEqual({
      ...{ id: 'l', title: 'L', type: 'llm', status: 'succeeded', branch: 'source', inputs: null, error: null },
      ...{ outputs: { text: 'Hello', usage: { total: 7n } }, run: null, iterations: null, standIn: 'given' },
    })
    const told = events.filter((event) => event.type === 'node' && event.nodeId === 'l')
    expect(told.map((event) => event.type === 'node' && [event.status, event.nodeType, event.standIn])).toEqual([
      ['started', 'llm', 'given'],
      ['succeeded', 'llm', 'given'],
    ])
    expect('standIn' in (record.nodes[0] ?? {})).toBe(false)
  })

  test('may be of a type that runs here: its code is neither read nor run', async () => {
    const broken = graph([start(), code('c', '', { outputs: { n: 'number' } }), end('e', { n: 'c.n' })], 's>c', 'c>e')
    expect(checkWorkflow(broken)).not.toEqual([])
    expect(await run(broken, { c: { n: 4 } })).toMatchObject({ status: 'succeeded', outputs: { n: 4 } })
    expect(await run(broken, { C: 'made' })).toMatchObject({ outputs: { n: 1 } })
  })

  test('reads as null what it was not given, with a warning', async () => {
    const { outputs, warnings } = await run(chat, { l: { txet: 'Hello' } })
    expect(outputs).toEqual({ text: null, tokens: null })
    expect(warnings.map(({ code, path }) => [code, path])).toContainEqual([
      'variable_missing',
      'nodes[2].data.outputs[0].value_selector',
    ])
  })

  test('is an assigner: it has no outputs, and the variable keeps its value', async () => {
    const document = {
      app: { mode: 'advanced-chat' },
      workflow: {
        conversation_variables: [{ name: 'name', value: 'nobody' }],
        graph: graph(
          [start(), node('w', 'assigner', { items: [] }), node('a', 'answer', { answer: '{{#conversation.name#}}' })],
          's>w',
          'w>a',
        ),
      },
    }
    expect(await run(document, { w: {} })).toMatchObject({ status: 'succeeded', outputs: { answer: 'nobody' } })
  })

  test('is a container: nothing inside it is run, or looked at', async () => {
    const nodes = [
      start(),
      node('lo', 'loop', { loop_count: 3 }),
      node('los', 'loop-start', {}, 'lo'),
      code('c', '', {}, 'lo'),
      node('in', 'iteration', {}, 'lo'),
      llm('x', 'in'),
      end('e', { draft: 'lo.draft' }),
    ]
    const loop = graph(nodes, 's>lo', 'los>c', 'c>in', 'lo>e')
    expect(checkWorkflow(loop).map(({ nodeType }) => nodeType)).toEqual(['loop'])
    expect(await run(loop, { lo: { draft: 'short' } })).toMatchObject({ outputs: { draft: 'short' } })
    const { nodes: records, warnings } = await run(loop, { lo: { draft: 'short' }, x: { text: 'unused' } })
    expect(records.map(({ id }) => id)).toEqual(['s', 'lo', 'e'])
    expect(warnings.map(({ code, message }) => [code, message])).toContainEqual([
      'stand_in_unused',
      'These nodes stand inside a node that is not run, so their stand-ins are not used: "X" (x).',
    ])
  })

  test('is an iteration as a whole', async () => {
    expect(await run(iteration, { it: { output: ['x'] } })).toMatchObject({ outputs: { all: ['x'] } })
  })

  test('is a trigger, which begins the workflow', async () => {
    const daily = graph([node('d', 'trigger-schedule'), end('e', { day: 'd.day' })], 'd>e')
    expect(await run(daily, { d: { day: 'Monday' } })).toMatchObject({
      status: 'succeeded',
      outputs: { day: 'Monday' },
    })
    expect((await run(daily, 'made')).nodes[0]).toMatchObject({ id: 'd', status: 'succeeded', standIn: 'made' })
  })

  test('is an end or an answer', async () => {
    expect(await run(chat, { l: {}, e: { said: 1 } })).toMatchObject({ outputs: { said: 1 } })
    const answering = graph([start(), node('a', 'answer', { answer: 'no' })], 's>a')
    expect(await run(answering, { a: { answer: 'yes' } })).toMatchObject({ outputs: { answer: 'yes' } })
    expect(await run(answering, { a: {} })).toMatchObject({ outputs: { answer: '' } })
  })
})

describe('a node that branches', () => {
  const classes = [
    { id: '1', name: 'Praise' },
    { id: '2', name: 'Blame' },
  ]
  const sorting = graph(
    [
      start(),
      node('q', 'question-classifier', { classes }),
      end('p', { p: 'q.class_name' }),
      end('b', { b: 'q.class_id' }),
    ],
    's>q',
    'q:1>p',
    'q:2>b',
  )
  test.each<[object, object]>([
    [{ branch: '1' }, { p: 'Praise' }],
    [{ branch: 2 }, { b: '2' }],
    [{ branch: 'Blame' }, { b: '2' }],
    [{ class_name: 'Praise' }, { p: 'Praise' }],
    [{ class_id: '2' }, { b: '2' }],
    [{ branch: '1', class_name: 'Praise, in other words' }, { p: 'Praise, in other words' }],
  ])('a question-classifier takes the way of %j', async (standIn, outputs) => {
    expect(await run(sorting, { q: standIn as Record<string, unknown> })).toMatchObject({
      status: 'succeeded',
      outputs,
    })
  })

  test('made up takes the first', async () => {
    expect(await run(sorting, 'made')).toMatchObject({ outputs: { p: 'Praise' } })
  })

  test.each([
    [{}, 'standIns.q', 'has no branch; "branch" must be one of "1" (Praise), "2" (Blame).'],
    [
      { branch: 'Neither' },
      'standIns.q.branch',
      'is the string "Neither"; "branch" must be one of "1" (Praise), "2" (Blame).',
    ],
    [{ class_id: '9' }, 'standIns.q.class_id', 'is the string "9"; "branch" must be one of "1" (Praise), "2" (Blame).'],
  ])('%j is refused', (standIn, path, message) => {
    expect(checkWorkflow(sorting, undefined, { standIns: { q: standIn } })).toEqual([
      { path, message, node: { id: 'q', title: 'Q' } },
    ])
  })

  const asking = graph(
    [
      start(),
      node('i', 'if-else', { cases: [{ case_id: 'yes', conditions: [] }] }),
      end('y', { result: 'i.result', way: 'i.selected_case_id' }),
      end('n', { result: 'i.result' }),
    ],
    's>i',
    'i:yes>y',
    'i:false>n',
  )
  test.each<[object, object]>([
    [{ branch: 'yes' }, { result: true, way: 'yes' }],
    [{ branch: false }, { result: false }],
    [{ result: false }, { result: false }],
    [{ selected_case_id: 'yes' }, { result: true, way: 'yes' }],
  ])('an if-else takes the way of %j', async (standIn, outputs) => {
    expect((await run(asking, { i: standIn as Record<string, unknown> })).outputs).toEqual(outputs)
  })

  const caught = graph(
    [
      start(),
      node('h', 'http-request', { error_strategy: 'fail-branch' }),
      end('b', { b: 'h.body' }),
      end('f', { why: 'h.error_message' }),
    ],
    's>h',
    'h>b',
    'h:fail-branch>f',
  )
  test('a fail branch is taken where it is chosen, and counts as a failure that was handled', async () => {
    const failed = await run(caught, { h: { branch: 'fail-branch', error_message: 'Gone.' } })
    expect(failed).toMatchObject({ status: 'partial-succeeded', exceptionsCount: 1, outputs: { why: 'Gone.' } })
    expect(await run(caught, { h: { body: 'ok' } })).toMatchObject({ status: 'succeeded', outputs: { b: 'ok' } })
    expect((await run(caught, 'made')).outputs).toEqual({ b: '{}' })
  })

  test('an output called branch stays one where the node does not branch', async () => {
    const git = graph([start(), llm('l'), end('e', { b: 'l.branch' })], 's>l', 'l>e')
    expect((await run(git, { l: { branch: 'main' } })).outputs).toEqual({ b: 'main' })
  })

  test('a type that nobody knows has the ways of its edges', async () => {
    const unknown = graph(
      [start(), node('x', 'coin'), end('h', { h: 'x.n' }), end('t', { t: 'x.n' })],
      's>x',
      'x:heads>h',
      'x:tails>t',
    )
    expect((await run(unknown, { x: { branch: 'tails', n: 3 } })).outputs).toEqual({ t: 3 })
    expect(checkWorkflow(unknown, undefined, { standIns: { x: { n: 3 } } })).toHaveLength(1)
  })
})

describe('inside an iteration', () => {
  const inputs = { list: ['a', 'b'] }
  test('a list gives one for each item, an object one for all', async () => {
    expect((await run(iteration, { l: [{ text: 'A' }, { text: 'B' }] }, inputs)).outputs).toEqual({ all: ['A', 'B'] })
    expect((await run(iteration, { l: { text: 'same' } }, inputs)).outputs).toEqual({ all: ['same', 'same'] })
    expect((await run(iteration, 'made', inputs)).outputs).toEqual({ all: ['(made up for L)', '(made up for L)'] })
  })

  test('an item without one fails, and says which', async () => {
    const { status, error, nodes } = await run(iteration, { l: [{ text: 'A' }] }, inputs)
    expect([status, error?.code]).toEqual(['failed', 'iteration_item_failed'])
    expect(error?.message).toContain('The stand-in of the node has no outputs for item 2.')
    expect(nodes[1]?.iterations?.items[1]?.nodes?.[1]).toMatchObject({
      error: { code: 'stand_in_missing' },
      standIn: 'given',
    })
  })

  test('of an iteration inside another, lists stand in lists', async () => {
    const nodes = [
      start({ variable: 'list', type: 'json' }),
      node('out', 'iteration', {
        iterator_selector: ['s', 'list', 'of'],
        output_selector: ['in', 'output'],
        start_node_id: 'in',
        flatten_output: false,
      }),
      node(
        'in',
        'iteration',
        { iterator_selector: ['out', 'item'], output_selector: ['l', 'text'], start_node_id: 'l' },
        'out',
      ),
      llm('l', 'in'),
      end('e', { all: 'out.output' }),
    ]
    const nested = graph(nodes, 's>out', 'out>e')
    const list = { of: [['a', 'b'], ['c']] }
    const one = (text: string) => ({ text })
    expect((await run(nested, { l: [[one('A'), one('B')], [one('C')]] }, { list })).outputs).toEqual({
      all: [['A', 'B'], ['C']],
    })
    expect((await run(nested, { l: [one('A'), one('C')] }, { list })).outputs).toEqual({ all: [['A', 'A'], ['C']] })
    const missing = await run(nested, { l: [[one('A')], [one('C')]] }, { list })
    expect(missing.error?.message).toContain('no outputs for item 2 of item 1.')
  })

  test('a list is refused outside', () => {
    const [issue, ...more] = checkWorkflow(chat, undefined, { standIns: { l: [{ text: 'A' }] } })
    expect(more).toEqual([])
    expect(issue).toMatchObject({
      path: 'standIns.l',
      message: expect.stringContaining('Only a node inside an iteration takes a list.') as string,
    })
  })
})

describe('what is wrong with stand-ins is listed with its place', () => {
  const issuesOf = (standIns: unknown) =>
    checkWorkflow(chat, undefined, { standIns }).map(({ path, message }) => `${path} ${message}`)
  test.each<[unknown, string[]]>([
    ['all', ['standIns is the string "all"; it must be an object by node, or "made".']],
    [[1], ['standIns is an array (1 item); it must be an object by node, or "made".']],
    [{ '*': 'made', x: {} }, ['standIns.x names no node. The nodes are s (S), l (L), e (E).']],
    [{ '*': {} }, ['standIns["*"] is an object; for all other nodes it can be "made" only.']],
    [{ l: 'mad' }, ['standIns.l is the string "mad"; it must be an object with the outputs of the node or "made".']],
    [{ l: null }, ['standIns.l is null; it must be an object with the outputs of the node or "made".']],
    [{ l: 'recorded' }, ['standIns.l is "recorded"; there is no past run (standInsFrom) with outputs of it.']],
    [
      { l: { text: Number.NaN, at: new Date(0) } },
      [
        'standIns.l.text is NaN, which JSON cannot express.',
        'standIns.l.at is an object of Date; inputs are plain JSON (toISOString() gives text).',
      ],
    ],
    [{ '*': 'made', s: {} }, ['standIns.s is "S", a node of type start. Its values are the inputs of the run.']],
  ])('%j', (standIns, expected) => {
    const found = issuesOf(standIns)
    // The node that has none then is told as well.
    expect(found.filter((text) => text.startsWith('standIns'))).toEqual(expected)
  })

  test('what is too large, or nested too deep', () => {
    const limits = { inputBytes: 1000 } as never
    expect(checkWorkflow(chat, limits, { standIns: { l: { text: 'x'.repeat(2000) } } })[0]?.message).toMatch(
      /^are 20\d\d characters of JSON; at most 1000 are allowed\.$/,
    )
    const deep = { text: JSON.parse('['.repeat(600) + ']'.repeat(600)) as unknown }
    expect(issuesOf({ l: deep })[0]).toContain('is nested deeper than 500 levels.')
  })
})

describe('a past run', () => {
  const document = graph(
    [
      ...each(llm('l', 'it')).slice(0, -1),
      llm('m'),
      code('c', 'def main(m, all):\n    return {"n": len(m) + len(all)}', {
        variables: { m: 'm.text', all: 'it.output' },
        outputs: { n: 'number' },
      }),
      end('e', { n: 'c.n' }),
    ],
    's>it',
    'its>l',
    'it>m',
    'm>c',
    'c>e',
  )
  const inputs = { list: ['a', 'b', 'c'] }
  const standIns = { l: [{ text: 'A' }, { text: 'B' }, { text: 'C' }], m: { text: 'four' } }

  test('gives its outputs to the nodes that do not run here', async () => {
    const first = await runWorkflow(document, inputs, { sandbox, standIns })
    expect(first.outputs).toEqual({ n: 7 })
    const again = await runWorkflow(document, inputs, { sandbox, standInsFrom: first })
    expect(again.outputs).toEqual({ n: 7 })
    expect(again.nodes.map(({ id, standIn }) => [id, standIn])).toEqual([
      ...[
        ['s', undefined],
        ['it', undefined],
        ['m', 'recorded'],
        ['c', undefined],
        ['e', undefined],
      ],
    ])
    // What is given wins; a node that runs here is taken from the record where that is asked for.
    const mixed = { m: { text: 'sixsix' }, C: 'recorded' } as const
    const changed = await runWorkflow(document, inputs, { sandbox: untouched, standIns: mixed, standInsFrom: first })
    expect(changed.outputs).toEqual({ n: 7 })
    expect(changed.nodes[2]).toMatchObject({ outputs: { text: 'sixsix' }, standIn: 'given' })
  })

  test('of which a node runs again needs its stand-ins; one that was stood in for cannot', async () => {
    const record = await runWorkflow(document, inputs, { sandbox, standIns })
    const request = { workflow: document, record, standIns, nodeId: 'c', inputs: { m: 'x' } }
    expect(await rerunNode(request, { sandbox })).toMatchObject({ status: 'succeeded', outputs: { n: 4 } })
    await expect(rerunNode({ ...request, nodeId: 'm' }, { sandbox })).rejects.toMatchObject({
      code: 'rerun_refused',
      message: 'The node "m" cannot be run again: it was stood in for, so it did not run.',
    })
  })
})

test('made-up values are of the types that later nodes read', async () => {
  const nodes = [
    start(),
    node('h', 'http-request', {}),
    node('t', 'tool', {}),
    node('p', 'parameter-extractor', {
      parameters: [
        { name: 'n', type: 'number' },
        { name: 'tags', type: 'array[string]' },
        { name: 'size', type: 'select', options: ['small', 'large'] },
      ],
    }),
    node('d', 'document-extractor', { is_array_file: true }),
    node('k', 'knowledge-retrieval', {}),
    node('x', 'something-new', {}),
    node('i', 'if-else', {
      cases: [
        {
          case_id: 'a',
          conditions: [{ variable_selector: ['x', 'score'], comparison_operator: '>', value: '0' }],
        },
      ],
    }),
    node('v', 'template-transform', {
      template: '',
      variables: [{ ...pick('r', 'x.rows'), value_type: 'array[object]' }],
    }),
    end('e', { name: 'x.user.name', first: 'k.result.0.title' }),
  ]
  const document = graph(nodes, 's>h', 'h>t', 't>p', 'p>d', 'd>k', 'k>x', 'x>i', 'i:a>e')
  const { nodes: records, outputs } = await run(document, 'made')
  const of = (id: string) => records.find((it) => it.id === id)?.outputs
  expect(of('h')).toEqual({ status_code: 200, body: '{}', headers: {}, files: [] })
  expect(of('t')).toEqual({ text: '(made up for T)', files: [], json: [{}] })
  expect(of('p')).toEqual({ n: 1, tags: ['(made up for P)'], size: 'small', __is_success: 1, __reason: '' })
  expect(of('d')).toEqual({ text: ['(made up for D)'] })
  expect(of('x')).toEqual({ score: 1, rows: [{}], user: { name: '(made up for X)' } })
  expect(outputs).toEqual({ name: '(made up for X)', first: 'Made up' })
})
