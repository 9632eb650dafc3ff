import type { EdgeChange, NodeChange } from '@xyflow/react'
import { useCallback, useMemo, useRef, useState } from 'react'
import type { Position } from '../graph/document.ts'
import { moveNodes } from '../graph/edit-nodes.ts'
import { edit, select, useEditor } from '../store/editor-store.ts'
import { type FlowEdge, type FlowNode, type Overlay, toFlowEdges, toFlowNodes } from './flow-graph.ts'
import { inGraphOrder } from './graph-order.ts'

/** What the canvas draws, and how what people do on it comes into the document. */
export function useFlow() {
  const document = useEditor((state) => state.history.present)
  const selected = useEditor((state) => state.selected)
  const selectedEdges = useEditor((state) => state.selectedEdges)
  const [overlays, setOverlays] = useState<ReadonlyMap<string, Overlay>>(new Map())
  const drawnNodes = useRef<Parameters<typeof toFlowNodes>[3]>(new Map())
  const drawnEdges = useRef<Parameters<typeof toFlowEdges>[2]>(new Map())

  const order = useMemo(() => inGraphOrder(document), [document])
  const nodes = useMemo(() => toFlowNodes(order, selected, overlays, drawnNodes.current), [order, selected, overlays])
  const edges = useMemo(() => toFlowEdges(document, selectedEdges, drawnEdges.current), [document, selectedEdges])

  const onNodesChange = useCallback((changes: NodeChange<FlowNode>[]) => {
    const moved = new Map<string, Position>()
    for (const change of changes) {
      if (change.type === 'position' && change.position && change.dragging !== true)
        moved.set(change.id, change.position)
    }
    setOverlays((before) => afterChanges(before, changes))
    // What is dragged comes into the document when it is let go: one step of undo.
    if (moved.size > 0) edit((it) => moveNodes(it, moved), `move ${[...moved.keys()].join(' ')}`)
    const now = useEditor.getState()
    select(afterSelection(now.selected, changes), now.selectedEdges)
  }, [])
  const onEdgesChange = useCallback((changes: EdgeChange<FlowEdge>[]) => {
    const now = useEditor.getState()
    select(now.selected, afterSelection(now.selectedEdges, changes))
  }, [])
  return { nodes, edges, order, onNodesChange, onEdgesChange }
}

function afterChanges(
  before: ReadonlyMap<string, Overlay>,
  changes: NodeChange<FlowNode>[],
): ReadonlyMap<string, Overlay> {
  const overlays = new Map(before)
  let isChanged = false
  for (const change of changes) {
    const overlay = overlays.get(change.type === 'add' || change.type === 'replace' ? '' : change.id) ?? {}
    if (change.type === 'dimensions' && change.dimensions) {
      overlays.set(change.id, { ...overlay, measured: change.dimensions })
    } else if (change.type === 'position') {
      const { position: _, dragging: __, ...rest } = overlay
      overlays.set(
        change.id,
        change.dragging && change.position ? { ...rest, position: change.position, dragging: true } : rest,
      )
    } else if (change.type === 'remove') overlays.delete(change.id)
    else continue
    isChanged = true
  }
  return isChanged ? overlays : before
}

function afterSelection(before: readonly string[], changes: readonly (NodeChange | EdgeChange)[]): readonly string[] {
  const chosen = new Set(before)
  for (const change of changes) {
    if (change.type !== 'select') continue
    if (change.selected) chosen.add(change.id)
    else chosen.delete(change.id)
  }
  return [...chosen]
}
