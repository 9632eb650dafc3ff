import { checkWorkflow, type NodeType } from 'codenode/contract'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { edgesOf, findNode, nodesOf, parentOf } from './access.ts'
import { copyNodes, duplicateNodes, pasteNodes } from './clipboard.ts'
import { connect, leadsTo, removeEdges } from './connect.ts'
import type { WorkflowDocument } from './document.ts'
import { addAfter, addNode, moveNodes, removeNodes, updateData } from './edit-nodes.ts'
import { handlesOf } from './handles.ts'
import { newHistory, pushState, redo, undo } from './history.ts'
import { autoLayout, sizeOf } from './layout.ts'
import { newDocument } from './new-document.ts'

const at = { x: 0, y: 0 }

/** Start → a → b, and an end that nothing leads to. */
function chain() {
  const empty = newDocument('Test', 1000)
  const a = addAfter(empty, 'code', { nodeId: '1000' })
  const b = addAfter(a.document, 'code', { nodeId: a.id })
  return { document: b.document, a: a.id, b: b.id }
}

function connected(document: WorkflowDocument, source: string, target: string, sourceHandle = 'source') {
  const result = connect(document, { source, sourceHandle, target })
  if ('reason' in result) throw new Error(result.reason)
  return result.document
}

describe('adding', () => {
  test('a new node comes to the right of another, connected, with a title of its own and good settings', () => {
    const { document, a, b } = chain()
    expect(findNode(document, b)?.data).toEqual({
      type: 'code',
      title: 'Code 2',
      desc: '',
      variables: [{ variable: 'result', value_selector: [a, 'result'], value_type: 'string' }],
      code_language: 'python3',
      code: 'def main(result: str) -> dict:\n    return {\n        "result": result,\n    }\n',
      outputs: { result: { type: 'string', children: null } },
    })
    expect(edgesOf(document).map(({ source, target }) => [source, target])).toEqual([
      ['1000', a],
      [a, b],
    ])
    const [left, right] = [findNode(document, a), findNode(document, b)]
    expect(right?.position.x).toBeGreaterThan((left?.position.x ?? 0) + 244)
  })

  test('nodes that are added after the same one do not cover each other', () => {
    let { document } = chain()
    const ids = [1, 2, 3].map(() => {
      const added = addAfter(document, 'end', { nodeId: '1000' })
      document = added.document
      return added.id
    })
    const places = ids.map((id) => findNode(document, id)?.position.y ?? 0).sort((x, y) => x - y)
    expect(places.every((y, index) => index === 0 || y - (places[index - 1] ?? 0) >= 100)).toBe(true)
  })

  test('an iteration has its beginning, and what is added after that stands inside', () => {
    const { document, b } = chain()
    const iteration = addAfter(document, 'iteration', { nodeId: b })
    const start = `${iteration.id}start`
    expect(findNode(iteration.document, iteration.id)?.data.start_node_id).toBe(start)
    const inner = addAfter(iteration.document, 'code', { nodeId: start })
    const node = findNode(inner.document, inner.id)
    expect(node && parentOf(node)).toBe(iteration.id)
    expect(edgesOf(inner.document).at(-1)).toMatchObject({ source: start, data: { isInIteration: true } })
    expect(removeNodes(inner.document, [start])).toBe(inner.document)
    expect(nodesOf(removeNodes(inner.document, [iteration.id]))).toHaveLength(4)
  })

  test('the one variable that a new node can only mean is chosen', () => {
    const start = {
      type: 'start',
      variables: [
        { variable: 'rows', type: 'json_object' },
        { variable: 'n', type: 'number' },
      ],
    }
    const two = updateData(newDocument('Test', 1000), '1000', start)
    const data = (document: WorkflowDocument, type: NodeType) => {
      const added = addAfter(document, type, { nodeId: '1000' })
      return findNode(added.document, added.id)?.data
    }
    expect(data(two, 'code')).toMatchObject({ variables: [{ variable: 'text', value_selector: [] }] })
    const one = updateData(two, '1000', { ...start, variables: [{ variable: 'is-big', type: 'checkbox' }] })
    const row = { variable: 'is_big', value_selector: ['1000', 'is-big'], value_type: 'boolean' }
    expect(data(one, 'code')).toMatchObject({ variables: [row] })
    expect(data(one, 'code')?.code).toContain('main(is_big: bool)')
    expect(data(one, 'end')).toMatchObject({ outputs: [row] })
    expect(data(one, 'template-transform')).toMatchObject({ variables: [row] })
    expect(data(one, 'variable-aggregator')).toMatchObject({ variables: [row.value_selector], output_type: 'boolean' })
    const condition = {
      variable_selector: row.value_selector,
      varType: 'boolean',
      comparison_operator: 'is',
      value: true,
    }
    expect(data(one, 'if-else')).toMatchObject({ cases: [{ conditions: [condition] }] })
    expect(data(two, 'if-else')).toMatchObject({ cases: [{ conditions: [{ variable_selector: [] }] }] })

    const iteration = addAfter(one, 'iteration', { nodeId: '1000' })
    const inner = addAfter(iteration.document, 'code', { nodeId: `${iteration.id}start` })
    expect(findNode(inner.document, inner.id)?.data.variables).toMatchObject([
      { value_selector: [iteration.id, 'item'] },
    ])
    expect(findNode(inner.document, iteration.id)?.data.output_selector).toEqual([inner.id, 'result'])
  })

  test.each<NodeType>(['start', 'code', 'template-transform', 'if-else', 'variable-aggregator', 'end', 'answer'])(
    'the settings of a new %s have no problem but what the user must choose',
    (type) => {
      const { document, id } = addNode(newDocument(), type, at)
      const issues = checkWorkflow(document).filter(({ node }) => node?.id === id)
      expect(issues.filter(({ path }) => !/variables|selector|data\.type$/.test(path))).toEqual([])
    },
  )
})

describe('connecting is refused', () => {
  const { document, a, b } = chain()
  const end = '1001'
  const iteration = addNode(document, 'iteration', at)
  const cases: [string, WorkflowDocument, string, string, string, RegExp][] = [
    ['to itself', document, a, a, 'source', /itself/],
    ['twice', document, a, b, 'source', /already/],
    ['in a circle', document, b, a, 'source', /cycle/],
    ['into the start', document, a, '1000', 'source', /before a start/],
    ['out of the end', document, end, a, 'source', /after an end/],
    ['by a handle that is not there', document, a, end, 'fail-branch', /no way out/],
    ['to what is not there', document, a, 'nobody', 'source', /must exist/],
    [
      'across the border of an iteration',
      iteration.document,
      `${iteration.id}start`,
      end,
      'source',
      /leave an iteration/,
    ],
  ]
  test.each(cases)('%s', (_, from, source, target, sourceHandle, reason) => {
    expect(connect(from, { source, sourceHandle, target })).toEqual({ reason: expect.stringMatching(reason) as string })
  })

  test('and never makes a cycle, whatever is tried', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(7), fc.nat(7)), { maxLength: 60 }), (pairs) => {
        let graph = newDocument()
        const ids: string[] = []
        for (let index = 0; index < 8; index++) {
          const added = addNode(graph, 'code', at)
          graph = added.document
          ids.push(added.id)
        }
        for (const [source, target] of pairs) {
          const result = connect(graph, { source: ids[source] ?? '', target: ids[target] ?? '' })
          if ('document' in result) graph = result.document
        }
        expect(ids.some((id) => leadsTo(graph, id, id))).toBe(false)
        expect(new Set(edgesOf(graph).map(({ id }) => id)).size).toBe(edgesOf(graph).length)
      }),
      { numRuns: 50 },
    )
  })
})

describe('removing and changing', () => {
  test('a node goes with its edges; the last start stays', () => {
    const { document, a } = chain()
    const left = removeNodes(document, [a, '1000'])
    expect(nodesOf(left).map(({ data }) => data.type)).toEqual(['start', 'end', 'code'])
    expect(edgesOf(left)).toEqual([])
    expect(removeNodes(document, ['nobody'])).toBe(document)
    expect(edgesOf(removeEdges(document, [edgesOf(document)[0]?.id ?? '']))).toHaveLength(1)
  })

  test('without its fail branch a node loses the edge of it', () => {
    const { document, a, b } = chain()
    const data = findNode(document, b)?.data ?? { type: '' }
    const failing = updateData(document, b, { ...data, error_strategy: 'fail-branch' })
    expect(handlesOf(findNode(failing, b) ?? { data }).map(({ id }) => id)).toEqual(['source', 'fail-branch'])
    const joined = connected(connected(failing, b, '1001'), b, '1001', 'fail-branch')
    const plain = updateData(joined, b, data)
    expect(edgesOf(plain).map(({ source, sourceHandle }) => [source, sourceHandle])).toEqual([
      ['1000', 'source'],
      [a, 'source'],
      [b, 'source'],
    ])
  })

  test('a node that does not move is no change', () => {
    const { document, a } = chain()
    const position = findNode(document, a)?.position ?? at
    expect(moveNodes(document, new Map([[a, { ...position }]]))).toBe(document)
    expect(findNode(moveNodes(document, new Map([[a, { x: 7, y: 8 }]])), a)?.position).toEqual({ x: 7, y: 8 })
  })

  test.each([
    ['if-else', { cases: [{ case_id: 'true' }, { case_id: 'x' }] }, ['true', 'x', 'false']],
    ['if-else', { conditions: [] }, ['true', 'false']],
    ['end', {}, []],
    ['llm', {}, ['source']],
  ])('the handles of %s %j are %j', (type, data, ids) => {
    expect(handlesOf({ data: { type, ...data } }).map(({ id }) => id)).toEqual(ids)
  })
})

describe('copies', () => {
  function wired() {
    const { document, a, b } = chain()
    const data = findNode(document, b)?.data ?? { type: '' }
    const variables = [
      { variable: 'inner', value_selector: [a, 'result'] },
      { variable: 'outer', value_selector: ['1000', 'q'] },
    ]
    return { document: updateData(document, b, { ...data, variables, code: `{{#${a}.result#}}` }), a, b }
  }

  test('keep the edges and selectors between them, under new ids and titles', () => {
    const { document, a, b } = wired()
    const pasted = pasteNodes(document, copyNodes(document, [a, b, '1000']), { x: 500, y: 600 })
    if ('reason' in pasted) throw new Error(pasted.reason)
    const [a2 = '', b2 = ''] = pasted.ids
    expect(pasted.ids).toHaveLength(2)
    expect(findNode(pasted.document, b2)?.data).toMatchObject({
      title: 'Code 4',
      code: `{{#${a}.result#}}`,
      variables: [
        { variable: 'inner', value_selector: [a2, 'result'] },
        { variable: 'outer', value_selector: ['1000', 'q'] },
      ],
    })
    expect(edgesOf(pasted.document).at(-1)).toMatchObject({ source: a2, target: b2 })
    expect(findNode(pasted.document, a2)?.position).toEqual({ x: 500, y: 600 })
  })

  test('of an iteration have all that is inside', () => {
    const { document, b } = chain()
    const iteration = addAfter(document, 'iteration', { nodeId: b })
    const inner = addAfter(iteration.document, 'code', { nodeId: `${iteration.id}start` })
    const { document: copied, ids } = duplicateNodes(inner.document, [iteration.id])
    const copy = ids[0] ?? ''
    expect(findNode(copied, copy)?.data.start_node_id).toBe(`${copy}start`)
    const inside = nodesOf(copied).filter((node) => parentOf(node) === copy)
    expect(inside.map(({ data }) => data.type)).toEqual(['iteration-start', 'code'])
    expect(edgesOf(copied).at(-1)).toMatchObject({ source: `${copy}start`, data: { iteration_id: copy } })
  })

  test('of a node inside an iteration stay inside when they are duplicated, and leave it when they are pasted', () => {
    const { document } = chain()
    const iteration = addNode(document, 'iteration', at)
    const inner = addAfter(iteration.document, 'code', { nodeId: `${iteration.id}start` })
    const beside = duplicateNodes(inner.document, [inner.id])
    expect(
      parentOf(findNode(beside.document, beside.ids[0] ?? '') ?? { id: '', position: at, data: { type: '' } }),
    ).toBe(iteration.id)
    const pasted = pasteNodes(inner.document, copyNodes(inner.document, [inner.id]), at)
    if ('reason' in pasted) throw new Error(pasted.reason)
    const node = findNode(pasted.document, pasted.ids[0] ?? '')
    expect(node && parentOf(node)).toBeNull()
    expect(node?.data).not.toHaveProperty('isInIteration')
  })

  test.each(['', 'text', '{}', '[1]', '{"nodes": 3}', '{"nodes": []}'])('%j holds no nodes', (text) => {
    expect(pasteNodes(newDocument(), text, at)).toEqual({ reason: 'The clipboard has no nodes.' })
  })
})

describe('layout', () => {
  test('stands from left to right without anything covered, and iterations grow around what is inside', () => {
    const { document, b } = chain()
    const iteration = addAfter(document, 'iteration', { nodeId: b })
    const one = addAfter(iteration.document, 'code', { nodeId: `${iteration.id}start` })
    const two = addAfter(one.document, 'code', { nodeId: one.id })
    const after = addAfter(two.document, 'answer', { nodeId: iteration.id })
    const laid = autoLayout(after.document)
    for (const { source, target } of edgesOf(laid)) {
      const [from, to] = [findNode(laid, source), findNode(laid, target)]
      expect(to?.position.x).toBeGreaterThanOrEqual((from?.position.x ?? 0) + (from ? sizeOf(from).width : 0))
    }
    const outer = findNode(laid, iteration.id)
    const last = findNode(laid, two.id)
    expect((last?.position.x ?? 0) + 244).toBeLessThanOrEqual(outer ? sizeOf(outer).width : 0)
    expect(autoLayout(laid)).toEqual(laid)
  })
})

describe('history', () => {
  test('typing in one field is one step; a pause, another field or a gesture is the next', () => {
    let history = newHistory('')
    const type = (state: string, atMs: number, mergeKey?: string) => {
      history = pushState(history, state, { atMs, mergeKey })
    }
    type('a', 0, 'title')
    type('ab', 700, 'title')
    type('abc', 1400, 'title')
    type('abcd', 2300, 'title')
    type('other', 2400, 'desc')
    type('moved', 2500)
    expect(history.past).toEqual(['', 'abc', 'abcd', 'other'])
    history = undo(history)
    type('other!', 2550, 'desc')
    expect([history.past, history.future]).toEqual([['', 'abc', 'abcd', 'other'], []])
  })

  test('at most 200 steps are kept', () => {
    let history = newHistory(0)
    for (let step = 1; step <= 250; step++) history = pushState(history, step, { atMs: step })
    expect([history.past.length, history.past[0]]).toEqual([200, 50])
  })

  test('undoing all edits gives back the document, redoing them the last one', () => {
    const edits = fc.array(fc.tuple(fc.nat(5), fc.nat(20), fc.nat(20)), { maxLength: 40 })
    fc.assert(
      fc.property(edits, (list) => {
        const first = chain().document
        let history = newHistory(first)
        for (const [index, [kind, x, y]] of list.entries()) {
          history = pushState(history, edit(history.present, kind, x, y), { atMs: index * 1000 })
        }
        const last = history.present
        let back = history
        for (let step = 0; step < 60; step++) back = undo(back)
        expect(back.present).toBe(first)
        for (let step = 0; step < 60; step++) back = redo(back)
        expect(back.present).toBe(last)
      }),
      { numRuns: 50 },
    )
  })
})

function edit(document: WorkflowDocument, kind: number, x: number, y: number): WorkflowDocument {
  const pick = (number: number) => nodesOf(document)[number % nodesOf(document).length]?.id ?? ''
  switch (kind) {
    case 0:
      return addNode(document, 'if-else', { x, y }).document
    case 1:
      return removeNodes(document, [pick(x)])
    case 2: {
      const result = connect(document, { source: pick(x), target: pick(y) })
      return 'document' in result ? result.document : document
    }
    case 3:
      return moveNodes(document, new Map([[pick(x), { x, y }]]))
    case 4:
      return duplicateNodes(document, [pick(x), pick(y)]).document
    default:
      return autoLayout(document)
  }
}
