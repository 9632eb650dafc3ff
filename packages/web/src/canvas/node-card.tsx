import { Handle, type NodeProps, Position } from '@xyflow/react'
import { memo } from 'react'
import { describeCases } from '../graph/describe-cases.ts'
import type { GraphNode } from '../graph/document.ts'
import { handlesOf } from '../graph/handles.ts'
import { labels } from '../labels/editor.ts'
import type { FlowNode } from './flow-graph.ts'
import { typeLabel } from './flow-graph.ts'
import { NodeBadges } from './node-badges.tsx'
import styles from './node-card.module.css'
import { NodeState } from './node-state.tsx'
import { SourceHandle } from './source-handle.tsx'
import { TypeIcon } from './type-icon.tsx'
import { useNodeStatus } from './use-node-run.ts'

/** A node of the workflow. It is drawn again only when it, its run or its problems change. */
export const NodeCard = memo(function NodeCard({ id, data: { node }, selected }: NodeProps<FlowNode>) {
  const status = useNodeStatus(id)
  const { data } = node
  return (
    <article className={styles.card} data-selected={selected || undefined} data-status={status ?? undefined}>
      <NodeTarget node={node} />
      <div className={styles.head}>
        <TypeIcon type={data.type} />
        <div className={styles.names}>
          <span className={styles.title}>{data.title || typeLabel(node)}</span>
          <span className={styles.kind}>{summaryOf(node)}</span>
        </div>
      </div>
      <NodeBadges node={node} />
      <NodeState id={id} />
      <NodeWays node={node} />
    </article>
  )
})

/** Where edges come in; nothing comes before a start. */
export function NodeTarget({ node }: { node: GraphNode }) {
  if (node.data.type === 'start' || node.data.type === 'iteration-start') return null
  return <Handle type="target" id="target" position={Position.Left} className={styles.target} tabIndex={-1} />
}

/** The handles: one at the side, or a row for each where there are several. */
export function NodeWays({ node }: { node: GraphNode }) {
  const handles = handlesOf(node)
  const [only] = handles
  if (handles.length === 1 && only) return <SourceHandle node={node} handle={only} />
  return (
    <ul className={styles.handles}>
      {handles.map((handle) => (
        <li key={handle.id} className={styles.handle} data-way={handle.id === 'fail-branch' ? 'fail' : undefined}>
          {handle.label}
          <SourceHandle node={node} handle={handle} />
        </li>
      ))}
    </ul>
  )
}

const languageNames: Readonly<Record<string, string>> = {
  python3: 'Python',
  javascript: 'JavaScript',
  typescript: 'TypeScript',
}

function summaryOf(node: GraphNode): string {
  const { type, code_language: language, variables, outputs } = node.data
  if (type === 'code') return languageNames[typeof language === 'string' ? language : 'python3'] ?? typeLabel(node)
  if (type === 'start') return labels.canvas.inputs(Array.isArray(variables) ? variables.length : 0)
  if (type === 'end') return labels.canvas.outputs(Array.isArray(outputs) ? outputs.length : 0)
  return (type === 'if-else' ? describeCases(node.data) : null) ?? typeLabel(node)
}
