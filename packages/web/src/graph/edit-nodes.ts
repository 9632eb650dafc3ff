import type { NodeType } from 'codenode/contract'
import { edgesOf, findNode, mapNodes, nodesOf, parentOf, withData, withGraph, withInside } from './access.ts'
import { chooseObvious } from './choose-obvious.ts'
import { lastLanguage } from './code-language.ts'
import { connect } from './connect.ts'
import type { GraphNode, NodeData, Position, WorkflowDocument } from './document.ts'
import { handlesOf } from './handles.ts'
import { freshIds, titlesOf, uniqueTitle } from './ids.ts'
import { clearBelow, findRoom, gap, settle, sizeOf } from './layout.ts'
import { buildIterationStart, buildNode, nodeSize, typeTitles } from './new-node.ts'

/** Where a new node belongs: behind a node (by one of its handles), or inside an iteration. */
export type InsertionPoint = { readonly nodeId: string; readonly handle?: string } | { readonly parentId: string }

export type Added = { document: WorkflowDocument; id: string }

/** A new node with its own title and good settings; connected when it comes after another. */
export function addNode(document: WorkflowDocument, type: NodeType, wanted: Position, after?: InsertionPoint): Added {
  const id = freshIds(document, 1)[0] as string
  const parentId = after ? parentAt(document, after) : null
  const title = uniqueTitle(typeTitles[type], titlesOf(document))
  const size = sizeOf(buildNode({ id, type, title, position: wanted, parentId }))
  const position = findRoom(document, wanted, { level: parentId, size })
  const node = buildNode({ id, type, title, position, parentId, language: lastLanguage(document) })
  const start = type === 'iteration' ? [buildIterationStart(id)] : []
  if (start[0]) Object.assign(node, { data: { ...node.data, start_node_id: start[0].id } })
  const added = withGraph(document, { nodes: [...nodesOf(document), node, ...start] })
  if (!after || !('nodeId' in after)) return { document: added, id }
  const connected = connect(added, { source: after.nodeId, sourceHandle: after.handle ?? 'source', target: id })
  return { document: settle(chooseObvious('document' in connected ? connected.document : added, id), id), id }
}

/** A new node to the right of another, connected, where there is room. What stands there and nothing leads to makes way. */
export function addAfter(
  document: WorkflowDocument,
  type: NodeType,
  after: { readonly nodeId: string; readonly handle?: string },
): Added {
  const source = findNode(document, after.nodeId)
  if (!source) return addNode(document, type, { x: 80, y: 280 })
  const place = handlesOf(source).findIndex(({ id }) => id === (after.handle ?? 'source'))
  const wanted = {
    x: source.position.x + sizeOf(source).width + gap.x,
    y: source.position.y + Math.max(0, place) * 120,
  }
  return addNode(makeWay(document, wanted, source), type, wanted, after)
}

/** An end that waits for its edge moves on, so that it stays last. */
function makeWay(document: WorkflowDocument, wanted: Position, source: GraphNode): WorkflowDocument {
  const targets = new Set(edgesOf(document).map(({ target }) => target))
  const isWaiting = (node: GraphNode): boolean => node.data.type === 'end' && !targets.has(node.id)
  const right = wanted.x + nodeSize.width + gap.x
  const moved = nodesOf(document)
    .filter((node) => isWaiting(node) && node.id !== source.id && parentOf(node) === parentOf(source))
    .filter(({ position: { x } }) => x < right && x + nodeSize.width > wanted.x)
    .map((node) => [node.id, { x: right, y: node.position.y }] as const)
  return moveNodes(document, new Map(moved))
}

/** Removes nodes with all that stands inside of them and every edge from and to them. The last start stays. */
export function removeNodes(document: WorkflowDocument, ids: readonly string[]): WorkflowDocument {
  const starts = nodesOf(document).filter(({ data }) => data.type === 'start')
  const removed = new Set(withInside(document, ids).map(({ id }) => id))
  const kept = starts.length > 0 && starts.every(({ id }) => removed.has(id)) ? starts[0] : undefined
  if (kept) removed.delete(kept.id)
  for (const node of nodesOf(document)) {
    // An iteration cannot do without its beginning.
    if (node.data.type === 'iteration-start' && !removed.has(parentOf(node) ?? '')) removed.delete(node.id)
  }
  if (removed.size === 0) return document
  return withGraph(document, {
    nodes: nodesOf(document).filter(({ id }) => !removed.has(id)),
    edges: edgesOf(document).filter(({ source, target }) => !removed.has(source) && !removed.has(target)),
  })
}

export function moveNodes(document: WorkflowDocument, positions: ReadonlyMap<string, Position>): WorkflowDocument {
  return mapNodes(document, (node) => {
    const position = positions.get(node.id)
    if (!position || (position.x === node.position.x && position.y === node.position.y)) return node
    // Dify keeps the place on the canvas as well; a stale one would be taken for the truth.
    const { positionAbsolute: _, ...rest } = node
    return { ...rest, position }
  })
}

/**
 * Gives a node new settings. Edges from a handle that it no longer has are removed; a card that grows with a new one
 * covers nothing.
 */
export function updateData(document: WorkflowDocument, id: string, data: NodeData): WorkflowDocument {
  const before = findNode(document, id)
  if (!before) return document
  const changed = clearBelow(
    mapNodes(document, (node) => (node.id === id ? withData(node, data) : node)),
    before,
  )
  const after = { ...before, data }
  const kept = new Set(handlesOf(after).map((handle) => handle.id))
  const gone = new Set(
    handlesOf(before)
      .map((handle) => handle.id)
      .filter((handle) => !kept.has(handle)),
  )
  if (gone.size === 0) return changed
  return withGraph(changed, {
    edges: edgesOf(changed).filter((edge) => edge.source !== id || !gone.has(edge.sourceHandle ?? 'source')),
  })
}

function parentAt(document: WorkflowDocument, place: InsertionPoint): string | null {
  if ('parentId' in place) return place.parentId
  const node = findNode(document, place.nodeId)
  return node ? parentOf(node) : null
}
