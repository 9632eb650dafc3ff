import { Plus, Trash2 } from 'lucide-react'
import { useRef } from 'react'
import { newCondition } from '../../graph/new-node.ts'
import { labels } from '../../labels/editor.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Field, Problems } from '../../ui/field.tsx'
import { Select } from '../../ui/select.tsx'
import { problemsAt } from '../problems-of.ts'
import { useAddedFocus } from '../use-added-focus.ts'
import { ConditionRow } from './condition-row.tsx'
import type { FormProps } from './form-props.ts'
import { type Entry, entriesOf, removeAt, replaceAt, textOf } from './list.ts'
import styles from './node-panel.module.css'

/** The cases of an if-else node; an older one, with a single list of conditions, is shown as one case and kept that way. */
export function IfElseForm({ data, onChange, upstream, obvious, problems }: FormProps) {
  const list = useRef<HTMLDivElement>(null)
  const focusAdded = useAddedFocus(list)
  const hasCases = Array.isArray(data.cases) && data.cases.length > 0
  const cases: Entry[] = hasCases
    ? entriesOf(data.cases)
    : [{ case_id: 'true', logical_operator: data.logical_operator ?? 'and', conditions: data.conditions ?? [] }]
  const change = (next: Entry[], mergeKey?: string) => {
    // The first edit gives it the newer form, whose handles are the same.
    const { conditions: _, logical_operator: __, ...rest } = data
    onChange({ ...rest, type: data.type, cases: next }, mergeKey)
  }
  const addCase = () => {
    const id = crypto.randomUUID?.() ?? `case-${cases.length}-${Date.now()}`
    focusAdded()
    change([...cases, { id, case_id: id, logical_operator: 'and', conditions: [newCondition(obvious)] }])
  }
  return (
    <section className={styles.section} aria-label={labels.ifElse.cases}>
      <div ref={list} className={styles.section}>
        {cases.map((one, index) => (
          <CaseBox
            key={textOf(one.case_id)}
            title={index === 0 ? labels.ifElse.if : labels.ifElse.elseIf(index)}
            entry={one}
            upstream={upstream}
            obvious={obvious}
            problems={problems}
            path={hasCases ? `cases[${index}]` : ''}
            onChange={(next, mergeKey) => change(replaceAt(cases, index, next), mergeKey && `${mergeKey} ${index}`)}
            onRemove={cases.length > 1 ? () => change(removeAt(cases, index)) : null}
          />
        ))}
      </div>
      <Button icon={<Plus />} onClick={addCase}>
        {labels.ifElse.addCase}
      </Button>
      <p className={styles.soft}>
        <strong>{labels.ifElse.else}</strong> {labels.ifElse.elseHint}
      </p>
    </section>
  )
}

type CaseBoxProps = {
  title: string
  entry: Entry
  upstream: FormProps['upstream']
  obvious: FormProps['obvious']
  problems: FormProps['problems']
  /** Where the case stands in the settings. */
  path: string
  onChange: (next: Entry, mergeKey?: string) => void
  onRemove: (() => void) | null
}

const joinings = [
  { value: 'and', label: labels.ifElse.all },
  { value: 'or', label: labels.ifElse.any },
]

function CaseBox({ title, entry, upstream, obvious, problems, path, onChange, onRemove }: CaseBoxProps) {
  const list = useRef<HTMLDivElement>(null)
  const focusAdded = useAddedFocus(list)
  const add = () => {
    focusAdded()
    change([...conditions, newCondition(obvious)])
  }
  const place = path === '' ? 'conditions' : `${path}.conditions`
  const conditions = entriesOf(entry.conditions)
  const change = (next: Entry[], mergeKey?: string) => onChange({ ...entry, conditions: next }, mergeKey)
  return (
    <section className={styles.box} aria-label={title}>
      <div className={styles.sectionHead}>
        <h3>{title}</h3>
        {onRemove && <IconButton label={labels.panel.removeRow(title)} icon={<Trash2 />} onClick={onRemove} />}
      </div>
      {conditions.length > 1 && (
        <Field label={labels.ifElse.joined}>
          {(control) => (
            <Select
              {...control}
              options={joinings}
              value={textOf(entry.logical_operator) || 'and'}
              onChange={(logical_operator) => onChange({ ...entry, logical_operator })}
            />
          )}
        </Field>
      )}
      <Problems problems={problemsAt(problems, path, place, `${path}.case_id`, `${path}.logical_operator`)} />
      <div ref={list} className={styles.rows}>
        {conditions.map((condition, index) => (
          <ConditionRow
            // biome-ignore lint/suspicious/noArrayIndexKey: rows have no identity of their own; none is moved
            key={index}
            name={`${title}, ${labels.ifElse.condition(index + 1)}`}
            condition={condition}
            upstream={upstream}
            problems={problems}
            path={`${place}[${index}]`}
            onChange={(next, mergeKey) =>
              change(replaceAt(conditions, index, next), mergeKey && `${mergeKey} ${index}`)
            }
            onRemove={() => change(removeAt(conditions, index))}
          />
        ))}
      </div>
      <div>
        <Button look="quiet" icon={<Plus />} onClick={add}>
          {labels.ifElse.addCondition}
        </Button>
      </div>
    </section>
  )
}
