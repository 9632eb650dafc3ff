import { Link2Off, Plus } from 'lucide-react'
import { useRef } from 'react'
import { edgesOf, findNode, nodesOf } from '../../graph/access.ts'
import { connect, removeEdges } from '../../graph/connect.ts'
import type { GraphEdge, GraphNode } from '../../graph/document.ts'
import { type Handle, handlesOf } from '../../graph/handles.ts'
import { settle } from '../../graph/layout.ts'
import { labels } from '../../labels/editor.ts'
import { currentDocument, edit, showNotice, useEditor } from '../../store/editor-store.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Picker } from '../../ui/picker.tsx'
import styles from './node-panel.module.css'

/** What comes after the node, by each handle; what the mouse does with edges, for keys. */
export function NextStep({ node }: { node: GraphNode }) {
  const handles = handlesOf(node)
  if (handles.length === 0) return null
  return (
    <section className={styles.section} aria-label={labels.panel.next}>
      <h3>{labels.panel.next}</h3>
      {handles.map((handle) => (
        <NextNodes key={handle.id} node={node} handle={handle} isNamed={handles.length > 1} />
      ))}
    </section>
  )
}

function NextNodes({ node, handle, isNamed }: { node: GraphNode; handle: Handle; isNamed: boolean }) {
  const document = useEditor((state) => state.history.present)
  const edges = edgesOf(document).filter((it) => it.source === node.id && (it.sourceHandle || 'source') === handle.id)
  return (
    <fieldset className={styles.box} aria-label={handle.label}>
      {isNamed && (
        <span className={styles.handle} data-way={handle.id}>
          {handle.label}
        </span>
      )}
      {edges.length === 0 && <p className={styles.soft}>{labels.panel.nextNone}</p>}
      {edges.map((edge) => (
        <NextNode key={edge.id} edge={edge} />
      ))}
      <HandleButtons node={node} handle={handle} />
    </fieldset>
  )
}

function NextNode({ edge }: { edge: GraphEdge }) {
  const title = useEditor((state) => findNode(state.history.present, edge.target)?.data.title) || edge.target
  const insert = useRef<HTMLButtonElement>(null)
  return (
    <div className={styles.next}>
      <span>{title}</span>
      <IconButton
        ref={insert}
        label={labels.panel.insert(title)}
        icon={<Plus />}
        onClick={() => openMenu(insert.current, { edge: edge.id })}
      />
      <IconButton
        label={labels.panel.disconnect(title)}
        icon={<Link2Off />}
        onClick={() => edit((it) => removeEdges(it, [edge.id]))}
      />
    </div>
  )
}

function HandleButtons({ node, handle }: { node: GraphNode; handle: Handle }) {
  const document = useEditor((state) => state.history.present)
  const add = useRef<HTMLButtonElement>(null)
  const targets = nodesOf(document).filter(
    ({ id }) => 'document' in connect(document, { source: node.id, sourceHandle: handle.id, target: id }),
  )
  const join = (target: string) => {
    const connected = connect(currentDocument(), { source: node.id, sourceHandle: handle.id, target })
    if ('document' in connected) edit(() => settle(connected.document, target))
    else showNotice(connected.reason)
  }
  return (
    <div className={styles.buttons}>
      <Button
        ref={add}
        icon={<Plus />}
        aria-haspopup="dialog"
        onClick={() => openMenu(add.current, { after: node.id, handle: handle.id })}
      >
        {labels.panel.addNext}
      </Button>
      <Picker
        options={targets.map(({ id, data }) => ({ id, label: data.title || data.type, group: labels.panel.connectTo }))}
        selected={null}
        onPick={join}
        searchLabel={labels.panel.connectSearch}
        emptyText={labels.panel.connectEmpty}
      >
        {labels.panel.connectTo}
      </Picker>
    </div>
  )
}

function openMenu(button: HTMLElement | null, where: { after: string; handle: string } | { edge: string }): void {
  const box = button?.getBoundingClientRect()
  useEditor.setState({ adding: { at: { x: box?.left ?? 0, y: box?.bottom ?? 0 }, where } })
}
