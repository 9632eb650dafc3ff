import { Plus } from 'lucide-react'
import { useRef, useState } from 'react'
import type { FieldProblem, NodeData, UpstreamVariable } from '../graph/document.ts'
import { labels } from '../labels/code-node.ts'
import { Button } from '../ui/button.tsx'
import { Problems, VisuallyHidden } from '../ui/field.tsx'
import { addInput, chooseSource, inputRows, moveInput, removeInput, renameInput } from './input-rows.ts'
import { InputVariable } from './input-variable.tsx'
import styles from './panel.module.css'
import { problemsAt } from './problems-of.ts'
import { Section } from './section.tsx'
import { useAddedFocus } from './use-added-focus.ts'
import type { Edit } from './use-node-edits.ts'
import { type RowDrag, useRowDrag } from './use-row-drag.ts'

type InputVariablesProps = {
  node: NodeData
  edit: Edit
  upstream: readonly UpstreamVariable[]
  problems: readonly FieldProblem[]
}

/** What main is called with. Rows are moved by their handle: dragged, or with the arrow keys. */
export function InputVariables({ node, edit, upstream, problems }: InputVariablesProps) {
  const [said, setSaid] = useState('')
  const list = useRef<HTMLUListElement>(null)
  const rows = inputRows(node)
  const move = (from: number, to: number): void => {
    if (to < 0 || to >= rows.length) return
    edit((before) => moveInput(before, from, to))
    setSaid(labels.inputs.moved(rows[from]?.name ?? '', to + 1, rows.length))
  }
  const { drag, handle, cancel } = useRowDrag(list, move)
  const focusAdded = useAddedFocus(list)
  const add = (): void => {
    focusAdded()
    edit(addInput)
  }
  const shown = orderWhile(drag, rows.length)
  return (
    <Section
      heading={labels.inputs.heading}
      action={
        <Button look="quiet" icon={<Plus aria-hidden />} onClick={add}>
          {labels.inputs.add}
        </Button>
      }
    >
      <Problems problems={problemsAt(problems, 'variables')} />
      {rows.length === 0 && <p className={styles.soft}>{labels.inputs.empty}</p>}
      <ul ref={list} className={styles.rows}>
        {rows.map((row, index) => (
          <InputVariable
            // biome-ignore lint/suspicious/noArrayIndexKey: a name changes while it is typed: the place is what stays
            key={index}
            row={row}
            order={shown[index]}
            index={index}
            upstream={upstream}
            problems={problems}
            isDragged={drag?.from === index}
            handle={handle(index)}
            onCancelDrag={drag ? cancel : null}
            onRename={(name) => edit((before) => renameInput(before, index, name), `variables.${index}`)}
            onChoose={(source) => edit((before) => chooseSource(before, index, source))}
            onRemove={() => edit((before) => removeInput(before, index))}
            onMove={(to) => move(index, to)}
          />
        ))}
      </ul>
      <VisuallyHidden>
        <span role="status">{said}</span>
      </VisuallyHidden>
    </Section>
  )
}

/** The place at which each row is drawn while one is dragged. The rows themselves stay where they are, or the drag would end. */
function orderWhile(drag: RowDrag | null, count: number): readonly (number | undefined)[] {
  if (!drag) return []
  const places = Array.from({ length: count }, (_, index) => index)
  places.splice(drag.from, 1)
  places.splice(drag.to, 0, drag.from)
  return Array.from({ length: count }, (_, index) => places.indexOf(index))
}
