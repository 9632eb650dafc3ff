import { expect, test } from 'vitest'
import { connect } from '../graph/connect.ts'
import type { WorkflowDocument } from '../graph/document.ts'
import { addAfter, addNode } from '../graph/edit-nodes.ts'
import { newDocument } from '../graph/new-document.ts'
import { inGraphOrder } from './graph-order.ts'

const titlesIn = (document: WorkflowDocument) => inGraphOrder(document).map(({ data }) => data.title)
const idOf = (document: WorkflowDocument, title: string) =>
  document.workflow.graph.nodes.find(({ data }) => data.title === title)?.id ?? ''

test('each node comes after those before it, wherever it stands', () => {
  const start = newDocument()
  const code = addNode(start, 'code', { x: 2000, y: 0 })
  const whole = [
    { source: idOf(start, 'Start'), target: code.id },
    { source: code.id, target: idOf(start, 'End') },
  ].reduce((document, connection) => {
    const connected = connect(document, connection)
    return 'document' in connected ? connected.document : document
  }, code.document)
  expect(titlesIn(whole)).toEqual(['Start', 'Code', 'End'])
})

test('nodes inside an iteration come right behind it, before what follows', () => {
  const start = newDocument()
  const iteration = addAfter(start, 'iteration', { nodeId: idOf(start, 'Start') })
  const inside = addAfter(iteration.document, 'code', { nodeId: `${iteration.id}start` })
  const after = addAfter(inside.document, 'template-transform', { nodeId: iteration.id })
  const order = inGraphOrder(after.document).map(({ data }) => data.type)
  expect(order.filter((type) => type !== 'end')).toEqual([
    'start',
    'iteration',
    'iteration-start',
    'code',
    'template-transform',
  ])
})

test('a circle in an export still gives every node once', () => {
  const { document, id } = addNode(newDocument(), 'code', { x: 0, y: 0 })
  const { graph } = document.workflow
  const edges = [
    { id: 'a', source: id, target: id },
    { id: 'b', source: id, target: graph.nodes[0]?.id ?? '' },
  ]
  const circle = { ...document, workflow: { ...document.workflow, graph: { ...graph, edges } } }
  expect(new Set(titlesIn(circle))).toEqual(new Set(['Code', 'End', 'Start']))
})
