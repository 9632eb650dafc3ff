import { Handle, Position } from '@xyflow/react'
import { Plus } from 'lucide-react'
import type { GraphNode } from '../graph/document.ts'
import type { Handle as Way } from '../graph/handles.ts'
import { labels } from '../labels/editor.ts'
import { useEditor } from '../store/editor-store.ts'
import styles from './node-card.module.css'

/** A way out of a node: drag it to another node, or click it to add one. Keys do the same by `A` and in the node's panel. */
export function SourceHandle({ node, way }: { node: GraphNode; way: Way }) {
  return (
    <Handle
      type="source"
      id={way.id}
      position={Position.Right}
      className={styles.source}
      data-way={way.id === 'fail-branch' ? 'fail' : undefined}
      title={labels.canvas.addAfter(node.data.title ?? node.data.type, way.label)}
      onClick={(event) => {
        event.stopPropagation()
        const where = { after: node.id, handle: way.id }
        useEditor.setState({ adding: { at: { x: event.clientX, y: event.clientY }, where } })
      }}
    >
      <Plus aria-hidden />
    </Handle>
  )
}
