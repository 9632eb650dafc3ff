import { useReactFlow } from '@xyflow/react'
import type { NodeType } from 'codenode/contract'
import { useLayoutEffect, useMemo, useRef } from 'react'
import { labels } from '../labels/editor.ts'
import { type AddRequest, currentDocument, useEditor } from '../store/editor-store.ts'
import type { PickerOption } from '../ui/find-options.ts'
import { PickerList } from '../ui/picker-list.tsx'
import { placeNear } from '../ui/place-near.ts'
import { choicesFor } from './add.ts'
import styles from './canvas.module.css'
import { focusNode } from './focus-node.ts'
import { addChosen } from './node-actions.ts'
import { TypeIcon } from './type-icon.tsx'

/** Asks which node to add, wherever that was asked for. */
export function AddMenu() {
  const adding = useEditor((state) => state.adding)
  return adding ? <Menu key={`${adding.at.x} ${adding.at.y}`} adding={adding} /> : null
}

type Choice = { type: NodeType; handle: string | null }

function Menu({ adding }: { adding: AddRequest }) {
  const menu = useRef<HTMLDivElement>(null)
  const anchor = useRef<HTMLSpanElement>(null)
  const flow = useReactFlow()
  const choices = useMemo(() => listChoices(adding), [adding])
  const before = useRef(document.activeElement)

  // Shown at once, so that the search field has the focus before the next key.
  useLayoutEffect(() => {
    // In development each effect runs twice.
    if (!menu.current || !anchor.current || menu.current.matches(':popover-open')) return
    menu.current.showPopover()
    placeNear(anchor.current, menu.current, 'start')
  }, [])
  const pick = (id: string) => {
    const choice = choices.get(id)
    const added = choice && addChosen(choice)
    const canvas = document.querySelector<HTMLElement>('.react-flow')
    if (added && canvas) requestAnimationFrame(() => focusNode(canvas, flow, added))
  }
  return (
    <>
      <span ref={anchor} aria-hidden style={{ position: 'fixed', left: adding.at.x, top: adding.at.y }} />
      <div
        ref={menu}
        popover="auto"
        role="dialog"
        aria-label={labels.addMenu.title}
        className={styles.menu}
        onToggle={(event) => {
          if (event.newState !== 'closed') return
          useEditor.setState((state) => (state.adding === adding ? { adding: null } : state))
          if (before.current instanceof HTMLElement) before.current.focus({ preventScroll: true })
        }}
      >
        <PickerList
          options={toOptions(choices)}
          selected={null}
          onPick={pick}
          searchLabel={labels.addMenu.search}
          emptyText={labels.addMenu.empty}
        />
      </div>
    </>
  )
}

function listChoices(adding: AddRequest): Map<string, Choice & { group: string }> {
  const groups = choicesFor(currentDocument(), adding)
  return new Map(
    groups.flatMap(({ handle, types }) =>
      types.map((type) => {
        const choice = { type, handle: handle?.id ?? null, group: groups.length > 1 ? (handle?.label ?? '') : '' }
        return [`${handle?.id ?? ''} ${type}`, choice] as const
      }),
    ),
  )
}

function toOptions(choices: ReadonlyMap<string, Choice & { group: string }>): PickerOption[] {
  return [...choices].map(([id, { type, group }]) => ({
    id,
    label: labels.types[type],
    group: group || labels.addMenu.title,
    note: labels.typeHints[type],
    icon: <TypeIcon type={type} />,
  }))
}
