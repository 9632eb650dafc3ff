import { Handle, Position } from '@xyflow/react'
import { Plus } from 'lucide-react'
import type { GraphNode } from '../graph/document.ts'
import type { Handle as NodeHandle } from '../graph/handles.ts'
import { labels } from '../labels/editor.ts'
import { useEditor } from '../store/editor-store.ts'
import styles from './node-card.module.css'

/** A handle of a node: drag it to another node, or click it to add one. Keys do the same by `A` and in the node's panel. */
export function SourceHandle({ node, handle }: { node: GraphNode; handle: NodeHandle }) {
  return (
    <Handle
      type="source"
      id={handle.id}
      position={Position.Right}
      className={styles.source}
      data-way={handle.id === 'fail-branch' ? 'fail' : undefined}
      title={labels.canvas.addAfter(node.data.title ?? node.data.type, handle.label)}
      onClick={(event) => {
        event.stopPropagation()
        const where = { after: node.id, handle: handle.id }
        useEditor.setState({ adding: { at: { x: event.clientX, y: event.clientY }, where } })
      }}
    >
      <Plus aria-hidden />
    </Handle>
  )
}
