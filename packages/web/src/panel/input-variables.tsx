import { Plus } from 'lucide-react'
import { useState } from 'react'
import type { FieldProblem, NodeData, UpstreamVariable } from '../graph/document.ts'
import { Button } from '../ui/button.tsx'
import { Heard, Problems } from '../ui/field.tsx'
import { addInput, chooseSource, inputRows, moveInput, removeInput, renameInput } from './input-rows.ts'
import { InputVariable } from './input-variable.tsx'
import { labels } from './labels.ts'
import styles from './panel.module.css'
import { problemsAt } from './problems-of.ts'
import { Section } from './section.tsx'
import type { Edit } from './use-node-edits.ts'

type InputVariablesProps = {
  node: NodeData
  edit: Edit
  upstream: readonly UpstreamVariable[]
  problems: readonly FieldProblem[]
}

/** What main is called with. Rows are moved with the pointer, or with the arrow keys on their handle. */
export function InputVariables({ node, edit, upstream, problems }: InputVariablesProps) {
  const [dragged, setDragged] = useState<number | null>(null)
  const [said, setSaid] = useState('')
  const rows = inputRows(node)
  const move = (from: number, to: number): void => {
    if (to < 0 || to >= rows.length) return
    edit((before) => moveInput(before, from, to))
    setSaid(labels.inputs.moved(rows[from]?.name ?? '', to + 1, rows.length))
  }
  return (
    <Section
      heading={labels.inputs.heading}
      action={
        <Button look="quiet" icon={<Plus aria-hidden />} onClick={() => edit(addInput)}>
          {labels.inputs.add}
        </Button>
      }
    >
      <Problems problems={problemsAt(problems, 'variables')} />
      {rows.length === 0 && <p className={styles.soft}>{labels.inputs.empty}</p>}
      <ul className={styles.rows}>
        {rows.map((row, index) => (
          <InputVariable
            // A name changes while it is typed: the place is what stays.
            // biome-ignore lint/suspicious/noArrayIndexKey: as above
            key={index}
            row={row}
            index={index}
            upstream={upstream}
            problems={problems}
            isDragged={dragged === index}
            onRename={(name) => edit((before) => renameInput(before, index, name), `variables.${index}`)}
            onChoose={(source) => edit((before) => chooseSource(before, index, source))}
            onRemove={() => edit((before) => removeInput(before, index))}
            onMove={(to) => move(index, to)}
            onDrag={setDragged}
            onDragOver={() => {
              if (dragged === null || dragged === index) return
              move(dragged, index)
              setDragged(index)
            }}
          />
        ))}
      </ul>
      <Heard>
        <span role="status">{said}</span>
      </Heard>
    </Section>
  )
}
