import { describe, expect, test } from 'vitest'
import { code, end, graph, node } from '../../test/support/graph.ts'
import { CodenodeError } from '../contract/error.ts'
import { checkWorkflow, parseWorkflow, surveyWorkflow } from './parse-workflow.ts'

const good = graph(
  [
    node('s', 'start', { variables: [{ variable: 'text', type: 'paragraph', required: true }] }),
    code('c', 'def main(x): return {"y": x}', { variables: { x: 's.text' }, outputs: { y: 'string' } }),
    end('e', { result: 'c.y' }),
  ],
  's>c',
  'c>e',
)

function issuesOf(document: unknown): string[] {
  return checkWorkflow(document).map(({ path, message }) => `${path} ${message}`)
}

/** The good graph with other nodes in it, and more edges. */
function changed(nodes: object[], ...edges: string[]): object {
  const ids = nodes.map((it) => (it as { id: string }).id)
  return {
    nodes: [...good.nodes.filter(({ id }) => !ids.includes(id)), ...nodes],
    edges: [...good.edges, ...graph([], ...edges).edges],
  }
}

describe('a document', () => {
  test.each([
    [
      'a whole export',
      { kind: 'app', version: '0.3.1', app: { name: 'A', mode: 'workflow' }, workflow: { graph: good } },
    ],
    ['its workflow block', { graph: good, environment_variables: [] }],
    ['a graph alone', good],
  ])('is read from %s, and stays as it is', (_, document) => {
    const before = structuredClone(document)
    const workflow = parseWorkflow(document)
    expect(workflow.graph.nodes.map(({ id, type }) => [id, type])).toEqual([
      ['s', 'start'],
      ['c', 'code'],
      ['e', 'end'],
    ])
    expect(workflow.graph.edges).toEqual([
      { from: 0, to: 1, handle: 'source' },
      { from: 1, to: 2, handle: 'source' },
    ])
    expect(workflow.document).toBe(document)
    expect(document).toEqual(before)
  })

  test('unknown keys anywhere are allowed, notes on the canvas are ignored', () => {
    const note = { id: 'n', type: 'custom-note', data: { type: '', text: '{}' }, position: { x: 1 } }
    expect(issuesOf({ ...good, nodes: [...good.nodes, note], viewport: { zoom: 1 }, more: [1] })).toEqual([])
  })

  test('a version that is not known is told as a warning', () => {
    expect(parseWorkflow({ version: '0.9.0', workflow: { graph: good } }).warnings).toMatchObject([
      { code: 'version_unknown', path: 'version' },
    ])
    expect(parseWorkflow({ version: '0.6.0', workflow: { graph: good } }).warnings).toEqual([])
  })

  test('a node that nothing leads to is told as a warning', () => {
    const lonely = code('x', 'def main(): return {}', { variables: { a: 'nobody.a' } })
    expect(parseWorkflow(changed([lonely])).warnings).toMatchObject([{ code: 'node_unreachable', path: 'nodes[3]' }])
  })

  test.each([
    [
      5,
      [
        "workflow is the number 5; it must be an export of Dify's (kind: app, with workflow.graph), or a graph: {nodes, edges}.",
      ],
    ],
    [{ kind: 'app' }, ['workflow is missing; it must be an object.']],
    [{ kind: 'rag_pipeline', workflow: { graph: good } }, ['kind is the string "rag_pipeline"; it must be app.']],
    [{ graph: { nodes: {} } }, ['graph.nodes is an object; it must be an array.']],
    [
      { app: { mode: 'chat' }, workflow: { graph: good } },
      [
        'app.mode is chat: the app is a chat assistant, which has no workflow. Only workflows and chatflows ' +
          '(workflow, advanced-chat) can be run.',
      ],
    ],
  ])('%j is refused', (document, issues) => {
    expect(issuesOf(document)).toEqual(issues)
  })
})

describe('an issue', () => {
  test('names the node, and the message of the error lists all', () => {
    const document = changed([{ ...code('c', ''), data: { ...code('c', '').data, title: 'Parse' } }])
    let error: unknown
    try {
      parseWorkflow(document)
    } catch (thrown) {
      error = thrown
    }
    expect(error).toBeInstanceOf(CodenodeError)
    expect(error).toMatchObject({
      code: 'workflow_invalid',
      message: 'The workflow cannot be run.\n- nodes[2].data.code ("Parse", node c) is empty; it must define main.',
      details: { issues: [{ path: 'nodes[2].data.code', node: { id: 'c', title: 'Parse' } }] },
    })
  })

  test.each([
    [
      'a type that is not run, by name and with what to do',
      changed([node('llm', 'llm')], 'c>llm'),
      [
        'nodes[3].data.type is llm, which does not run here. Give the node a stand-in (its outputs), or replace it by a ' +
          'Code node.',
      ],
    ],
    [
      'an id twice',
      { nodes: [...good.nodes, end('c')], edges: good.edges },
      ['nodes[3].id is "c", as that of nodes[1]; ids must be unique.'],
    ],
    ['an edge out of an end', changed([], 'e>c'), ['edges[2] leads to "C"; nothing can come after an end node.']],
    ['an edge into a start', changed([], 'c>s'), ['edges[2] leads to "S"; nothing can come before a start node.']],
    [
      'a cycle, with its nodes',
      changed([code('d', 'def main(): return {}')], 'c>d', 'd>c'),
      ['nodes[3] is part of a cycle: "D" (d) → "C" (c) → "D" (d). A node can only run after those before it.'],
    ],
    ['no start', { nodes: good.nodes.slice(2), edges: [] }, 1],
    [
      'a second start',
      changed([node('t', 'start')]),
      ['nodes[3].data.type is a second start node; a workflow has one.'],
    ],
    [
      'wrong settings of several nodes and wrong selectors at once',
      changed(
        [
          code('c', '', { variables: { 'a b': 'zz.y' }, outputs: { y: 'text' } }),
          node('t', 'template-transform', { template: 5 }),
          node('i', 'if-else', {
            cases: [{ case_id: 'a', conditions: [{ variable_selector: [], comparison_operator: '==' }] }],
          }),
        ],
        's>t',
        's>i',
      ),
      5,
    ],
    [
      'an if-else without cases',
      changed([node('i', 'if-else')], 's>i'),
      ['nodes[3].data.cases is missing; it must be an array.'],
    ],
    [
      'a case twice',
      changed([node('i', 'if-else', { cases: [1, 2].map(() => ({ case_id: 'a', conditions: [] })) })], 's>i'),
      ['nodes[3].data.cases[1].case_id is a again; case ids must be unique.'],
    ],
    [
      'wrong default values of a template',
      changed(
        [
          node('t', 'template-transform', {
            template: '',
            error_strategy: 'default-value',
            default_value: [{ key: 'output', type: 'number', value: 1 }],
          }),
        ],
        's>t',
      ),
      ['nodes[3].data.default_value[0].type is the string "number"; the output is declared as string.'],
    ],
  ])('names %s', (_, document, issues) => {
    const found = issuesOf(document)
    if (typeof issues === 'number') expect(found, found.join('\n')).toHaveLength(issues)
    else expect(found).toEqual(issues)
  })
})

/** What is run with null, or passed over, as Dify does. */
describe('a warning', () => {
  test.each([
    ['an edge to nothing', changed([], 'c>zz'), ['edges[2].target is "zz"; no node has that id. The edge is ignored.']],
    [
      'an edge from nothing',
      changed([], 'zz>c'),
      ['edges[2].source is "zz"; no node has that id. The edge is ignored.'],
    ],
    [
      'an edge of a case that is gone',
      changed([], 'c:true>e'),
      ['edges[2] has the sourceHandle "true"; its source has source. It is ignored.'],
    ],
    [
      'a fail branch that does not exist',
      changed([], 'c:fail-branch>e'),
      [
        'edges[2] leaves by fail-branch; its source has no fail branch (its error_strategy is not fail-branch). It is ignored.',
      ],
    ],
    [
      'a selector of a node that is gone',
      changed([end('e', { a: 'zz.y' })]),
      ['nodes[2].data.outputs[0].value_selector ("E", node e) is "zz.y"; no node has the id "zz". Its value is null.'],
    ],
    ['selectors of outputs that are not declared', changed([end('e', { a: 'c.z', b: 's.txt', c: 'c.error_type' })]), 3],
    [
      'a selector of another branch',
      changed([code('d', 'def main(x): return {}', { variables: { x: 'c.y' } })], 's>d'),
      [
        'nodes[3].data.variables[0].value_selector ("D", node d) is "c.y"; "C" does not come before this node, so it has no value yet. Its value is null.',
      ],
    ],
    [
      'no end and no answer',
      { nodes: good.nodes.slice(0, 2), edges: good.edges.slice(0, 1) },
      ['nodes have no end and no answer node. The workflow runs, and has no outputs.'],
    ],
    [
      'a selector that names a node and no variable of it',
      changed([end('e', { a: 'c' })]),
      ['nodes[2].data.outputs[0].value_selector ("E", node e) is not set: no variable is chosen. Its value is null.'],
    ],
    [
      'a selector that is empty, once',
      changed(
        [node('t', 'template-transform', { template: '', variables: [{ variable: 'v', value_selector: [] }] })],
        's>t',
      ),
      ['nodes[3].data.variables[0].value_selector ("T", node t) is not set: no variable is chosen. Its value is null.'],
    ],
    ['special selectors that do not exist', changed([end('e', { a: 'env.KEY', b: 'sys.qurey', c: 'sys.query' })]), 2],
    [
      'a reference in an answer',
      changed([node('a', 'answer', { answer: 'Hello {{#c.z#}} {{#context#}}' })], 'c>a'),
      ['nodes[3].data.answer ("A", node a) is "c.z"; the outputs of "C" are y. Its value is null.'],
    ],
    [
      'an empty row of an end node',
      changed([node('e', 'end', { outputs: [{ variable: '', value_selector: [] }] })]),
      ['nodes[2].data.outputs[0] ("E", node e) is empty. It is ignored.'],
    ],
    [
      'an output of an end node without a name',
      changed([node('e', 'end', { outputs: [{ variable: '', value_selector: ['c', 'y'] }] })]),
      ['nodes[2].data.outputs[0] ("E", node e) has no name. It is ignored.'],
    ],
    [
      'what is wrong with a node that nothing leads to, and with what is inside of it',
      changed([
        node('llm', 'llm'),
        node('it', 'iteration', { iterator_selector: [], output_selector: [] }),
        node('its', 'iteration-start', {}, 'it'),
        code('in', '', { variables: { x: 'zz.y' } }, 'it'),
      ]),
      [
        'nodes[3] ("LLM", node llm) is not connected to the start; it is not run.',
        'nodes[4] ("IT", node it) is not connected to the start; it is not run.',
      ],
    ],
  ])('tells of %s', (_, document, expected) => {
    expect(issuesOf(document)).toEqual([])
    const found = parseWorkflow(document).warnings.map(({ message }) => message)
    if (typeof expected === 'number') expect(found).toHaveLength(expected)
    else expect(found).toEqual(expected)
  })

  test('is not made of what an editor asks for: every selector that reads nothing, also of idle nodes', () => {
    const lonely = code('x', '', { variables: { a: 'nobody.a', b: 'n' } })
    const { issues, idleIssues, idleNodes, missing } = surveyWorkflow(changed([lonely]))
    expect(issues).toEqual([])
    expect([...idleNodes]).toEqual(['x'])
    expect(idleIssues.map(({ path }) => path)).toEqual(['nodes[3].data.code'])
    expect(missing.map(({ reason, selector }) => [reason, selector])).toEqual([
      ['no-node', ['nobody', 'a']],
      ['unset', ['n']],
    ])
  })
})

describe('an iteration', () => {
  const iteration = node('it', 'iteration', {
    iterator_selector: ['s', 'list'],
    output_selector: ['in', 'y'],
    start_node_id: 'its',
  })
  const first = node('its', 'iteration-start', {}, 'it')
  const inner = code(
    'in',
    'def main(x): return {"y": x}',
    { variables: { x: 'it.item' }, outputs: { y: 'number' } },
    'it',
  )
  const start = node('s', 'start', { variables: [{ variable: 'list', type: 'json_object' }] })
  const edges = ['s>it', 'it>e', 'its>in']
  const whole = graph([start, iteration, first, inner, end('e', { out: 'it.output' })], ...edges)
  const without = (...ids: string[]) => ({ ...whole, nodes: whole.nodes.filter(({ id }) => !ids.includes(id)) })
  const withNode = (changedNode: { id: string }, ...more: string[]) => ({
    nodes: whole.nodes.map((it) => (it.id === changedNode.id ? changedNode : it)),
    edges: [...whole.edges, ...graph([], ...more).edges],
  })

  test('has a graph of its own', () => {
    const { graph: top } = parseWorkflow(whole)
    expect(top.nodes.map(({ id }) => id)).toEqual(['s', 'it', 'e'])
    expect(top.nodes[1]).toMatchObject({ body: { entry: 0, nodes: [{ id: 'its' }, { id: 'in' }] } })
  })

  test('of old versions begins with one of its own nodes, and names its children by iteration_id', () => {
    const { parentId: _, ...bare } = inner
    const old = { ...bare, data: { ...inner.data, iteration_id: 'it' } }
    const iterationOld = { ...iteration, data: { ...iteration.data, start_node_id: 'in' } }
    expect(issuesOf(graph([start, iterationOld, old, end('e')], 's>it', 'it>e'))).toEqual([])
  })

  test.each([
    ['no children', { ...without('in', 'its'), edges: whole.edges.slice(0, 2) }, 1],
    [
      'a start node that is none of its own',
      withNode({ ...iteration, data: { ...iteration.data, start_node_id: 's' } } as typeof iteration),
      1,
    ],
    [
      'an edge across its border',
      withNode(inner, 'in>e'),
      ['edges[3] leads to "E" across the border of an iteration.'],
    ],
    [
      'a parent that is no iteration',
      withNode({ ...inner, parentId: 's' } as typeof inner),
      ['nodes[3].parentId is "s", which is not an iteration.'],
    ],
    [
      'an end inside',
      graph([...whole.nodes, { ...end('e2'), parentId: 'it' }], ...edges, 'in>e2'),
      ['nodes[5].data.type is end, which is not allowed inside an iteration.'],
    ],
    [
      'an iteration inside itself',
      withNode({ ...iteration, parentId: 'it' } as typeof iteration),
      ['nodes[1].parentId is "it"; an iteration cannot contain itself.'],
    ],
  ])('is refused with %s', (_, document, issues) => {
    const found = issuesOf(document)
    if (typeof issues === 'number') expect(found, found.join('\n')).toHaveLength(issues)
    else expect(found).toEqual(issues)
  })
})

test('1,000 nodes in a line, and 2,000 side by side, are checked; more are refused', () => {
  const line = Array.from({ length: 1000 }, (_, i) => `c${i}`)
  const nodes = line.map((id) => code(id, 'def main(): return {}'))
  const edges = line.slice(1).map((id, i) => `c${i}>${id}`)
  expect(issuesOf(graph([node('s', 'start'), ...nodes, end('e')], 's>c0', ...edges, 'c999>e'))).toEqual([])
  const many = Array.from({ length: 2001 }, (_, i) => node(`a${i}`, 'answer', { answer: '' }))
  expect(issuesOf({ nodes: many, edges: [] })).toEqual(['nodes are 2001; at most 2000 are allowed.'])
})

describe('what is too much for a workflow', () => {
  const nodes = (count: number, data: object) => Array.from({ length: count }, (_, i) => ({ id: `n${i}`, data }))
  const wrong = {
    type: 'code',
    code: 'x',
    outputs: Object.fromEntries(Array.from({ length: 90 }, (_, i) => [`o${i}`, {}])),
  }

  test('thousands of wrong settings end the check early, and are told with their number', () => {
    const found = checkWorkflow({ nodes: nodes(400, wrong), edges: [] })
    expect(found.length).toBeGreaterThan(1000)
    expect(found.length).toBeLessThan(1200)
    expect(() => parseWorkflow({ nodes: nodes(400, wrong), edges: [] })).toThrow(/and \d+ more$/)
  })

  test('long titles, ids, types and names are cut where they are told', () => {
    const long = 'x'.repeat(1_000_000)
    const data = { ...wrong, title: long }
    const told = (document: object) => {
      try {
        return parseWorkflow(document).warnings
      } catch (error) {
        return (error as CodenodeError<'workflow_invalid'>).details
      }
    }
    const documents = [
      { nodes: [{ id: long, data }], edges: [] },
      { nodes: [{ id: 'a', data: { type: long } }], edges: [] },
      changed(
        [
          node('x', 'if-else', {
            cases: [
              { case_id: long, conditions: [] },
              { case_id: long, conditions: [] },
            ],
          }),
        ],
        's>x',
      ),
      changed([code('c', 'x', { variables: { x: 'c2.y' } }), { ...code('c2', 'x'), id: 'c2' }], `c>${long}`),
    ]
    for (const document of documents) expect(JSON.stringify(told(document)).length).toBeLessThan(100_000)
  })

  test.each([
    ['variables of the environment', { workflow: { graph: good, environment_variables: Array(200_000).fill(1) } }],
    ['edges', { ...good, edges: Array(10_001).fill({ source: 's', target: 'c' }) }],
    ['values in a node', changed([node('x', 'answer', { answer: '', more: Array(60_000).fill(1) })], 's>x')],
  ])('too many %s are one issue', (_, document) => {
    expect(issuesOf(document)).toEqual([expect.stringMatching(/at most|more than/) as string])
  })

  test('thousands of ways out and of names that are read by thousands take no square of time', () => {
    const cases = Array.from({ length: 9000 }, (_, i) => ({ case_id: `c${i}`, conditions: [] }))
    const edges = cases.map((_, i) => ({ source: 'x', sourceHandle: `c${i}`, target: 'e' }))
    const branching = { nodes: [...good.nodes, node('x', 'if-else', { cases })], edges: [...good.edges, ...edges] }
    const before = process.cpuUsage()
    expect(issuesOf(branching)).toEqual([])
    expect(process.cpuUsage(before).user / 1000).toBeLessThan(1500)
  })
})
