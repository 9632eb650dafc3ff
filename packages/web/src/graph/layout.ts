import { Graph, layout } from '@dagrejs/dagre'
import { edgesOf, findNode, isRetrying, mapNodes, nodesOf, parentOf } from './access.ts'
import type { GraphEdge, GraphNode, Position, WorkflowDocument } from './document.ts'
import { handlesOf } from './handles.ts'
import { iterationSize, nodeSize } from './new-node.ts'
import { orderColumns } from './order-columns.ts'

type Size = { width: number; height: number }
type Box = Position & Size

export const gap = { x: 60, y: 40 } as const
/** The space inside an iteration around its nodes; above them stands its title. */
const padding = { left: 24, right: 24, top: 68, bottom: 24 } as const

/**
 * The size of a node: cards have their own, whatever an export says, and grow with their handles, with what they tell and
 * with the state of a run; frames and notes are as large as the document says.
 */
export function sizeOf(node: GraphNode): Size {
  if (node.type !== 'custom-note' && !frames.has(node.data.type)) {
    return { width: nodeSize.width, height: cardHeight(node) }
  }
  const usual = node.data.type === 'iteration' ? iterationSize : nodeSize
  const { width, height } = node
  return {
    width: typeof width === 'number' && width > 0 ? width : usual.width,
    height: typeof height === 'number' && height > 0 ? height : usual.height,
  }
}

const frames = new Set(['iteration', 'iteration-start'])

/** As the style sheet of the cards has it, in pixels, with room for the state of a run. */
function cardHeight(node: GraphNode): number {
  const handles = handlesOf(node).length
  const hasBadge = isRetrying(node.data) || node.data.error_strategy === 'default-value'
  return nodeSize.height + (hasBadge ? 28 : 0) + (handles > 1 ? 4 + 24 * handles : 0)
}

/** All nodes in columns from left to right, those inside iterations first, which grow around them. Notes stay. */
export function autoLayout(document: WorkflowDocument): WorkflowDocument {
  const sizes = new Map(nodesOf(document).map((node) => [node.id, sizeOf(node)]))
  const positions = new Map<string, Position>()
  for (const parent of innermostFirst(document)) {
    const inside = nodesOf(document).filter((node) => parentOf(node) === parent && node.type !== 'custom-note')
    const boxes = layOut(document, inside, sizes)
    const origin = parent === null ? { x: 80, y: 80 } : { x: padding.left, y: padding.top }
    for (const [id, { x, y }] of boxes) positions.set(id, { x: x + origin.x, y: y + origin.y })
    if (parent !== null) sizes.set(parent, sizeAround([...boxes.values()]))
  }
  return mapNodes(document, (node) => {
    const position = positions.get(node.id)
    if (!position) return node
    const size = node.data.type === 'iteration' ? sizes.get(node.id) : undefined
    return { ...at(node, position), ...size }
  })
}

/** A place at or below the wanted one where no node of the same level stands, or comes near. */
export function findRoom(
  document: WorkflowDocument,
  wanted: Position,
  { level, size, except }: { level: string | null; size: Size; except?: string },
): Position {
  const boxes = nodesOf(document)
    .filter((node) => parentOf(node) === level && node.id !== except && node.type !== 'custom-note')
    .map((node) => ({ ...node.position, ...sizeOf(node) }))
  const { x } = wanted
  const { width, height } = size
  let { y } = wanted
  // Each step passes one node, so that as many steps as there are nodes are enough.
  for (let hit = findHit(boxes, { x, y, width, height }); hit; hit = findHit(boxes, { x, y, width, height })) {
    y = hit.y + hit.height + gap.y
  }
  return { x, y }
}

/** The smallest box that holds all of these nodes. */
export function boxAround(nodes: readonly GraphNode[]): Box {
  const boxes = nodes.map((node) => ({ ...node.position, ...sizeOf(node) }))
  const x = Math.min(...boxes.map((box) => box.x))
  const y = Math.min(...boxes.map((box) => box.y))
  const width = Math.max(...boxes.map((box) => box.x + box.width)) - x
  return { x, y, width, height: Math.max(...boxes.map((box) => box.y + box.height)) - y }
}

function findHit(boxes: readonly Box[], box: Box): Box | undefined {
  const near = gap.y / 2
  return boxes.find(
    (it) =>
      it.x < box.x + box.width + near &&
      box.x < it.x + it.width + near &&
      it.y < box.y + box.height + near &&
      box.y < it.y + it.height + near,
  )
}

/** The document in which a node that has grown since `before` covers none of those below it. */
export function clearBelow(document: WorkflowDocument, before: GraphNode): WorkflowDocument {
  const node = findNode(document, before.id)
  if (!node || sizeOf(node).height <= sizeOf(before).height) return document
  const boxes = [{ ...node.position, ...sizeOf(node) }]
  return mapNodes(document, (other) => {
    const isBelow = parentOf(other) === parentOf(node) && other.position.y >= node.position.y + sizeOf(before).height
    if (!isBelow || !findHit(boxes, { ...other.position, ...sizeOf(other) })) return other
    const room = { level: parentOf(other), size: sizeOf(other), except: other.id }
    return at(other, findRoom(document, other.position, room))
  })
}

/**
 * The document with a node to the right of all that leads to it, and so what comes after it: no edge runs backwards. What
 * stands there already keeps its place; the frame of an iteration grows around what is inside. `least`: how far to the right
 * the node has to be anyway.
 */
export function settle(document: WorkflowDocument, id: string, least = Number.NEGATIVE_INFINITY): WorkflowDocument {
  const open = [id]
  let settled = document
  // Edges make no circle; those of a broken export might.
  for (let steps = 0; steps < 4 * nodesOf(document).length; steps++) {
    const next = open.shift()
    const node = next === undefined ? undefined : findNode(settled, next)
    if (!node) break
    const wanted = Math.max(node.position.x, node.id === id ? least : node.position.x)
    const x = Math.max(wanted, ...edgesOf(settled).map((edge) => leastX(settled, edge, node)))
    const isMoved = x > node.position.x
    if (isMoved) {
      const room = { level: parentOf(node), size: sizeOf(node), except: node.id }
      settled = withPosition(settled, node.id, findRoom(settled, { x, y: node.position.y }, room))
    }
    if (isMoved || node.id === id) {
      for (const { source, target } of edgesOf(settled)) if (source === node.id) open.push(target)
    }
    settled = growFrame(settled, parentOf(node))
  }
  return settled
}

function leastX(document: WorkflowDocument, { source, target }: GraphEdge, node: GraphNode): number {
  const from = target === node.id ? findNode(document, source) : undefined
  return from && from.id !== node.id ? from.position.x + sizeOf(from).width + gap.x : Number.NEGATIVE_INFINITY
}

/** The frame holds what is inside; what stands right of it makes way. */
function growFrame(document: WorkflowDocument, id: string | null): WorkflowDocument {
  const frame = id === null ? undefined : findNode(document, id)
  if (!frame) return document
  const before = sizeOf(frame)
  const inside = nodesOf(document).filter((node) => parentOf(node) === id)
  const right = Math.max(0, ...inside.map((node) => node.position.x + sizeOf(node).width))
  const bottom = Math.max(0, ...inside.map((node) => node.position.y + sizeOf(node).height))
  const width = Math.max(before.width, right + padding.right)
  const height = Math.max(before.height, bottom + padding.bottom)
  if (width === before.width && height === before.height) return document
  const edge = frame.position.x + before.width
  const grown = mapNodes(document, (node) => {
    if (node.id === id) return { ...node, width, height }
    const isBeside = parentOf(node) === parentOf(frame) && node.position.x >= edge
    return isBeside ? at(node, { x: node.position.x + width - before.width, y: node.position.y }) : node
  })
  return growFrame(grown, parentOf(frame))
}

function withPosition(document: WorkflowDocument, id: string, position: Position): WorkflowDocument {
  return mapNodes(document, (node) => (node.id === id ? at(node, position) : node))
}

/** Dify keeps the place on the canvas as well; a stale one would be taken for the truth. */
function at(node: GraphNode, position: Position): GraphNode {
  const { positionAbsolute: _, ...rest } = node
  return { ...rest, position }
}

/** The iterations from the inside to the outside, then the top. */
function innermostFirst(document: WorkflowDocument): (string | null)[] {
  const byId = new Map(nodesOf(document).map((node) => [node.id, node]))
  const depthOf = (node: GraphNode): number => {
    const seen = new Set<GraphNode>()
    for (let at: GraphNode | undefined = node; at && !seen.has(at); at = byId.get(parentOf(at) ?? '')) seen.add(at)
    return seen.size
  }
  const iterations = nodesOf(document).filter((node) => node.data.type === 'iteration')
  const sorted = iterations.map((node) => ({ id: node.id, depth: depthOf(node) })).sort((a, b) => b.depth - a.depth)
  return [...sorted.map(({ id }) => id), null]
}

function layOut(
  document: WorkflowDocument,
  nodes: readonly GraphNode[],
  sizes: ReadonlyMap<string, Size>,
): Map<string, Box> {
  if (nodes.length === 0) return new Map()
  // Two handles can lead to the same node.
  const graph = new Graph({ multigraph: true })
  graph.setGraph({ rankdir: 'LR', nodesep: gap.y, ranksep: gap.x, marginx: 0, marginy: 0 })
  graph.setDefaultEdgeLabel(() => ({}))
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const handlePlaces = new Map<string, number>()
  for (const { id } of nodes) graph.setNode(id, { ...(sizes.get(id) ?? nodeSize) })
  for (const { id, source, sourceHandle, target } of edgesOf(document)) {
    const from = byId.get(source)
    if (!from || !byId.has(target)) continue
    handlePlaces.set(
      id,
      handlesOf(from).findIndex((handle) => handle.id === (sourceHandle || 'source')),
    )
    // What follows a branch stands in the next column, so that no edge passes behind it.
    graph.setEdge(source, target, { weight: handlesOf(from).length > 1 ? 3 : 1 }, id)
  }
  layout(graph, { customOrder: (it) => orderColumns(it, handlePlaces) })
  return new Map(
    nodes.map(({ id }) => {
      const { x, y, width, height } = graph.node(id) as Box
      return [id, { x: Math.round(x - width / 2), y: Math.round(y - height / 2), width, height }]
    }),
  )
}

function sizeAround(boxes: readonly Box[]): Size {
  const right = Math.max(0, ...boxes.map(({ x, width }) => x + width))
  const bottom = Math.max(0, ...boxes.map(({ y, height }) => y + height))
  return {
    width: Math.max(iterationSize.width, padding.left + right + padding.right),
    height: Math.max(iterationSize.height, padding.top + bottom + padding.bottom),
  }
}
