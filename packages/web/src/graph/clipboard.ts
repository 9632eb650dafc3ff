import { isObject, parseLossless, stringifyLossless } from 'codenode/contract'
import { labels } from '../labels/editor.ts'
import { edgesOf, nodesOf, parentOf, withGraph, withInside } from './access.ts'
import { edgeId } from './connect.ts'
import type { GraphEdge, GraphNode, NodeData, Position, WorkflowDocument } from './document.ts'
import { toDocument } from './document-text.ts'
import { freshIds, titlesOf, uniqueTitle } from './ids.ts'
import { boxAround, findRoom } from './layout.ts'
import { mapSelectors } from './map-selectors.ts'

type Part = { nodes: readonly GraphNode[]; edges: readonly GraphEdge[] }

/** Nodes, with all that stands inside of them and the edges between them, as text for the clipboard. */
export function copyNodes(document: WorkflowDocument, ids: readonly string[]): string {
  return stringifyLossless({ kind: 'codenode-nodes', ...partOf(document, ids) })
}

/** Puts copied nodes in, the upper left one at `at`. Text that holds no nodes is refused. */
export function pasteNodes(
  document: WorkflowDocument,
  text: string,
  at: Position,
): { document: WorkflowDocument; ids: string[] } | { reason: string } {
  const part = readPart(text)
  if (!part || part.nodes.length === 0) return { reason: labels.refusals.noNodes }
  const outer = outerNodes(part)
  const left = Math.min(...outer.map(({ position }) => position.x))
  const top = Math.min(...outer.map(({ position }) => position.y))
  return insert(document, part, { x: at.x - left, y: at.y - top })
}

/** Copies beside the originals, with the edges and selectors between them. */
export function duplicateNodes(
  document: WorkflowDocument,
  ids: readonly string[],
  offset: Position = { x: 40, y: 40 },
): { document: WorkflowDocument; ids: string[] } {
  const part = partOf(document, ids)
  const parents = new Map(part.nodes.map((node) => [node.id, parentOf(node)]))
  return insert(document, part, offset, (id) => parents.get(id) ?? null)
}

function partOf(document: WorkflowDocument, ids: readonly string[]): Part {
  const nodes = withInside(document, ids).filter(
    (node) =>
      node.data.type !== 'start' && (node.data.type !== 'iteration-start' || isParentWanted(document, node, ids)),
  )
  const copied = new Set(nodes.map(({ id }) => id))
  const edges = edgesOf(document).filter(({ source, target }) => copied.has(source) && copied.has(target))
  return { nodes, edges }
}

function isParentWanted(document: WorkflowDocument, node: GraphNode, ids: readonly string[]): boolean {
  return withInside(document, ids).some(({ id }) => id === parentOf(node))
}

/** What `copyNodes` wrote, or a graph of another origin. */
function readPart(text: string): Part | null {
  try {
    const read = toDocument(parseLossless(text))
    if (!('document' in read)) return null
    return partOf(
      read.document,
      nodesOf(read.document).map(({ id }) => id),
    )
  } catch {
    // Any text can be in a clipboard.
    return null
  }
}

function outerNodes({ nodes }: Part): GraphNode[] {
  const ids = new Set(nodes.map(({ id }) => id))
  return nodes.filter((node) => !ids.has(parentOf(node) ?? ''))
}

function insert(
  document: WorkflowDocument,
  part: Part,
  offset: Position,
  parentIn: (id: string) => string | null = () => null,
): { document: WorkflowDocument; ids: string[] } {
  const ids = renewIds(document, part)
  const taken = titlesOf(document)
  const outer = new Set(outerNodes(part))
  const nodes = part.nodes.map((node): GraphNode => {
    const title =
      typeof node.data.title === 'string' && node.data.title !== '' ? uniqueTitle(node.data.title, taken) : null
    if (title) taken.add(title)
    const parent = outer.has(node) ? parentIn(node.id) : (ids.get(parentOf(node) ?? '') ?? null)
    const position = outer.has(node) ? { x: node.position.x + offset.x, y: node.position.y + offset.y } : node.position
    return place({ ...node, id: ids.get(node.id) as string, position, data: renewData(node, ids, title) }, parent)
  })
  const free = withRoom(document, nodes)
  const edges = part.edges.map((edge) => renewEdge(edge, ids))
  const changed = withGraph(document, {
    nodes: [...nodesOf(document), ...free],
    edges: [...edgesOf(document), ...edges],
  })
  return { document: changed, ids: [...outer].map(({ id }) => ids.get(id) as string) }
}

/** New nodes below what stands where they would be, together. */
function withRoom(document: WorkflowDocument, nodes: readonly GraphNode[]): readonly GraphNode[] {
  const outer = outerNodes({ nodes, edges: [] })
  const level = outer[0] ? parentOf(outer[0]) : null
  const box = boxAround(outer)
  const room = findRoom(document, box, { level, size: box })
  const ids = new Set(outer.map(({ id }) => id))
  return nodes.map((node) =>
    ids.has(node.id) ? { ...node, position: { ...node.position, y: node.position.y + room.y - box.y } } : node,
  )
}

function renewIds(document: WorkflowDocument, { nodes }: Part): Map<string, string> {
  const fresh = freshIds(document, nodes.length)
  const ids = new Map(nodes.map((node, index) => [node.id, fresh[index] as string]))
  for (const node of nodes) {
    const parent = ids.get(parentOf(node) ?? '')
    if (node.data.type === 'iteration-start' && parent) ids.set(node.id, `${parent}start`)
  }
  return ids
}

function renewData(node: GraphNode, ids: ReadonlyMap<string, string>, title: string | null): NodeData {
  const data = mapSelectors(node.data, ([first = '', ...rest]) => [ids.get(first) ?? first, ...rest])
  const startId = typeof data.start_node_id === 'string' ? { start_node_id: ids.get(data.start_node_id) ?? '' } : {}
  return {
    ...data,
    ...startId,
    ...(title ? { title } : {}),
    ...(data.selected === undefined ? {} : { selected: false }),
  }
}

/** The node inside an iteration, or at the top without what says that it was inside one. */
function place(node: GraphNode, parentId: string | null): GraphNode {
  const { positionAbsolute: _, selected: __, ...rest } = node
  if (parentId !== null) {
    return { ...rest, parentId, data: { ...node.data, isInIteration: true, iteration_id: parentId } }
  }
  if (parentOf(node) === null) return rest
  const { parentId: ___, extent: ____, zIndex: _____, ...outside } = rest
  const { isInIteration: ______, iteration_id: _______, ...data } = node.data
  return { ...outside, data }
}

function renewEdge(edge: GraphEdge, ids: ReadonlyMap<string, string>): GraphEdge {
  const source = ids.get(edge.source) as string
  const target = ids.get(edge.target) as string
  const iteration =
    isObject(edge.data) && typeof edge.data.iteration_id === 'string' ? ids.get(edge.data.iteration_id) : null
  const data = iteration && isObject(edge.data) ? { data: { ...edge.data, iteration_id: iteration } } : {}
  return { ...edge, ...data, id: edgeId(source, edge.sourceHandle || 'source', target), source, target }
}
