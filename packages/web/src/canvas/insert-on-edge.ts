import type { NodeType } from 'codenode/contract'
import { edgesOf, findNode, parentOf } from '../graph/access.ts'
import { connect, idsAfter, removeEdges } from '../graph/connect.ts'
import type { WorkflowDocument } from '../graph/document.ts'
import { type Added, addNode, moveNodes } from '../graph/edit-nodes.ts'
import { handlesOf } from '../graph/handles.ts'
import { sizeOf } from '../graph/layout.ts'

const gap = 60

/** Puts a new node between two that are connected; what comes after moves to the right where there is no room. */
export function insertOnEdge(document: WorkflowDocument, edgeId: string, type: NodeType): Added | null {
  const edge = edgesOf(document).find(({ id }) => id === edgeId)
  const source = edge && findNode(document, edge.source)
  const target = edge && findNode(document, edge.target)
  if (!source || !target) return null
  const position = { x: source.position.x + sizeOf(source).width + gap, y: (source.position.y + target.position.y) / 2 }
  const after = { nodeId: source.id, handle: edge.sourceHandle ?? 'source' }
  const added = addNode(removeEdges(document, [edge.id]), type, position, after)
  const node = findNode(added.document, added.id)
  if (!node) return null
  const way = handlesOf(node)[0]?.id
  if (way === undefined) return added
  const connected = connect(added.document, { source: node.id, sourceHandle: way, target: target.id })
  const whole = 'document' in connected ? connected.document : added.document
  const missing = position.x + sizeOf(node).width + gap - target.position.x
  return { id: added.id, document: missing > 0 ? shift(whole, target.id, missing) : whole }
}

function shift(document: WorkflowDocument, id: string, byX: number): WorkflowDocument {
  const first = findNode(document, id)
  const moved = [id, ...idsAfter(document, id)].flatMap((it) => {
    const node = findNode(document, it)
    if (!node || !first || parentOf(node) !== parentOf(first)) return []
    return [[it, { x: node.position.x + byX, y: node.position.y }] as const]
  })
  return moveNodes(document, new Map(moved))
}
