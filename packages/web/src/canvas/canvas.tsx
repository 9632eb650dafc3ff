import { Background, type Connection, Controls, MiniMap, ReactFlow, useReactFlow } from '@xyflow/react'
import '@xyflow/react/dist/style.css'
import { useCallback, useRef } from 'react'
import { connect } from '../graph/connect.ts'
import { settle } from '../graph/layout.ts'
import { labels } from '../labels/editor.ts'
import { useTheme } from '../shell/theme.ts'
import { currentDocument, edit, openPanel, showNotice } from '../store/editor-store.ts'
import styles from './canvas.module.css'
import { fitAll } from './fit-view.ts'
import type { FlowNode } from './flow-graph.ts'
import { focusNode, showNode } from './focus-node.ts'
import { NodeCard } from './node-card.tsx'
import { IterationCard, IterationStart, NoteCard } from './other-cards.tsx'
import { useCanvasKeys } from './use-canvas-keys.ts'
import { useConnectEnd } from './use-connect-end.ts'
import { useFlow } from './use-flow.ts'
import { useView } from './use-view.ts'
import { WorkflowEdge } from './workflow-edge.tsx'

const nodeTypes = { card: NodeCard, iteration: IterationCard, iterationStart: IterationStart, note: NoteCard }
const edgeTypes = { workflow: WorkflowEdge }

/** The workflow as a graph. */
export function Canvas() {
  const { nodes, edges, order, onNodesChange, onEdgesChange } = useFlow()
  const flow = useReactFlow()
  const theme = useTheme((state) => state.theme)
  const wrapper = useRef<HTMLDivElement>(null)
  const { onKeyDown, onKeyDownCapture, onFocus } = useCanvasKeys(wrapper, order)
  const onConnectEnd = useConnectEnd()
  useView(wrapper)

  const onConnect = useCallback(
    (connection: Connection) => {
      const connected = connect(currentDocument(), connection)
      if ('reason' in connected) {
        showNotice(connected.reason)
        return
      }
      edit(() => settle(connected.document, connection.target))
      // It may have made way to the right.
      requestAnimationFrame(() => wrapper.current && showNode(wrapper.current, flow, connection.target))
    },
    [flow],
  )
  const onNodeClick = useCallback((_: unknown, { id, type }: FlowNode) => {
    if (type === 'card' || type === 'iteration') openPanel(id, 'stay')
  }, [])
  // Nodes out of view are not in the page, so that Tab alone might find none.
  const toFirst = () => {
    const [first] = order
    if (wrapper.current && first) focusNode(wrapper.current, flow, first.id)
  }
  return (
    <section ref={wrapper} className={styles.canvas} aria-label={labels.canvas.name} aria-describedby="canvas-help">
      <p id="canvas-help" hidden>
        {labels.canvas.help}
      </p>
      <button type="button" className={styles.toNodes} onClick={toFirst}>
        {labels.canvas.toFirst}
      </button>
      <ReactFlow
        className={styles.flow ?? ''}
        colorMode={theme}
        nodes={nodes}
        edges={edges}
        nodeTypes={nodeTypes}
        edgeTypes={edgeTypes}
        onNodesChange={onNodesChange}
        onEdgesChange={onEdgesChange}
        onConnect={onConnect}
        onConnectEnd={onConnectEnd}
        onNodeClick={onNodeClick}
        onKeyDown={onKeyDown}
        onKeyDownCapture={onKeyDownCapture}
        onFocus={onFocus}
        isValidConnection={isValid}
        onlyRenderVisibleElements
        connectOnClick={false}
        deleteKeyCode={null}
        edgesFocusable={false}
        multiSelectionKeyCode={['Shift', 'Meta', 'Control']}
        minZoom={0.1}
        maxZoom={2}
      >
        <Background gap={24} />
        <Controls orientation="horizontal" showInteractive={false} fitViewOptions={fitAll} />
        {nodes.length >= mapFrom && <MiniMap pannable zoomable style={mapSize} ariaLabel={labels.canvas.minimap} />}
      </ReactFlow>
    </section>
  )
}

/** Few nodes are seen without a map. */
const mapFrom = 9
const mapSize = { width: 150, height: 96 }

function isValid(
  connection: Connection | { source: string; target: string; sourceHandle?: string | null | undefined },
): boolean {
  const { source, target, sourceHandle = null } = connection
  return 'document' in connect(currentDocument(), { source, target, sourceHandle })
}
