import type { Edge, Node } from '@xyflow/react'
import { toNodeType } from 'codenode/contract'
import { edgesOf, nodesOf, parentOf } from '../graph/access.ts'
import type { GraphEdge, GraphNode, Position, WorkflowDocument } from '../graph/document.ts'
import { sizeOf } from '../graph/layout.ts'
import { labels } from '../labels/editor.ts'

export type FlowNode = Node<{ node: GraphNode }>
export type FlowEdge = Edge<{ from: string; to: string }>

/** What the canvas alone knows of a node: the size that it measured, and where it is while it is dragged. */
export type Overlay = { measured?: { width: number; height: number }; position?: Position; dragging?: boolean }

type Drawn = { node: GraphNode; overlay: Overlay | undefined; isSelected: boolean; flow: FlowNode }

/**
 * The nodes as the canvas draws them. One whose parts are the same objects as before stays the same object, so that only
 * what has changed is drawn again.
 */
export function toFlowNodes(
  order: readonly GraphNode[],
  selected: readonly string[],
  overlays: ReadonlyMap<string, Overlay>,
  drawn: Map<string, Drawn>,
): FlowNode[] {
  const chosen = new Set(selected)
  const ids = new Set(order.map(({ id }) => id))
  for (const id of drawn.keys()) if (!ids.has(id)) drawn.delete(id)
  return order.map((node) => {
    const overlay = overlays.get(node.id)
    const isSelected = chosen.has(node.id)
    const before = drawn.get(node.id)
    if (before && before.node === node && before.overlay === overlay && before.isSelected === isSelected)
      return before.flow
    const flow = toFlowNode(node, { overlay, isSelected, ids })
    drawn.set(node.id, { node, overlay, isSelected, flow })
    return flow
  })
}

type Drawing = { overlay: Overlay | undefined; isSelected: boolean; ids: ReadonlySet<string> }

function toFlowNode(node: GraphNode, { overlay, isSelected, ids }: Drawing): FlowNode {
  const type = kindOf(node)
  const parentId = parentOf(node)
  const { width, height } = sizeOf(node)
  return {
    id: node.id,
    type,
    position: overlay?.position ?? node.position,
    data: { node },
    selected: isSelected,
    deletable: false,
    draggable: type !== 'iterationStart',
    ariaLabel: labels.canvas.node(typeLabel(node), node.data.title ?? '', '', 0),
    ...(parentId && ids.has(parentId) ? { parentId, extent: 'parent' as const } : {}),
    ...(type === 'iteration' || type === 'note' ? { width, height } : { initialWidth: width, initialHeight: height }),
    ...(overlay?.measured ? { measured: overlay.measured } : {}),
    ...(overlay?.dragging ? { dragging: true } : {}),
  }
}

/** Which drawing a node has. */
export function kindOf({ type, data }: GraphNode): 'note' | 'iteration' | 'iterationStart' | 'card' {
  if (type === 'custom-note') return 'note'
  if (data.type === 'iteration') return 'iteration'
  return data.type === 'iteration-start' ? 'iterationStart' : 'card'
}

export function typeLabel({ type, data }: GraphNode): string {
  if (type === 'custom-note') return labels.canvas.note
  const known = toNodeType(data.type)
  return known ? labels.types[known] : labels.canvas.unknownType(data.type)
}

type DrawnEdge = { edge: GraphEdge; isSelected: boolean; flow: FlowEdge }

export function toFlowEdges(
  document: WorkflowDocument,
  selected: readonly string[],
  drawn: Map<string, DrawnEdge>,
): FlowEdge[] {
  const chosen = new Set(selected)
  const titles = new Map(nodesOf(document).map((node) => [node.id, node.data.title || typeLabel(node)]))
  return edgesOf(document).map((edge) => {
    const isSelected = chosen.has(edge.id)
    const from = titles.get(edge.source) ?? edge.source
    const to = titles.get(edge.target) ?? edge.target
    const before = drawn.get(edge.id)
    const isSame = before?.edge === edge && before.isSelected === isSelected
    if (isSame && before.flow.data?.from === from && before.flow.data.to === to) return before.flow
    const flow: FlowEdge = {
      id: edge.id,
      type: 'workflow',
      source: edge.source,
      target: edge.target,
      sourceHandle: edge.sourceHandle ?? 'source',
      targetHandle: 'target',
      selected: isSelected,
      deletable: false,
      focusable: false,
      data: { from, to },
      ariaLabel: labels.canvas.edge(from, to),
    }
    drawn.set(edge.id, { edge, isSelected, flow })
    return flow
  })
}
