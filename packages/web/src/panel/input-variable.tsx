import { formatPath, formatSelector } from 'codenode/contract'
import { GripVertical, Trash2 } from 'lucide-react'
import { type DOMAttributes, type KeyboardEvent, useRef, useState } from 'react'
import { typedName } from '../form/names.ts'
import type { FieldProblem, UpstreamVariable } from '../graph/document.ts'
import { labels } from '../labels/code-node.ts'
import { IconButton } from '../ui/button.tsx'
import { Field, TextInput } from '../ui/field.tsx'
import { Picker } from '../ui/picker.tsx'
import { type InputRow, sourceOf } from './input-rows.ts'
import styles from './panel.module.css'
import { problemsAt, problemsUnder } from './problems-of.ts'
import { describeVariable, variableOptions } from './variable-options.ts'

type InputVariableProps = {
  row: InputRow
  index: number
  upstream: readonly UpstreamVariable[]
  problems: readonly FieldProblem[]
  /** The place at which it is drawn while a row is dragged. Default: its own. */
  order: number | undefined
  isDragged: boolean
  /** What the handle is dragged with. */
  handle: DOMAttributes<HTMLButtonElement>
  /** Null: nothing is dragged. */
  onCancelDrag: (() => void) | null
  onRename: (name: string) => void
  onChoose: (source: UpstreamVariable) => void
  onRemove: () => void
  onMove: (to: number) => void
}

export function InputVariable(props: InputVariableProps) {
  const { row, index, upstream, problems, order, isDragged, handle, onCancelDrag } = props
  const { onRename, onChoose, onRemove, onMove } = props
  const item = useRef<HTMLLIElement>(null)
  const source = sourceOf(row, upstream)
  const path = formatPath('', ['variables', index])
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape' && onCancelDrag) {
      event.stopPropagation()
      onCancelDrag()
    }
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key]
    if (step === undefined) return
    event.preventDefault()
    onMove(index + step)
    // The row that is moved is drawn at its new place: the handle there takes the focus along.
    const handles = item.current?.parentElement?.querySelectorAll<HTMLElement>('[data-handle]')
    handles?.[index + step]?.focus()
  }
  const [wasOpen, setWasOpen] = useState(false)
  const isUnset = row.selector.length < 2
  const sourceProblems = problemsUnder(problems, `${path}.value_selector`)
  const wrong = wasOpen && isUnset && sourceProblems.length === 0 ? [labels.inputs.unset] : sourceProblems
  const gone = labels.inputs.unknown(row.selector.slice(1).join('.'))
  return (
    <li ref={item} className={styles.row} style={{ order }} data-dragged={isDragged || undefined}>
      <button
        type="button"
        data-handle
        className={styles.handle}
        aria-label={labels.inputs.move(row.name)}
        onKeyDown={onKeyDown}
        {...handle}
      >
        <GripVertical aria-hidden />
      </button>
      <div className={styles.nameAndValue}>
        <Field
          label={labels.inputs.name(index + 1)}
          labelIs="hidden"
          problems={[...problemsAt(problems, path), ...problemsUnder(problems, `${path}.variable`)]}
          className={styles.name}
        >
          {(control) => (
            <TextInput {...control} value={row.name} onChange={(event) => onRename(typedName(event.target.value))} />
          )}
        </Field>
        <Field
          label={labels.inputs.value(row.name)}
          labelIs="hidden"
          // What the button says is not said twice.
          problems={wrong.filter((problem) => problem !== gone)}
          className={styles.value}
        >
          {(control) => (
            <Picker
              control={{ ...control, 'aria-invalid': wrong.length > 0 ? true : undefined }}
              options={variableOptions(upstream)}
              selected={source && formatSelector(source.selector)}
              onClose={() => setWasOpen(true)}
              searchLabel={labels.inputs.search}
              emptyText={labels.inputs.none}
              onPick={(id) => {
                const picked = upstream.find(({ selector }) => formatSelector(selector) === id)
                if (picked) onChoose(picked)
              }}
            >
              {source ? (
                <>
                  {describeVariable(source)} <span className={styles.type}>{source.type}</span>
                </>
              ) : isUnset ? (
                labels.inputs.pick
              ) : (
                gone
              )}
            </Picker>
          )}
        </Field>
      </div>
      <IconButton label={labels.inputs.remove(row.name)} icon={<Trash2 />} onClick={onRemove} />
    </li>
  )
}
