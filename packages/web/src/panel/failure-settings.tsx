import { errorStrategies, isObject, stringifyLossless } from 'codenode/contract'
import { useState } from 'react'
import { type DefaultField, defaultFields, setDefault, setErrorStrategy, strategyOf } from '../form/error-strategy.ts'
import { parseValue } from '../form/values.ts'
import type { FieldProblem, NodeData } from '../graph/document.ts'
import { Field, Problems } from '../ui/field.tsx'
import { Select } from '../ui/select.tsx'
import { labels } from './labels.ts'
import styles from './panel.module.css'
import { problemsAt, problemsUnder } from './problems-of.ts'
import { Section } from './section.tsx'
import type { Edit } from './use-node-edits.ts'
import { ValueField } from './value-field.tsx'

type FailureSettingsProps = { node: NodeData; edit: Edit; problems: readonly FieldProblem[] }

const strategies = errorStrategies.map((value) => ({ value, label: labels.failure.strategies[value] }))

export function FailureSettings({ node, edit, problems }: FailureSettingsProps) {
  const strategy = strategyOf(node)
  const fields = strategy === 'default-value' ? defaultFields(node) : []
  return (
    <Section heading={labels.failure.heading}>
      <Field
        label={labels.failure.label}
        hint={labels.failure.explained[strategy]}
        problems={problemsAt(problems, 'error_strategy')}
      >
        {(control) => (
          <Select
            {...control}
            options={strategies}
            value={strategy}
            onChange={(next) => edit((before) => setErrorStrategy(before, next))}
          />
        )}
      </Field>
      {strategy === 'default-value' && fields.length === 0 && <p className={styles.soft}>{labels.failure.noOutputs}</p>}
      {strategy === 'default-value' && <Problems problems={problemsAt(problems, 'default_value')} />}
      {fields.map((field) => (
        <DefaultEditor
          key={`${field.name} ${field.type}`}
          field={field}
          problems={problemsUnder(problems, `default_value[${indexOf(node, field.name)}]`)}
          onChange={(value) => edit((before) => setDefault(before, field.name, value), `default.${field.name}`)}
        />
      ))}
    </Section>
  )
}

type DefaultEditorProps = { field: DefaultField; problems: readonly string[]; onChange: (value: unknown) => void }

/** What cannot be read as the type is kept as it is typed, and told; the value stays the last that could be. */
function DefaultEditor({ field, problems, onChange }: DefaultEditorProps) {
  const [typed, setTyped] = useState<Typed | null>(null)
  const text = typed && isCurrent(typed, field) ? typed.text : field.text
  const parsed = parseValue(field.type, text)
  return (
    <ValueField
      label={labels.failure.defaultOf(field.name)}
      type={field.type}
      text={text}
      problem={'problem' in parsed ? parsed.problem : problems[0]}
      onChange={(next) => {
        setTyped({ text: next, over: field.value })
        const read = parseValue(field.type, next)
        if ('value' in read) onChange(read.value)
      }}
    />
  )
}

/** `over`: the value of the field when it was typed. */
type Typed = { text: string; over: unknown }

/** What was typed stands for the value as it is, or for none; undo and other edits end that. */
function isCurrent({ text, over }: Typed, { type, value }: DefaultField): boolean {
  const read = parseValue(type, text)
  return stringifyLossless('value' in read ? read.value : over) === stringifyLossless(value)
}

function indexOf({ default_value: defaults }: NodeData, name: string): number {
  return Array.isArray(defaults) ? defaults.findIndex((entry) => isObject(entry) && entry.key === name) : -1
}
