import type { ReactNode } from 'react'
import { takenProblem, typedName } from '../../form/names.ts'
import { labels } from '../../labels/editor.ts'
import { cx } from '../../ui/cx.ts'
import { Field, Problems, TextArea, TextInput } from '../../ui/field.tsx'
import { Select } from '../../ui/select.tsx'
import { Switch } from '../../ui/switch.tsx'
import { NameField } from '../name-field.tsx'
import { type Entry, textOf } from './list.ts'
import styles from './node-panel.module.css'
import { StartDefault } from './start-default.tsx'

const kinds = ['text-input', 'paragraph', 'select', 'number', 'checkbox', 'json_object'] as const
const kindOptions = kinds.map((value) => ({ value: value as string, label: labels.start.kinds[value] }))

/** What Dify gives a new input of a kind as its longest length. */
const maxLengths: Readonly<Record<string, number>> = { 'text-input': 256, paragraph: 100_000 }

type StartVariableProps = {
  entry: Entry
  /** Of the other inputs. */
  names: readonly string[]
  /** What is wrong with the name, and with all else. */
  own: readonly string[]
  others: readonly string[]
  onChange: (next: Entry, mergeKey?: string) => void
  onRename: (to: string) => void
  /** What can be done to the input as a whole. */
  actions: ReactNode
}

export function StartVariable(props: StartVariableProps) {
  const { entry, names, own, others, onChange, onRename, actions } = props
  const kind = textOf(entry.type) || 'text-input'
  const options = Array.isArray(entry.options) ? entry.options.map(String) : []
  return (
    <>
      <div className={cx(styles.row, styles.fields)}>
        <NameField
          label={labels.start.name}
          labelIs="shown"
          name={textOf(entry.variable)}
          read={typedName}
          check={(name) => takenProblem(name, names)}
          problems={own}
          onChange={onRename}
        />
        <Field label={labels.start.label}>
          {(control) => (
            <TextInput
              {...control}
              value={textOf(entry.label)}
              onChange={(event) => onChange({ ...entry, label: event.target.value }, 'label')}
            />
          )}
        </Field>
        <Field label={labels.start.type}>
          {(control) => (
            <Select
              {...control}
              options={kindOptions}
              value={kind}
              onChange={(type) => onChange({ ...entry, type, max_length: maxLengths[type] ?? null })}
            />
          )}
        </Field>
        <span className={styles.besideFields}>{actions}</span>
      </div>
      {kind === 'select' && (
        <Field label={labels.start.options}>
          {(control) => (
            <TextArea
              {...control}
              value={options.join('\n')}
              onChange={(event) => onChange({ ...entry, options: event.target.value.split('\n') }, 'options')}
            />
          )}
        </Field>
      )}
      <div className={styles.row}>
        <StartDefault entry={entry} kind={kind} options={options} onChange={onChange} />
        {kind in maxLengths && (
          <Field label={labels.start.maxLength}>
            {(control) => (
              <TextInput
                {...control}
                inputMode="numeric"
                value={textOf(entry.max_length)}
                onChange={(event) => onChange({ ...entry, max_length: lengthOf(event.target.value) }, 'length')}
              />
            )}
          </Field>
        )}
        <span className={styles.besideFields}>
          <Switch
            label={labels.start.required}
            isOn={entry.required === true}
            onChange={(required) => onChange({ ...entry, required })}
          />
        </span>
      </div>
      <Problems problems={others} />
    </>
  )
}

/** Null: any length. */
function lengthOf(text: string): number | null {
  return Number(text.replaceAll(/\D/g, '').slice(0, 9)) || null
}
