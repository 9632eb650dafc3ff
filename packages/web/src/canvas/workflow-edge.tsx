import { BaseEdge, EdgeLabelRenderer, type EdgeProps, getBezierPath } from '@xyflow/react'
import { Plus } from 'lucide-react'
import { memo, useState } from 'react'
import { labels } from '../labels/editor.ts'
import { nodeRunOf } from '../run-state/workflow-run.ts'
import { useEditor } from '../store/editor-store.ts'
import styles from './canvas.module.css'
import type { FlowEdge } from './flow-graph.ts'

/** An edge. In a run it shows whether it was taken; pointed at, it has a button that puts a node on it. */
export const WorkflowEdge = memo(function WorkflowEdge(props: EdgeProps<FlowEdge>) {
  const { id, source, sourceHandleId, selected, data } = props
  const [isPointedAt, setPointedAt] = useState(false)
  const [path, x, y] = getBezierPath(props)
  const taken = useEditor(({ run }) => {
    const branch = nodeRunOf(run, source)?.branch
    return branch === undefined || branch === null ? undefined : branch === (sourceHandleId ?? 'source')
  })
  return (
    <g onPointerEnter={() => setPointedAt(true)} onPointerLeave={() => setPointedAt(false)}>
      <BaseEdge
        path={path}
        interactionWidth={24}
        className={styles.edge}
        data-way={sourceHandleId === 'fail-branch' ? 'fail' : undefined}
        data-taken={taken}
        data-selected={selected || undefined}
      />
      {(isPointedAt || selected) && (
        <EdgeLabelRenderer>
          <button
            type="button"
            tabIndex={-1}
            className={`${styles.onEdge} nodrag nopan`}
            style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` }}
            aria-label={labels.canvas.addOnEdge(data?.from ?? '', data?.to ?? '')}
            onPointerEnter={() => setPointedAt(true)}
            onPointerLeave={() => setPointedAt(false)}
            onClick={(event) =>
              useEditor.setState({ adding: { at: { x: event.clientX, y: event.clientY }, where: { edge: id } } })
            }
          >
            <Plus aria-hidden />
          </button>
        </EdgeLabelRenderer>
      )}
    </g>
  )
})
