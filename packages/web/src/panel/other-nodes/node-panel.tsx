import { useReactFlow } from '@xyflow/react'
import { toNodeType } from 'codenode/contract'
import { Copy, Trash2, X } from 'lucide-react'
import { type KeyboardEvent, useEffect, useRef } from 'react'
import { focusNode } from '../../canvas/focus-node.ts'
import { duplicateNodes, removeNodes } from '../../canvas/node-actions.ts'
import { isUnsupported, sayProblem } from '../../canvas/say-problem.ts'
import { TypeIcon } from '../../canvas/type-icon.tsx'
import { useNodeRun } from '../../canvas/use-node-run.ts'
import { findNode } from '../../graph/access.ts'
import type { GraphNode } from '../../graph/document.ts'
import { updateData } from '../../graph/edit-nodes.ts'
import { replaceWithCode } from '../../graph/replace-node.ts'
import { labels } from '../../labels/editor.ts'
import { NodeRecordParts } from '../../record/node-record-parts.tsx'
import { closePanel, edit, useEditor } from '../../store/editor-store.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Field, Problems, TextArea, TextInput } from '../../ui/field.tsx'
import { problemsElsewhere } from '../problems-of.ts'
import { NextStep } from './next-step.tsx'
import styles from './node-panel.module.css'
import { NodeSettings } from './node-settings.tsx'

/** The settings of the node that is open. */
export function NodePanel() {
  const panel = useEditor((state) => state.panel)
  const node = useEditor((state) => (state.panel ? findNode(state.history.present, state.panel.id) : undefined))
  if (!panel || !node) return null
  return <Panel key={node.id} node={node} focus={panel.focus} />
}

function Panel({ node, focus }: { node: GraphNode; focus: 'stay' | 'panel' }) {
  const flow = useReactFlow()
  const title = useRef<HTMLInputElement>(null)
  const { data } = node
  useEffect(() => {
    if (focus === 'panel') title.current?.focus()
  }, [focus])

  const close = () => {
    closePanel()
    const canvas = document.querySelector<HTMLElement>('.react-flow')
    if (canvas) requestAnimationFrame(() => focusNode(canvas, flow, node.id))
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || event.defaultPrevented || hasOwnUseOfEscape(event.target)) return
    event.preventDefault()
    close()
  }
  const change = (part: Record<string, unknown>, mergeKey: string) =>
    edit((it) => updateData(it, node.id, { ...data, ...part }), `${node.id} ${mergeKey}`)
  return (
    <aside className={styles.panel} aria-label={labels.panel.name(data.title || data.type)} onKeyDown={onKeyDown}>
      <header className={styles.head}>
        <h2 className={styles.visuallyHidden}>{labels.panel.name(data.title || data.type)}</h2>
        <TypeIcon type={data.type} />
        <TextInput
          ref={title}
          aria-label={labels.panel.title}
          className={styles.title}
          value={data.title ?? ''}
          onChange={(event) => change({ title: event.target.value }, 'title')}
        />
        {data.type !== 'start' && (
          <>
            <IconButton label={labels.panel.duplicate} icon={<Copy />} onClick={() => duplicateNodes([node.id])} />
            <IconButton label={labels.panel.remove} icon={<Trash2 />} onClick={() => removeNodes([node.id])} />
          </>
        )}
        <IconButton label={labels.ui.close} icon={<X />} onClick={close} />
      </header>
      <div className={styles.body}>
        <Field label={labels.panel.description} labelIs="hidden">
          {(control) => (
            <TextArea
              {...control}
              className={styles.description}
              rows={1}
              placeholder={labels.panel.description}
              value={typeof data.desc === 'string' ? data.desc : ''}
              onChange={(event) => change({ desc: event.target.value }, 'desc')}
            />
          )}
        </Field>
        <NodeProblems node={node} />
        <NodeSettings node={node} />
        <NextStep node={node} />
        <LastRun node={node} />
      </div>
    </aside>
  )
}

/** In the code editor it lets Tab out, and a list or dialog that is open is closed first. */
function hasOwnUseOfEscape(target: EventTarget): boolean {
  const isInCode = target instanceof HTMLElement && target.isContentEditable
  return isInCode || document.querySelector('[popover="auto"]:popover-open, dialog[open]') !== null
}

/** What no field of the form shows. A Code node's panel has a list of its own, but for what is wrong with it as a whole. */
function NodeProblems({ node }: { node: GraphNode }) {
  const blocking = useEditor((state) => state.problems.get(node.id)) ?? []
  const quiet = useEditor((state) => state.quietProblems.get(node.id)) ?? []
  const isIdle = useEditor((state) => state.idle.has(node.id))
  const problems = [...blocking, ...quiet]
  const isCode = toNodeType(node.data.type) === 'code'
  const shown = problemsElsewhere(problems, node.data.type).filter(({ path }) => !isCode || path === '')
  return (
    <>
      <Problems problems={shown.map((problem) => sayProblem(node, problem))} />
      {isUnsupported(node) && (
        <Button onClick={() => edit((it) => replaceWithCode(it, node.id))}>{labels.unsupported.replace}</Button>
      )}
      {isIdle && <p className={styles.warning}>{labels.panel.idle}</p>}
    </>
  )
}

/** What became of it in the run that is shown. A Code node shows that in its own tabs. */
function LastRun({ node }: { node: GraphNode }) {
  const run = useNodeRun(node.id)
  if (!run?.record || toNodeType(node.data.type) === 'code') return null
  return (
    <section className={styles.section} aria-label={labels.panel.lastRun}>
      <h3>{labels.panel.lastRun}</h3>
      <NodeRecordParts record={run.record} />
    </section>
  )
}
