import { describe, expect, test } from 'vitest'
import { edgesOf, findNode } from '../graph/access.ts'
import { connect } from '../graph/connect.ts'
import type { WorkflowDocument } from '../graph/document.ts'
import { addAfter, addNode, updateData } from '../graph/edit-nodes.ts'
import { newDocument } from '../graph/new-document.ts'
import type { AddRequest } from '../store/editor-store.ts'
import { addFirstCode, addWhere, choicesFor } from './add.ts'

const idOf = (document: WorkflowDocument, type: string) =>
  document.workflow.graph.nodes.find(({ data }) => data.type === type)?.id ?? ''
const at = { x: 0, y: 0 }
const typesFor = (document: WorkflowDocument, where: AddRequest['where']) =>
  choicesFor(document, { at, where }).flatMap(({ types }) => types)

function joined(): WorkflowDocument {
  const document = newDocument()
  const connected = connect(document, { source: idOf(document, 'start'), target: idOf(document, 'end') })
  if (!('document' in connected)) throw new Error(connected.reason)
  return connected.document
}

describe('what can be added', () => {
  test('after a node with two handles stands under each of them', () => {
    const { document, id } = addNode(newDocument(), 'code', at)
    const data = findNode(document, id)?.data
    if (!data) throw new Error('no node')
    const failing = updateData(document, id, { ...data, error_strategy: 'fail-branch' })
    const choices = choicesFor(failing, { at, where: { after: id, handle: null } })
    expect(choices.map(({ handle }) => handle?.id)).toEqual(['source', 'fail-branch'])
  })

  test('is no end on an edge, no start twice, and no answer outside of a chat', () => {
    const document = joined()
    const [edge] = edgesOf(document)
    expect(typesFor(document, { edge: edge?.id ?? '' })).not.toContain('end')
    const free = typesFor(document, { position: at })
    expect(free).toContain('end')
    expect(free).not.toContain('start')
    expect(free).not.toContain('answer')
  })

  test('is no end and no iteration inside an iteration', () => {
    const { document, id } = addNode(newDocument(), 'iteration', at)
    const types = typesFor(document, { inside: id })
    expect(types).toContain('code')
    expect(types).not.toContain('end')
    expect(types).not.toContain('iteration')
  })
})

describe('a node that is added', () => {
  test('on an edge stands between the two, which make room', () => {
    const document = joined()
    const before = findNode(document, idOf(document, 'end'))?.position.x ?? 0
    const first = addWhere(document, { edge: edgesOf(document)[0]?.id ?? '' }, { type: 'code', handle: null })
    const second = addWhere(
      first?.document ?? document,
      { edge: edgesOf(first?.document ?? document).find(({ source }) => source === first?.id)?.id ?? '' },
      { type: 'code', handle: null },
    )
    const whole = second?.document ?? document
    expect(edgesOf(whole).map(({ source, target }) => [source, target])).toEqual(
      expect.arrayContaining([
        [idOf(whole, 'start'), first?.id],
        [first?.id, second?.id],
        [second?.id, idOf(whole, 'end')],
      ]),
    )
    expect(edgesOf(whole)).toHaveLength(3)
    expect(findNode(whole, idOf(whole, 'end'))?.position.x).toBeGreaterThan(before)
  })

  test('inside an iteration comes at the end of its line', () => {
    const iteration = addNode(newDocument(), 'iteration', at)
    const one = addAfter(iteration.document, 'code', { nodeId: `${iteration.id}start` })
    const two = addWhere(one.document, { inside: iteration.id }, { type: 'template-transform', handle: null })
    const edges = edgesOf(two?.document ?? one.document)
    expect(edges.map(({ source, target }) => [source, target])).toEqual([
      [`${iteration.id}start`, one.id],
      [one.id, two?.id],
    ])
  })

  test('is none where its edge is gone', () => {
    expect(addWhere(newDocument(), { edge: 'gone' }, { type: 'code', handle: null })).toBeNull()
  })
})

describe('the first Code node', () => {
  test('comes between start and end', () => {
    const document = newDocument()
    const added = addFirstCode(document)
    const pairs = edgesOf(added?.document ?? document).map(({ source, target }) => [source, target])
    expect(pairs).toEqual([
      [idOf(document, 'start'), added?.id],
      [added?.id, idOf(document, 'end')],
    ])
  })

  test('is none where there is no start', () => {
    const document = newDocument()
    const { graph } = document.workflow
    expect(addFirstCode({ ...document, workflow: { ...document.workflow, graph: { ...graph, nodes: [] } } })).toBe(null)
  })
})
