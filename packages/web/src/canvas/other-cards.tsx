import type { NodeProps } from '@xyflow/react'
import { isObject } from 'codenode/contract'
import { CirclePlay, Plus } from 'lucide-react'
import { memo } from 'react'
import { handlesOf } from '../graph/handles.ts'
import { labels } from '../labels/editor.ts'
import { useEditor } from '../store/editor-store.ts'
import { type FlowNode, typeLabel } from './flow-graph.ts'
import { NodeBadges } from './node-badges.tsx'
import styles from './node-card.module.css'
import { NodeTarget } from './node-card.tsx'
import { NodeState } from './node-state.tsx'
import { SourceHandle } from './source-handle.tsx'
import { TypeIcon } from './type-icon.tsx'
import { useNodeStatus } from './use-node-run.ts'

/** A frame around the nodes that are run for each item of a list. */
export const IterationCard = memo(function IterationCard({ id, data: { node }, selected }: NodeProps<FlowNode>) {
  const status = useNodeStatus(id)
  const [handle] = handlesOf(node)
  const addInside = (at: { x: number; y: number }) => useEditor.setState({ adding: { at, where: { inside: id } } })
  return (
    <section className={styles.frame} data-selected={selected || undefined} data-status={status ?? undefined}>
      <NodeTarget node={node} />
      <div className={styles.frameHead}>
        <TypeIcon type={node.data.type} />
        <span className={styles.title}>{node.data.title || typeLabel(node)}</span>
        <button
          type="button"
          tabIndex={-1}
          className={`${styles.inside} nodrag`}
          onClick={(event) => {
            event.stopPropagation()
            addInside({ x: event.clientX, y: event.clientY })
          }}
        >
          <Plus aria-hidden />
          {labels.canvas.addInside}
        </button>
      </div>
      <div className={styles.frameState}>
        <NodeBadges node={node} />
        <NodeState id={id} />
      </div>
      {handle && <SourceHandle node={node} handle={handle} />}
    </section>
  )
})

export const IterationStart = memo(function IterationStart({ data: { node } }: NodeProps<FlowNode>) {
  const [handle] = handlesOf(node)
  return (
    <div className={styles.startDot}>
      <CirclePlay aria-hidden />
      {handle && <SourceHandle node={node} handle={handle} />}
    </div>
  )
})

/** A note that somebody put beside the nodes. */
export const NoteCard = memo(function NoteCard({ data: { node }, selected }: NodeProps<FlowNode>) {
  return (
    <aside className={styles.note} data-selected={selected || undefined}>
      {textOf(node.data.text)}
    </aside>
  )
})

/** Dify keeps the text of a note as a tree of its text editor; a plain text is taken as it is. */
export function textOf(text: unknown): string {
  if (typeof text !== 'string') return ''
  try {
    const tree: unknown = JSON.parse(text)
    return isObject(tree) ? textsIn(tree.root).trim() : text
  } catch {
    // Not of the text editor.
    return text
  }
}

function textsIn(node: unknown): string {
  if (!isObject(node)) return ''
  if (typeof node.text === 'string') return node.text
  const inner = Array.isArray(node.children) ? node.children.map(textsIn).join('') : ''
  return node.type === 'paragraph' || node.type === 'listitem' ? `${inner}\n` : inner
}
