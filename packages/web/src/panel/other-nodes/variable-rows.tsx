import { Plus, Trash2 } from 'lucide-react'
import { useRef } from 'react'
import { typedName, uniqueName } from '../../form/names.ts'
import { nameFor } from '../../graph/choose-obvious.ts'
import type { FieldProblem, UpstreamVariable } from '../../graph/document.ts'
import { labels } from '../../labels/editor.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Field, TextInput } from '../../ui/field.tsx'
import { problemsOfRow } from '../problems-of.ts'
import { useAddedFocus } from '../use-added-focus.ts'
import { type Entry, entriesOf, isSelector, removeAt, replaceAt, textOf } from './list.ts'
import styles from './node-panel.module.css'
import { VariablePicker } from './variable-picker.tsx'

type VariableRowsProps = {
  title: string
  addLabel: string
  emptyText?: string
  rows: unknown
  upstream: readonly UpstreamVariable[]
  /** What a new row reads, unless another does. */
  obvious: UpstreamVariable | null
  problems: readonly FieldProblem[]
  /** Where the rows stand in the settings, to which the problems' paths belong. */
  path: string
  onChange: (rows: Entry[], mergeKey?: string) => void
}

/** Names with the variables that they stand for. */
export function VariableRows({
  title,
  addLabel,
  emptyText,
  rows,
  upstream,
  obvious,
  problems,
  path,
  onChange,
}: VariableRowsProps) {
  const entries = entriesOf(rows)
  const names = entries.map((entry) => textOf(entry.variable))
  const list = useRef<HTMLUListElement>(null)
  const focusAdded = useAddedFocus(list)
  const add = () => {
    const isRead = entries.some(({ value_selector: selector }) => isSelector(selector, obvious))
    const row =
      obvious && !isRead
        ? {
            variable: uniqueName(nameFor(obvious), names),
            value_selector: obvious.selector,
            value_type: obvious.type,
          }
        : { variable: uniqueName('value', names), value_selector: [] }
    focusAdded()
    onChange([...entries, row])
  }
  return (
    <section className={styles.section} aria-label={title}>
      <div className={styles.sectionHead}>
        <h3>{title}</h3>
        <Button look="quiet" icon={<Plus />} onClick={add}>
          {addLabel}
        </Button>
      </div>
      {entries.length === 0 && emptyText && <p className={styles.soft}>{emptyText}</p>}
      <ul ref={list} className={styles.rows}>
        {entries.map((entry, index) => {
          const { own, others } = problemsOfRow(problems, `${path}[${index}]`, 'variable')
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows have no identity of their own; none is moved
            <li key={index} className={styles.row}>
              <Field label={labels.variable.name} labelIs="hidden" problems={own}>
                {(control) => (
                  <TextInput
                    {...control}
                    value={textOf(entry.variable)}
                    onChange={(event) =>
                      onChange(
                        replaceAt(entries, index, { ...entry, variable: typedName(event.target.value) }),
                        `${title} ${index}`,
                      )
                    }
                  />
                )}
              </Field>
              <VariablePicker
                upstream={upstream}
                selector={entry.value_selector}
                label={textOf(entry.variable)}
                problems={others}
                onPick={({ selector, type }) =>
                  onChange(replaceAt(entries, index, { ...entry, value_selector: selector, value_type: type }))
                }
              />
              <span className={styles.fixed}>
                <IconButton
                  label={labels.panel.removeRow(textOf(entry.variable))}
                  icon={<Trash2 />}
                  onClick={() => onChange(removeAt(entries, index))}
                />
              </span>
            </li>
          )
        })}
      </ul>
    </section>
  )
}
