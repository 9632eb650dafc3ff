import type { NodeType } from 'codenode/contract'
import { edgesOf, findNode } from '../graph/access.ts'
import { connect, removeEdges } from '../graph/connect.ts'
import type { WorkflowDocument } from '../graph/document.ts'
import { type Added, addNode } from '../graph/edit-nodes.ts'
import { handlesOf } from '../graph/handles.ts'
import { gap, settle, sizeOf } from '../graph/layout.ts'
import { iterationSize, nodeSize } from '../graph/new-node.ts'

/** Puts a new node between two that are connected; what comes after moves to the right where there is no room. */
export function insertOnEdge(document: WorkflowDocument, edgeId: string, type: NodeType): Added | null {
  const edge = edgesOf(document).find(({ id }) => id === edgeId)
  const source = edge && findNode(document, edge.source)
  const target = edge && findNode(document, edge.target)
  if (!source || !target) return null
  const position = {
    x: source.position.x + sizeOf(source).width + gap.x,
    y: (source.position.y + target.position.y) / 2,
  }
  const after = { nodeId: source.id, handle: edge.sourceHandle ?? 'source' }
  const { width } = type === 'iteration' ? iterationSize : nodeSize
  const cut = settle(removeEdges(document, [edge.id]), target.id, position.x + width + gap.x)
  const added = addNode(cut, type, position, after)
  const node = findNode(added.document, added.id)
  const handle = node && handlesOf(node)[0]?.id
  if (handle === undefined) return added
  const connected = connect(added.document, { source: added.id, sourceHandle: handle, target: target.id })
  return 'document' in connected ? { ...added, document: settle(connected.document, target.id) } : added
}
