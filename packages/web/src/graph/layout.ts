import { Graph, layout } from '@dagrejs/dagre'
import { edgesOf, mapNodes, nodesOf, parentOf } from './access.ts'
import type { GraphNode, Position, WorkflowDocument } from './document.ts'
import { iterationSize, nodeSize } from './new-node.ts'

type Size = { width: number; height: number }
type Box = Position & Size

const gap = { x: 60, y: 40 } as const
/** The space inside an iteration around its nodes; above them stands its title. */
const padding = { left: 24, right: 24, top: 68, bottom: 24 } as const

/** The size of a node; what the canvas has measured comes before what the document says. */
export function sizeOf(node: GraphNode): Size {
  const usual = node.data.type === 'iteration' ? iterationSize : nodeSize
  const { width, height } = node
  return {
    width: typeof width === 'number' && width > 0 ? width : usual.width,
    height: typeof height === 'number' && height > 0 ? height : usual.height,
  }
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
    const { positionAbsolute: _, ...rest } = node
    const size = node.data.type === 'iteration' ? sizes.get(node.id) : undefined
    return { ...rest, ...size, position }
  })
}

/** A place at or below the wanted one where no node of the same level stands. */
export function findRoom(
  document: WorkflowDocument,
  wanted: Position,
  parentId: string | null,
  type: string,
): Position {
  const size = type === 'iteration' ? iterationSize : nodeSize
  const boxes = nodesOf(document)
    .filter((node) => parentOf(node) === parentId)
    .map((node) => ({ ...node.position, ...sizeOf(node) }))
  let { y } = wanted
  // Each step passes one node, so that as many steps as there are nodes are enough.
  for (let hit = findHit(boxes, { ...wanted, y, ...size }); hit; hit = findHit(boxes, { ...wanted, y, ...size })) {
    y = hit.y + hit.height + gap.y
  }
  return { x: wanted.x, y }
}

function findHit(boxes: readonly Box[], box: Box): Box | undefined {
  return boxes.find(
    (it) =>
      it.x < box.x + box.width && box.x < it.x + it.width && it.y < box.y + box.height && box.y < it.y + it.height,
  )
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
  const graph = new Graph({ multigraph: false })
  graph.setGraph({ rankdir: 'LR', nodesep: gap.y, ranksep: gap.x, marginx: 0, marginy: 0 })
  graph.setDefaultEdgeLabel(() => ({}))
  const ids = new Set(nodes.map(({ id }) => id))
  for (const { id } of nodes) graph.setNode(id, { ...(sizes.get(id) ?? nodeSize) })
  for (const { source, target } of edgesOf(document)) {
    if (ids.has(source) && ids.has(target)) graph.setEdge(source, target)
  }
  layout(graph)
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
