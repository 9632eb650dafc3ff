import { describe, expect, test } from 'vitest'
import { addWhere } from '../canvas/add.ts'
import { edgesOf, findNode, nodesOf, parentOf } from './access.ts'
import { connect } from './connect.ts'
import type { GraphNode, WorkflowDocument } from './document.ts'
import { addAfter, addNode, updateData } from './edit-nodes.ts'
import { autoLayout, settle, sizeOf } from './layout.ts'
import { newDocument } from './new-document.ts'

const node = (document: WorkflowDocument, id: string): GraphNode => {
  const found = findNode(document, id)
  if (!found) throw new Error(`There is no node ${id}.`)
  return found
}
const idOf = (document: WorkflowDocument, type: string): string =>
  nodesOf(document).find(({ data }) => data.type === type)?.id ?? ''

function join(document: WorkflowDocument, source: string, target: string, sourceHandle = 'source') {
  const connected = connect(document, { source, target, sourceHandle })
  if ('reason' in connected) throw new Error(connected.reason)
  return settle(connected.document, target)
}

/** Nodes of one level that lie over each other, and edges that run backwards. */
function faultsOf(document: WorkflowDocument): string[] {
  const boxes = nodesOf(document).map((it) => ({ id: it.id, level: parentOf(it), ...it.position, ...sizeOf(it) }))
  const covered = boxes.flatMap((one, index) =>
    boxes
      .slice(index + 1)
      .filter(
        (other) =>
          one.level === other.level &&
          one.x < other.x + other.width &&
          other.x < one.x + one.width &&
          one.y < other.y + other.height &&
          other.y < one.y + one.height,
      )
      .map((other) => `${one.id} lies over ${other.id}`),
  )
  const backwards = edgesOf(document).filter(
    ({ source, target }) =>
      node(document, target).position.x < node(document, source).position.x + sizeOf(node(document, source)).width,
  )
  return [...covered, ...backwards.map(({ id }) => `${id} runs backwards`)]
}

/** Start → If → two Code nodes, and a fail branch, built as by hand. */
function branches() {
  const first = newDocument('w', 1)
  const choice = addAfter(first, 'if-else', { nodeId: idOf(first, 'start') })
  const yes = addAfter(choice.document, 'code', { nodeId: choice.id, handle: 'true' })
  const no = addAfter(yes.document, 'code', { nodeId: choice.id, handle: 'false' })
  const data = { ...node(no.document, yes.id).data, error_strategy: 'fail-branch' }
  const failing = updateData(no.document, yes.id, data)
  const instead = addAfter(failing, 'template-transform', { nodeId: yes.id, handle: 'fail-branch' })
  const good = addAfter(instead.document, 'template-transform', { nodeId: yes.id })
  return { document: good.document, choice, yes, no, instead, good, end: idOf(first, 'end') }
}

describe('places', () => {
  test('an end that waits for its edge moves on when a line of nodes comes to it', () => {
    let document = newDocument('w', 1)
    let last = idOf(document, 'start')
    for (let count = 0; count < 4; count++) {
      const added = addAfter(document, 'code', { nodeId: last })
      document = added.document
      last = added.id
    }
    const ends = nodesOf(document).map(({ position }) => position.y)
    expect(new Set(ends).size).toBe(1)
    expect(faultsOf(join(document, last, idOf(document, 'end')))).toEqual([])
  })

  test('what follows a branch stands in the next column, however long the ways to where they meet are', () => {
    const { document, choice, yes, no, instead, good } = branches()
    const gathered = addAfter(document, 'variable-aggregator', { nodeId: instead.id })
    const joined = join(join(gathered.document, good.id, gathered.id), no.id, gathered.id)
    const laid = autoLayout(joined)
    expect(faultsOf(laid)).toEqual([])
    expect(node(laid, no.id).position.x).toBe(node(laid, yes.id).position.x)
    expect(node(laid, no.id).position.x).toBeGreaterThan(node(laid, choice.id).position.x)
  })

  test('no new node lands on another one, and an edge that is drawn later does not run backwards', () => {
    const { document, no, good, end } = branches()
    expect(faultsOf(document)).toEqual([])
    expect(faultsOf(join(join(document, good.id, end), no.id, end))).toEqual([])
    const free = addNode(document, 'iteration', { x: 300, y: 250 })
    expect(faultsOf(free.document)).toEqual([])
  })

  test('a node on an edge pushes those after it, and not onto others', () => {
    const { document, choice, yes, no, end } = branches()
    const edge = edgesOf(document).find(({ target }) => target === yes.id)?.id ?? ''
    const added = addWhere(join(document, no.id, end), { edge }, { type: 'iteration', handle: null })
    expect(added && faultsOf(added.document)).toEqual([])
    expect(added && node(added.document, choice.id).position).toEqual(node(document, choice.id).position)
  })

  test('a frame grows with the nodes inside, and what stands beside it makes way', () => {
    const first = newDocument('w', 1)
    const iteration = addAfter(first, 'iteration', { nodeId: idOf(first, 'start') })
    let document = join(iteration.document, iteration.id, idOf(first, 'end'))
    for (let count = 0; count < 3; count++) {
      const added = addWhere(document, { inside: iteration.id }, { type: 'code', handle: null })
      document = added?.document ?? document
    }
    expect(faultsOf(document)).toEqual([])
    const frame = sizeOf(node(document, iteration.id))
    for (const it of nodesOf(document).filter((one) => parentOf(one) === iteration.id)) {
      expect(it.position.x + sizeOf(it).width).toBeLessThanOrEqual(frame.width)
    }
  })
})

describe('what is arranged', () => {
  test('keeps the order of the handles: If above Else, success above the fail branch', () => {
    const { document, yes, no, instead, good, end } = branches()
    // The order of the document says nothing.
    for (const edges of [edgesOf(document), edgesOf(document).toReversed()]) {
      const graph = { ...document.workflow.graph, edges }
      const laid = autoLayout({ ...document, workflow: { ...document.workflow, graph } })
      const y = (id: string) => node(laid, id).position.y
      expect(y(yes.id)).toBeLessThan(y(no.id))
      expect(y(good.id)).toBeLessThan(y(instead.id))
      expect(faultsOf(laid)).toEqual([])
      expect(autoLayout(laid)).toEqual(laid)
    }
    const joined = autoLayout(join(join(document, no.id, end), good.id, end))
    expect(node(joined, yes.id).position.y).toBeLessThan(node(joined, no.id).position.y)
  })

  test('has no crossing that another order avoids', () => {
    // Two lines, whose second nodes stand in the document the other way round.
    const first = newDocument('w', 1)
    const start = idOf(first, 'start')
    const a = addAfter(first, 'code', { nodeId: start })
    const b = addAfter(a.document, 'code', { nodeId: start })
    const b2 = addAfter(b.document, 'code', { nodeId: b.id })
    const a2 = addAfter(b2.document, 'code', { nodeId: a.id })
    const laid = autoLayout(a2.document)
    const y = (id: string) => node(laid, id).position.y
    expect(Math.sign(y(a.id) - y(b.id))).toBe(Math.sign(y(a2.id) - y(b2.id)))
  })
})
