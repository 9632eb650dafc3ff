/** Drafts as people leave them: what Dify's engine runs, runs here, and says as a warning what is odd. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createSandbox, type RunningSandbox, readWorkflowText, runWorkflow } from '../src/index.ts'
import { code, edge, end, type GraphNode, graph, node, pick } from './support/graph.ts'

let sandbox: RunningSandbox
beforeAll(async () => {
  sandbox = await createSandbox({ runtimes: ['python'] })
})
afterAll(async () => {
  await sandbox?.close()
})

const q = { variable: 'q', type: 'paragraph', label: 'q', required: false }
const echo = [
  node('start', 'start', { variables: [q] }),
  code('c', 'def main(q):\n    return {"r": q}', { variables: { q: 'start.q' }, outputs: { r: 'string' } }),
  end('end', { out: 'c.r' }),
]
/** The workflow with nodes that nothing leads to, beside it. */
const beside = (nodes: GraphNode[], ...edges: string[]) => graph([...echo, ...nodes], 'start>c', 'c>end', ...edges)
const run = async (document: unknown, inputs = { q: 'x' }) => await runWorkflow(document, inputs, { sandbox })
const codesOf = ({ warnings }: { warnings: { code: string }[] }) => warnings.map((warning) => warning.code)

describe('nodes that nothing leads to', () => {
  const unfinished = node('left', 'code', {
    code: '',
    code_language: 'python3',
    variables: [pick('', '')],
    outputs: {},
  })
  const reader = code('left', 'def main(t):\n    return {"r": t}', {
    variables: { t: 'l.text' },
    outputs: { r: 'string' },
  })
  test.each<[string, unknown, number]>([
    ['a Code node without code', beside([unfinished]), 1],
    ['a template without a template', beside([node('left', 'template-transform', { variables: [] })]), 1],
    [
      'an iteration without a list',
      beside([node('left', 'iteration', { iterator_selector: [], output_selector: [] })]),
      1,
    ],
    ['an llm that feeds a Code node', beside([node('l', 'llm', { model: {} }), reader], 'l>left'), 2],
    ['an llm alone', beside([node('l', 'llm', { model: {} })]), 1],
    ['a loop with nodes inside', beside([node('lo', 'loop'), node('in', 'llm', {}, 'lo')]), 1],
    [
      'a circle of two, of which one leads to a node that is run',
      beside([reader, code('other', 'def main():\n    return {}')], 'left>other', 'other>left', 'other>end'),
      2,
    ],
    ['a chain of three', beside([node('t', 'tool'), node('l', 'llm'), reader], 't>l', 'l>left'), 3],
  ])('%s does not keep the others from running', async (_, document, warned) => {
    const record = await run(document)
    expect(record).toMatchObject({ status: 'succeeded', outputs: { out: 'x' } })
    expect(codesOf(record)).toEqual(Array.from({ length: warned }, () => 'node_unreachable'))
  })
})

describe('what is not finished', () => {
  const start = echo[0] as GraphNode
  const end = (...selector: string[]) =>
    node('end', 'end', { outputs: [{ variable: 'out', value_selector: selector }] })
  const given = (selector: string[]) =>
    node('c', 'code', {
      code: 'def main(q):\n    return {"r": str(q)}',
      code_language: 'python3',
      variables: [{ variable: 'q', value_selector: selector }],
      outputs: { r: { type: 'string' } },
    })
  const condition = { variable_selector: [], comparison_operator: 'empty' }
  test.each<[string, unknown, object]>([
    [
      'a variable for which nothing is chosen',
      graph([start, given([]), end('c', 'r')], 'start>c', 'c>end'),
      { out: 'None' },
    ],
    [
      'one for which a node is chosen, and none of its variables',
      graph([start, given(['start']), end('c', 'r')], 'start>c', 'c>end'),
      { out: 'None' },
    ],
    [
      'a variable of a template',
      graph(
        [
          start,
          node('t', 'template-transform', {
            template: '<{{ v }}>',
            variables: [{ variable: 'v', value_selector: [] }],
          }),
          end('t', 'output'),
        ],
        'start>t',
        't>end',
      ),
      { out: '<None>' },
    ],
    [
      'a condition',
      graph(
        [
          start,
          node('i', 'if-else', { cases: [{ case_id: 'a', logical_operator: 'and', conditions: [condition] }] }),
          end('start', 'q'),
        ],
        'start>i',
        'i:a>end',
      ),
      { out: 'x' },
    ],
    [
      'a row of a template that nobody has filled in',
      graph(
        [
          start,
          node('t', 'template-transform', {
            template: '<{{ v }}>',
            variables: [
              { variable: 'v', value_selector: ['start', 'q'] },
              { variable: '', value_selector: [] },
            ],
          }),
          end('t', 'output'),
        ],
        'start>t',
        't>end',
      ),
      { out: '<x>' },
    ],
    ['an output', graph([start, end()], 'start>end'), { out: null }],
  ])('%s is null, with a warning', async (_, document, outputs) => {
    const record = await run(document)
    expect(record).toMatchObject({ status: 'succeeded', outputs })
    expect(codesOf(record)).toEqual(['variable_missing'])
  })

  test('a workflow without an end runs, has no outputs, and says so', async () => {
    const record = await run(graph([start, given(['start', 'q'])], 'start>c'))
    expect(record).toMatchObject({ status: 'succeeded', outputs: {} })
    expect(record.nodes.map(({ status }) => status)).toEqual(['succeeded', 'succeeded'])
    expect(codesOf(record)).toEqual(['end_missing'])
  })
})

describe('a variable of a node that is gone', () => {
  const asking = (selector: string) =>
    graph(
      [
        echo[0] as GraphNode,
        code('c', 'def main(q, t):\n    return {"r": str(t)}', {
          variables: { q: 'start.q', t: selector },
          outputs: { r: 'string' },
        }),
        echo[2] as GraphNode,
      ],
      'start>c',
      'c>end',
    )
  test.each(['removed.text', 'removed.text.deeper', 'start.gone', 'conversation.gone', 'env.GONE'])(
    '%s is null',
    async (selector) => {
      const record = await run(asking(selector))
      expect(record.outputs).toEqual({ out: 'None' })
      expect(codesOf(record)).toEqual(['variable_missing'])
    },
  )
})

const read = (text: string) =>
  readWorkflowText(`kind: app
version: 0.3.0
app: {name: mini, mode: workflow}
workflow:
  graph:
${text.replaceAll(/^(?=.)/gm, '    ')}`)

describe('ids without quotes', () => {
  const greeting = (a: string, b: string) => `nodes:
- {id: ${a}, data: {type: start, title: Start, variables: [{variable: name, type: text-input, required: true}]}}
- id: ${b}
  data: {type: end, title: End, outputs: [{variable: hi, value_selector: [${a}, name]}]}
edges: [{source: ${a}, target: ${b}, sourceHandle: source}]
`
  test.each([
    ['1730000000001', '1730000000003'],
    ['1', '2'],
    ['12345678901234567890', '12345678901234567891'],
    ['"1730000000001"', '1730000000002'],
  ])('%s and %s', async (a, b) => {
    expect((await runWorkflow(read(greeting(a, b)), { name: 'Bo' }, { sandbox })).outputs).toEqual({ hi: 'Bo' })
  })

  test('may name the parent of a node, and the loop that it stands in', async () => {
    const text = `nodes:
- {id: 1, data: {type: start, title: Start, variables: []}}
- {id: 2, data: {type: loop, title: Loop}}
- {id: 3, data: {type: llm, title: Inside, loop_id: 2}}
- {id: 4, data: {type: end, title: End, outputs: [{variable: x, value_selector: [2, x]}]}}
edges: [{source: 1, target: 2}, {source: 2, target: 4}]
`
    const record = await runWorkflow(read(text), {}, { sandbox, standIns: { 2: { x: 5 } } })
    expect(record.outputs).toEqual({ x: 5 })
  })
})

describe('an empty row of an end node', () => {
  const ending = (...rows: object[]) =>
    graph([node('s', 'start', { variables: [q] }), node('e', 'end', { outputs: rows })], 's>e')
  const whole = { variable: 'q', value_selector: ['s', 'q'] }
  const empty = { variable: '', value_selector: [] }
  test.each([
    [[whole, empty], ['output_empty'], { q: 'x' }],
    [[empty, whole, empty], ['output_empty', 'output_empty'], { q: 'x' }],
    [[empty], ['output_empty'], {}],
    [[whole, { variable: '', value_selector: ['s'] }], ['output_empty'], { q: 'x' }],
    [[whole, { variable: '', value_selector: ['s', 'q'] }], ['output_empty'], { q: 'x' }],
  ])('is passed over: %j', async (rows, codes, outputs) => {
    const record = await run(ending(...rows))
    expect(record).toMatchObject({ status: 'succeeded', outputs })
    expect([codesOf(record), record.outputs]).toEqual([codes, outputs])
  })
})

describe('quoted text that goes on at column one', () => {
  const quoted = (lines: string) => `kind: app
app: {mode: workflow, name: mini}
workflow:
  graph:
    nodes:
      - {id: s, data: {type: start, title: Start, variables: []}}
      - id: t
        data:
          type: template-transform
          title: T
          variables: []
          template: ${lines}
      - {id: e, data: {type: end, title: End, outputs: [{variable: x, value_selector: [t, output]}]}}
    edges: [{source: s, target: t}, {source: t, target: e}]
`
  test.each([
    ["'first\n\nsecond'", 'first\nsecond'],
    ["'first\nsecond'", 'first second'],
    ['"first\n\nsecond\\tthird"', 'first\nsecond\tthird'],
    ["'it''s\n\n\nlate'", "it's\n\nlate"],
  ])('%j', async (text, outputs) => {
    expect((await runWorkflow(readWorkflowText(quoted(text)), {}, { sandbox })).outputs).toEqual({ x: outputs })
  })
})

describe('a selector of another branch', () => {
  const branching = (reader: GraphNode, ...more: string[]) =>
    graph(
      [
        node('s', 'start', { variables: [q] }),
        node('i', 'if-else', {
          cases: [
            { case_id: 'one', conditions: [{ variable_selector: ['s', 'q'], comparison_operator: 'is', value: 'a' }] },
          ],
        }),
        node('t', 'template-transform', { template: 'x', variables: [] }),
        end('e', { x: 't.output' }),
        reader,
        ...(more.length === 0 ? [] : [end('f', { x: 'u.output' })]),
      ],
      's>i',
      'i:one>t',
      't>e',
      'i:false>u',
      ...more,
    )
  const template = node('u', 'template-transform', { template: 'got {{ v }}', variables: [pick('v', 't.output')] })
  test.each([
    ['a template', branching(template, 'u>f'), { x: 'got None' }],
    [
      'a Code node',
      branching(
        code('u', 'def main(v):\n    return {"output": repr(v)}', {
          variables: { v: 't.output' },
          outputs: { output: 'string' },
        }),
        'u>f',
      ),
      { x: 'None' },
    ],
    [
      'an aggregator',
      branching(
        node('u', 'variable-aggregator', {
          variables: [
            ['t', 'output'],
            ['s', 'q'],
          ],
        }),
        'u>f',
      ),
      { x: 'b' },
    ],
    ['an end', branching(end('u', { x: 't.output' })), { x: null }],
  ])('is null for %s, and its own branch works', async (_, document, outputs) => {
    const other = await run(document, { q: 'b' })
    expect(other).toMatchObject({ status: 'succeeded', outputs })
    expect(codesOf(other)).toEqual(['variable_missing'])
    expect((await run(document, { q: 'a' })).outputs).toMatchObject({ x: 'x' })
  })
})

describe('an answer inside an iteration', () => {
  const said = (answer: string, mode = 'advanced-chat') => ({
    app: { mode },
    workflow: {
      graph: {
        nodes: [
          node('s', 'start', { variables: [] }),
          code('c', "def main():\n    return {'rows': ['a', 'b']}", { outputs: { rows: 'array[string]' } }),
          node('it', 'iteration', {
            start_node_id: 'its',
            iterator_selector: ['c', 'rows'],
            output_selector: ['t', 'output'],
          }),
          node('its', 'iteration-start', {}, 'it'),
          node('t', 'template-transform', { template: '{{ x }}!', variables: [pick('x', 'it.item')] }, 'it'),
          node('a', 'answer', { answer }, 'it'),
        ],
        edges: [edge('s', 'c'), edge('c', 'it'), edge('its', 't'), edge('t', 'a')],
      },
    },
  })
  test.each([
    ['{{#t.output#}}', 'a!\nb!'],
    ['{{#it.index#}}: {{#it.item#}}', '0: a\n1: b'],
    ['same', 'same\nsame'],
    ['', '\n'],
  ])('%s', async (answer, whole) => {
    expect((await run(said(answer))).outputs).toEqual({ answer: whole })
    expect((await run(said(answer, 'workflow'))).outputs).toEqual({ answer: whole })
  })
})

describe('edges', () => {
  test.each([
    ['of a case that is gone', 'i:gone>e'],
    ['from a node that is gone', 'gone>e'],
    ['to a node that is gone', 's>gone'],
    ['of a fail branch that is off', 's:fail-branch>e'],
  ])('%s are never taken', async (_, odd) => {
    const document = graph(
      [
        node('s', 'start', { variables: [q] }),
        node('i', 'if-else', { cases: [{ case_id: 'one', conditions: [] }] }),
        end('e', { q: 's.q' }),
      ],
      's>i',
      'i:one>e',
      odd,
    )
    const record = await run(document)
    expect(record).toMatchObject({ status: 'succeeded', outputs: { q: 'x' } })
    expect(codesOf(record)).toEqual(['edge_ignored'])
  })
})

describe('outputs that are not declared', () => {
  const returning = (program: string, strategy: object) =>
    graph(
      [
        node('s', 'start', { variables: [q] }),
        code('c', program, { outputs: { rows: 'array[string]' }, ...strategy }),
        end('e', { rows: 'c.rows' }),
        end('f', { type: 'c.error_type', why: 'c.error_message' }),
      ],
      's>c',
      'c>e',
      ...('error_strategy' in strategy && strategy.error_strategy === 'fail-branch' ? ['c:fail-branch>f'] : []),
    )
  const odd = 'def main():\n    return {"rows": None, "error": "no rows", "at": 3}'
  const said = 'The result holds what is not declared as an output: outputs.error, outputs.at.'
  const advice = 'What to do: Declare the outputs, or do not return them.'

  test('take the fail branch, as in Dify', async () => {
    const record = await run(returning(odd, { error_strategy: 'fail-branch' }))
    expect(record).toMatchObject({
      status: 'partial-succeeded',
      outputs: { type: 'CodeNodeError', why: `${said}\n${advice}` },
    })
    expect(record.nodes[1]?.run).toMatchObject({ status: 'exception', error: { code: 'output_undeclared' } })
  })

  test('give the default values', async () => {
    const strategy = {
      error_strategy: 'default-value',
      default_value: [{ key: 'rows', type: 'array[string]', value: ['none'] }],
    }
    expect((await run(returning(odd, strategy))).outputs).toMatchObject({ rows: ['none'] })
  })

  test('are dropped with a warning where there is no error strategy', async () => {
    const record = await run(returning(odd, {}))
    expect(record).toMatchObject({ status: 'succeeded', outputs: { rows: null } })
    expect(record.nodes.find(({ id }) => id === 'c')?.run?.warnings.map(({ code: it }) => it)).toEqual([
      'output_undeclared',
      'output_undeclared',
    ])
  })

  test('are no matter where all are declared', async () => {
    const fine = 'def main():\n    return {"rows": ["a"]}'
    expect(await run(returning(fine, { error_strategy: 'fail-branch' }))).toMatchObject({
      status: 'succeeded',
      outputs: { rows: ['a'] },
    })
  })
})

describe('what is not a workflow is told as what it is', () => {
  test.each([
    ['chat', 'a chat assistant'],
    ['agent-chat', 'an agent'],
    ['completion', 'a text generator'],
  ])('an app of mode %s', async (mode, kind) => {
    await expect(run({ kind: 'app', app: { mode, name: 'x' }, model_config: {} })).rejects.toMatchObject({
      code: 'workflow_invalid',
      details: {
        issues: [
          { path: 'app.mode', message: expect.stringContaining(`the app is ${kind}, which has no workflow`) as string },
        ],
      },
    })
  })
})

test("an answer of Dify's console is taken as an object, too", async () => {
  const text = JSON.stringify(beside([]))
  expect((await run({ data: text })).outputs).toEqual({ out: 'x' })
  expect((await run({ data: `nodes: []\nedges: []` }).catch((error: Error) => error.message)) as string).toContain(
    'no start node',
  )
  await expect(run({ data: 'a: [' })).rejects.toMatchObject({ code: 'workflow_invalid' })
  await expect(run({ data: 'x', more: 1 })).rejects.toMatchObject({ code: 'workflow_invalid' })
})

describe('conditions on the parts of files', () => {
  const lake = { type: 'image', name: 'lake.jpg', extension: '.jpg', size: 81_000 }
  const notes = {
    type: 'document',
    filename: 'notes.txt',
    extension: 'txt',
    size: 90,
    remote_url: 'https://example.com/n',
  }
  const asking = (logical: string, ...conditions: [key: string, operator: string, value: unknown][]) =>
    graph(
      [
        node('s', 'start', { variables: [{ variable: 'files', type: 'file-list' }] }),
        node('i', 'if-else', {
          cases: [
            {
              case_id: 'yes',
              conditions: [
                {
                  variable_selector: ['s', 'files'],
                  comparison_operator: 'contains',
                  value: '',
                  sub_variable_condition: {
                    logical_operator: logical,
                    conditions: conditions.map(([key, comparison_operator, value]) => ({
                      key,
                      comparison_operator,
                      value,
                    })),
                  },
                },
              ],
            },
          ],
        }),
        end('e', { r: 'i.result' }),
      ],
      's>i',
      'i:yes>e',
      'i:false>e',
    )
  test.each<[boolean, object[], string, [string, string, unknown][]]>([
    [true, [lake, notes], 'and', [['type', 'in', ['image']]]],
    [false, [notes], 'and', [['type', 'in', ['image']]]],
    [false, [lake, notes], 'and', [['type', 'not in', ['image']]]],
    [true, [notes], 'and', [['type', 'not in', ['image']]]],
    [true, [lake], 'and', [['extension', 'is', 'jpg']]],
    [true, [notes], 'and', [['extension', 'is', '.txt']]],
    [true, [lake], 'and', [['size', '>', '80000']]],
    [true, [notes], 'and', [['name', 'start with', 'notes']]],
    [true, [notes], 'and', [['url', 'contains', 'example.com']]],
    [
      false,
      [lake],
      'and',
      [
        ['type', 'in', ['image']],
        ['size', '>', '90000'],
      ],
    ],
    [
      true,
      [lake],
      'or',
      [
        ['type', 'in', ['audio']],
        ['size', '<', '90000'],
      ],
    ],
    [false, [], 'and', [['type', 'in', ['image']]]],
  ])('%s: %j, %s %j', async (holds, files, logical, conditions) => {
    expect((await runWorkflow(asking(logical, ...conditions), { files }, { sandbox })).outputs).toEqual({ r: holds })
  })
})

describe('inputs of the start node', () => {
  const taking = (variable: object) =>
    graph([node('s', 'start', { variables: [{ variable: 'v', ...variable }] }), end('e', { v: 's.v' })], 's>e')
  const give = async (variable: object, v: unknown) =>
    (await runWorkflow(taking(variable), { v }, { sandbox })).outputs?.v
  const select = { type: 'select', options: ['', 'a', 'b'] }
  const several = { type: 'multi-select', options: ['a', 'b', 'c'] }

  test.each<[object, unknown, unknown]>([
    [several, ['c', 'a'], ['c', 'a']],
    [several, '["b"]', ['b']],
    [several, [], []],
    [{ type: 'array[string]' }, ['x'], ['x']],
    [{ type: 'array[number]' }, '[1, 9007199254740993]', [1, 9007199254740993n]],
    [{ type: 'array[boolean]' }, [true], [true]],
    [{ type: 'array[object]' }, [{ a: 1 }], [{ a: 1 }]],
    [{ type: 'array[object]' }, null, null],
    [select, '', ''],
    [{ ...select, required: true }, '', ''],
    [{ type: 'select', options: ['a'] }, '', null],
  ])('%j takes %j', async (variable, given, value) => {
    expect(await give(variable, given)).toEqual(value)
  })

  test.each<[object, unknown, string]>([
    [several, ['a', 'z'], 'has the string "z" at [1]; it must be an array of a, b, c.'],
    [several, 'a', 'is the string "a"; it must be an array of a, b, c.'],
    [select, 'z', 'is the string "z"; it must be one of a, b, empty text.'],
    [
      { type: 'array[number]' },
      ['1'],
      'is an array (1 item); it must be an array of numbers, or a JSON string of one.',
    ],
    [{ type: 'array[object]' }, '{', 'is the string "{"; it must be an array of objects, or a JSON string of one.'],
  ])('%j refuses %j', async (variable, given, message) => {
    await expect(give(variable, given)).rejects.toMatchObject({ details: { issues: [{ path: 'inputs.v', message }] } })
  })
})
