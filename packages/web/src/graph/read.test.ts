import { readFileSync } from 'node:fs'
import { checkWorkflow } from 'codenode/contract'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { findNode, nodesOf } from './access.ts'
import type { GraphNode, NodeData, WorkflowDocument } from './document.ts'
import { readDocument, writeDocument } from './document-text.ts'
import { addNode, updateData } from './edit-nodes.ts'
import { newDocument } from './new-document.ts'
import { describeProblem, problemsByNode } from './problems.ts'
import { typeOf, upstreamVariables, variablesInside } from './upstream.ts'
import { renameOutput, usesOf } from './uses.ts'

const demo = readFileSync(new URL('../../../../examples/workflows/seattle-trip.yml', import.meta.url), 'utf8')

function read(text: string): WorkflowDocument {
  const result = readDocument(text)
  if ('problems' in result) throw new Error(JSON.stringify(result.problems))
  return result.document
}

function node(id: string, data: NodeData, parentId?: string): GraphNode {
  return { id, position: { x: 0, y: 0 }, ...(parentId ? { parentId } : {}), data }
}

function graph(nodes: GraphNode[], edges: [string, string, string?][]): WorkflowDocument {
  return {
    kind: 'app',
    app: { mode: 'workflow' },
    workflow: {
      environment_variables: [{ name: 'key', value_type: 'secret', value: 'x' }],
      graph: {
        nodes,
        edges: edges.map(([source, target, sourceHandle = 'source']) => {
          return { id: `${source}-${sourceHandle}-${target}`, source, target, sourceHandle }
        }),
      },
    },
  }
}

describe('documents', () => {
  test('a real export is read, and written without a loss', () => {
    const document = read(demo)
    expect(read(writeDocument(document))).toEqual(document)
    expect(checkWorkflow(document)).toEqual([])
  })

  test('whatever is in a document comes back', () => {
    const json = fc.jsonValue({ maxDepth: 3 }).map(withoutOddities)
    const document = fc.record({
      extra: json,
      data: fc.dictionary(keys, json),
      number: fc.bigInt({ min: 2n ** 53n, max: 2n ** 70n }),
    })
    fc.assert(
      fc.property(document, ({ extra, data, number }) => {
        const base = newDocument('x', 1)
        const own = { ...data, type: 'start', big: number }
        const whole = { ...updateData(base, '1', own), extra } as WorkflowDocument
        expect(read(writeDocument(whole))).toEqual(whole)
      }),
      { numRuns: 100 },
    )
  })

  test('a graph alone is put where an export has it, and laid out when it has no places', () => {
    const document = read(
      '{"nodes": [{"id": "a", "data": {"type": "start"}}, {"id": "b", "data": {}}], "edges": [{"source": "a", "target": "b"}]}',
    )
    expect(document).toMatchObject({ kind: 'app', version: '0.3.0', app: { mode: 'workflow' } })
    expect(document.workflow.graph.edges).toEqual([{ id: 'a-source-b-target', source: 'a', target: 'b' }])
    const [a, b] = nodesOf(document)
    expect(b?.position.x).toBeGreaterThan(a?.position.x ?? 0)
  })

  test.each([
    ['', 'workflow', /empty/],
    ['hello', 'workflow', /must be an export/],
    ['a: [', 'line 1, column 5', /cannot be read/],
    ['{"nodes": [{"id": 5.5, "data": {}}]}', 'nodes[0].id', /5/],
    ['{"nodes": [], "edges": [{"source": "a"}]}', 'edges[0].target', /./],
    ['kind: app\nworkflow: {graph: {nodes: 1}}', 'workflow.graph.nodes', /./],
  ])('%j is refused with its place', (text, path, message) => {
    const result = readDocument(text)
    expect(result).toEqual({ problems: [{ path, message: expect.stringMatching(message) as string }] })
  })
})

describe('problems', () => {
  test('are those of the API, by node, counted from its data', () => {
    const { document, id } = addNode(newDocument('x', 1), 'code', { x: 0, y: 0 }, { nodeId: '1' })
    const data = findNode(document, id)?.data ?? { type: '' }
    const wrong = updateData(document, id, { ...data, variables: [{ variable: '1a', value_selector: ['1', 'q'] }] })
    const problems = problemsByNode(wrong).blocking.get(id)
    expect(problems?.map(({ path }) => path)).toEqual(['variables[0].variable', 'variables[0].value_selector'])
    const [issue] = checkWorkflow(wrong).filter(({ node }) => node?.id === id)
    expect(problems?.map(({ message }) => message)).toEqual([issue?.message, 'Deleted variable (q)'])
  })

  test('are variables that are gone, also in nodes that nothing leads to, and never by an id', () => {
    const nodes = [
      node('s', { type: 'start', title: 'S', variables: [] }),
      node('c', code({ y: { type: 'string', children: null } }, { title: 'Count', variables: [] })),
      node('t', {
        type: 'template-transform',
        template: '',
        variables: [{ variable: 'a', value_selector: ['c', 'z'] }],
      }),
      node('i', {
        type: 'if-else',
        cases: [
          {
            case_id: 'a',
            conditions: [{ variable_selector: ['x', 'dear'], comparison_operator: 'is', value: '{{#x.b#}}' }],
          },
        ],
      }),
      node('v', { type: 'variable-aggregator', variables: [['x', 'c']] }),
      node('e', { type: 'end', outputs: [{ variable: 'r', value_selector: ['x', 'd', 'e'] }] }),
      node('l', { type: 'iteration', iterator_selector: ['c', 'y'], output_selector: ['x', 'f'] }),
    ]
    const { blocking, quiet, idle } = problemsByNode(
      graph(nodes, [
        ['s', 'c'],
        ['c', 't'],
        ['s', 'e'],
      ]),
    )
    expect([...idle]).toEqual(['i', 'v', 'l'])
    const told = [...blocking].map(([id, problems]) => [id, problems.map(describeProblem)])
    expect(Object.fromEntries(told)).toEqual({
      t: ['Deleted variable (z)'],
      i: ['Deleted variable (dear)', 'Deleted variable (b)'],
      v: ['Deleted variable (c)'],
      e: ['Deleted variable (d.e)'],
      l: [expect.stringMatching(/no value here: Count doesn’t run/), 'Deleted variable (f)'],
    })
    expect(quiet.get('l')?.map(describeProblem)).toEqual([expect.stringMatching(/no nodes inside/)])
  })

  test('are no variables that are not chosen yet, until a run was tried; an If without conditions is one', () => {
    const { document, id } = addNode(newDocument('x', 1), 'code', { x: 0, y: 0 }, { nodeId: '1' })
    expect(problemsByNode(document).blocking).toEqual(new Map())
    const tried = problemsByNode(document, new Set([id])).blocking
    expect(tried.get(id)).toEqual([{ path: 'variables[0].value_selector', message: 'Choose a variable' }])
    const branch = addNode(document, 'if-else', { x: 0, y: 0 }, { nodeId: '1' })
    const cases = [{ case_id: 'true', conditions: [] }]
    const empty = updateData(branch.document, branch.id, { type: 'if-else', cases })
    expect([...problemsByNode(empty).blocking.values()]).toEqual([
      [{ path: 'cases[0].conditions', message: 'Add a condition' }],
    ])
  })

  test('of no node stand apart', () => {
    const { workflow, ...frame } = newDocument('x', 1)
    const document = { ...frame, workflow: { ...workflow, graph: { nodes: [], edges: [] } } }
    expect([...problemsByNode(document).blocking.keys()]).toEqual([''])
  })
})

const code = (outputs: Record<string, unknown>, more = {}): NodeData => ({
  type: 'code',
  title: 'C',
  code: 'x',
  outputs,
  ...more,
})

describe('variables', () => {
  const document = graph(
    [
      node('s', {
        type: 'start',
        title: 'S',
        variables: [
          { variable: 'q', type: 'paragraph' },
          { variable: 'n', type: 'number' },
          { variable: 'f', type: 'file-list' },
        ],
      }),
      node(
        'c',
        code(
          {
            o: { type: 'object', children: { k: { type: 'number' } } },
            rows: { type: 'array[object]', children: { z: { type: 'string' } } },
          },
          { error_strategy: 'fail-branch' },
        ),
      ),
      node('g', {
        type: 'variable-aggregator',
        title: 'G',
        variables: [
          ['c', 'o', 'k'],
          ['s', 'n'],
        ],
      }),
      node('i', { type: 'iteration', title: 'I', iterator_selector: ['c', 'rows'], output_selector: ['t', 'output'] }),
      node('t', { type: 'template-transform', title: 'T', template: '', variables: [] }, 'i'),
      node('e', { type: 'end', title: 'E', outputs: [] }),
      node('x', { type: 'template-transform', title: 'X', template: '', variables: [] }),
    ],
    [
      ['s', 'c'],
      ['c', 'g'],
      ['g', 'i'],
      ['i', 'e'],
    ],
  )
  const typesFor = (id: string) =>
    upstreamVariables(document, id)
      .filter(({ nodeId }) => nodeId !== 'sys')
      .map(({ selector, type }) => `${selector.join('.')}: ${type}`)
  const beforeGroup = [
    's.q: string',
    's.n: number',
    's.f: array[file]',
    'c.o: object',
    'c.o.k: number',
    'c.rows: array[object]',
    'c.error_message: string',
    'c.error_type: string',
  ]

  test.each([
    ['s', ['env.key: secret']],
    ['g', [...beforeGroup, 'env.key: secret']],
    ['t', ['i.item: object', 'i.index: number', ...beforeGroup, 'g.output: number', 'env.key: secret']],
    ['e', [...beforeGroup, 'g.output: number', 'i.output: array[string]', 'env.key: secret']],
    ['nobody', []],
  ])('that %s can read are %j', (id, expected) => expect(typesFor(id)).toEqual(expected))

  test('without a value on a branch stand last and say so, on both branches', () => {
    const failing = node('c', code({ y: { type: 'string', children: null } }, { error_strategy: 'fail-branch' }))
    const branches = graph(
      [
        node('s', { type: 'start', variables: [] }),
        failing,
        node('ok', code({})),
        node('bad', code({})),
        node('both', code({})),
      ],
      [
        ['s', 'c'],
        ['c', 'ok'],
        ['c', 'bad', 'fail-branch'],
        ['ok', 'both'],
        ['bad', 'both'],
      ],
    )
    const offered = (id: string) =>
      upstreamVariables(branches, id)
        .filter(({ nodeId }) => nodeId === 'c')
        .map(({ selector, noValue }) => [selector[1], noValue])
    expect(offered('bad')).toEqual([
      ['error_message', undefined],
      ['error_type', undefined],
      ['y', 'no value after a failure'],
    ])
    expect(offered('ok')).toEqual([
      ['y', undefined],
      ['error_message', 'no value after a success'],
      ['error_type', 'no value after a success'],
    ])
    expect(offered('both').map(([, noValue]) => noValue)).toEqual([undefined, undefined, undefined])
  })

  test('inside an iteration are those that it can give', () => {
    expect(variablesInside(document, 'i').map(({ selector }) => selector)).toEqual([['t', 'output']])
    expect(upstreamVariables(document, 'x').some(({ selector }) => selector[0] === 'sys')).toBe(true)
    expect(typeOf(document, ['i', 'item'])).toBe('object')
    expect(typeOf(document, ['sys', 'files'])).toBe('array[file]')
  })

  test('that go in a circle have no known type', () => {
    const circle = graph([node('g', { type: 'variable-aggregator', variables: [['g', 'output']] })], [])
    expect(typeOf(circle, ['g', 'output'])).toBe('any')
  })
})

describe('renaming', () => {
  const readers = graph(
    [
      node('s', { type: 'start', title: 'S', variables: [{ variable: 'q' }] }),
      node(
        'c',
        code(
          { old: { type: 'object', children: { k: { type: 'string' } } }, b: { type: 'string' } },
          { error_strategy: 'default-value', default_value: [{ key: 'old', type: 'object', value: {} }] },
        ),
      ),
      node(
        'd',
        code(
          { r: { type: 'string' } },
          { variables: [{ variable: 'v', value_selector: ['c', 'old', 'k'] }], code: '# {{#c.old#}}' },
        ),
      ),
      node('f', {
        type: 'if-else',
        cases: [
          {
            case_id: 'true',
            logical_operator: 'and',
            conditions: [{ variable_selector: ['c', 'old'], comparison_operator: 'is', value: '{{#c.old.k#}}!' }],
          },
        ],
      }),
      node('g', {
        type: 'variable-aggregator',
        variables: [
          ['c', 'old'],
          ['c', 'b'],
        ],
      }),
      node('a', { type: 'answer', answer: 'A {{#c.old#}} {{#c.older#}} {{#d.old#}}' }),
      node('e', { type: 'end', outputs: [{ variable: 'old', value_selector: ['c', 'old'] }] }),
    ],
    [
      ['s', 'c'],
      ['c', 'd'],
      ['d', 'f'],
      ['f', 'g', 'true'],
      ['g', 'a'],
      ['g', 'e'],
    ],
  )

  test('an output changes it wherever it is read, and nothing else', () => {
    const renamed = renameOutput(readers, 'c', 'old', 'new')
    const dataOf = (id: string) => findNode(renamed, id)?.data
    expect(Object.keys(dataOf('c')?.outputs ?? {})).toEqual(['new', 'b'])
    expect(dataOf('c')?.default_value).toEqual([{ key: 'new', type: 'object', value: {} }])
    expect(dataOf('d')).toMatchObject({ variables: [{ value_selector: ['c', 'new', 'k'] }], code: '# {{#c.old#}}' })
    expect(dataOf('f')).toMatchObject({
      cases: [{ conditions: [{ variable_selector: ['c', 'new'], value: '{{#c.new.k#}}!' }] }],
    })
    expect(dataOf('g')).toMatchObject({
      variables: [
        ['c', 'new'],
        ['c', 'b'],
      ],
    })
    expect(dataOf('a')).toMatchObject({ answer: 'A {{#c.new#}} {{#c.older#}} {{#d.old#}}' })
    expect(dataOf('e')).toMatchObject({ outputs: [{ variable: 'old', value_selector: ['c', 'new'] }] })
    expect(findNode(renamed, 's')).toBe(findNode(readers, 's'))
    expect(usesOf(readers, 'c', 'old').map(({ nodeId, path }) => `${nodeId} ${path}`)).toEqual([
      'd variables[0].value_selector',
      'f cases[0].conditions[0].variable_selector',
      'f cases[0].conditions[0].value',
      'g variables[0]',
      'a answer',
      'e outputs[0].value_selector',
    ])
    expect(usesOf(renamed, 'c', 'old')).toEqual([])
  })

  test.each([
    ['c', 'old', 'b'],
    ['c', 'none', 'new'],
    ['c', 'old', 'old'],
    ['c', 'old', ''],
    ['nobody', 'old', 'new'],
  ])('%s.%s to %j is not done', (id, from, to) => expect(renameOutput(readers, id, from, to)).toBe(readers))

  test('keeps all references valid, in any order of renames', () => {
    const document = read(demo)
    const outputs = nodesOf(document).flatMap(({ id, data }) =>
      data.type === 'code' ? Object.keys(data.outputs ?? {}).map((name) => [id, name] as const) : [],
    )
    const renames = fc.array(fc.tuple(fc.nat(outputs.length - 1), fc.stringMatching(/^[a-z_][a-z0-9_]{0,20}$/)), {
      maxLength: 8,
    })
    fc.assert(
      fc.property(renames, (list) => {
        let renamed = document
        const names = new Map(outputs.map(([, name], index) => [index, name]))
        for (const [index, to] of list) {
          const next = renameOutput(renamed, outputs[index]?.[0] ?? '', names.get(index) ?? '', to)
          if (next !== renamed) names.set(index, to)
          renamed = next
        }
        expect(checkWorkflow(renamed).filter(({ path }) => path.includes('selector'))).toEqual([])
      }),
      { numRuns: 30 },
    )
  })

  test('a member of an object is renamed wherever it is read', () => {
    const outputs = { o: { type: 'object', children: { k: { type: 'number' }, taken: { type: 'string' } } } }
    const document = graph(
      [
        node('c', code(outputs)),
        node('a', { type: 'answer', answer: '{{#c.o.k#}} {{#c.o.taken#}} {{#c.k#}}' }),
        node('e', { type: 'end', outputs: [{ variable: 'x', value_selector: ['c', 'o', 'k', 'deep'] }] }),
      ],
      [],
    )
    const renamed = renameOutput(document, 'c', 'k', 'size', ['o'])
    expect(findNode(renamed, 'c')?.data.outputs).toEqual({
      o: { type: 'object', children: { size: { type: 'number' }, taken: { type: 'string' } } },
    })
    expect(findNode(renamed, 'a')?.data.answer).toBe('{{#c.o.size#}} {{#c.o.taken#}} {{#c.k#}}')
    expect(findNode(renamed, 'e')?.data.outputs).toMatchObject([{ value_selector: ['c', 'o', 'size', 'deep'] }])
    expect(renameOutput(document, 'c', 'k', 'taken', ['o'])).toBe(document)
    expect(renameOutput(document, 'c', 'k', 'size', ['nothing'])).toBe(document)
  })

  test('the inputs of a start node and the groups of an aggregator are renamed, too', () => {
    const groups = { group_enabled: true, groups: [{ group_name: 'one', variables: [['s', 'q']] }] }
    const document = graph(
      [
        node('s', {
          type: 'start',
          variables: [
            { variable: 'q', label: 'q' },
            { variable: 'r', label: 'Rows' },
          ],
        }),
        node('g', { type: 'variable-aggregator', variables: [], advanced_settings: groups }),
        node('a', { type: 'answer', answer: '{{#g.one#}} {{#s.q#}}' }),
      ],
      [],
    )
    const renamed = renameOutput(renameOutput(renameOutput(document, 's', 'r', 't'), 's', 'q', 'p'), 'g', 'one', 'two')
    // A label that is the name follows it; one that somebody wrote stays.
    expect(findNode(renamed, 's')?.data.variables).toEqual([
      { variable: 'p', label: 'p' },
      { variable: 't', label: 'Rows' },
    ])
    expect(findNode(renamed, 'g')?.data.advanced_settings).toEqual({
      group_enabled: true,
      groups: [{ group_name: 'two', variables: [['s', 'p']] }],
    })
    expect(findNode(renamed, 'a')?.data.answer).toBe('{{#g.two#}} {{#s.p#}}')
  })
})

const keys = fc.string({ maxLength: 12 }).filter((key) => key !== '__proto__' && key !== 'iteration_id')

/** -0 is 0 in any text, and __proto__ cannot be compared. */
function withoutOddities(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value).replaceAll('__proto__', 'proto'))
}
