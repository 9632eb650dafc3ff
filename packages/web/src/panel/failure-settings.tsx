import { errorStrategies, isObject } from 'codenode/contract'
import { defaultFields, setDefault, setErrorStrategy, strategyOf } from '../form/error-strategy.ts'
import type { FieldProblem, NodeData } from '../graph/document.ts'
import { labels } from '../labels/code-node.ts'
import { Field, Problems } from '../ui/field.tsx'
import { Select } from '../ui/select.tsx'
import styles from './panel.module.css'
import { problemsAt, problemsUnder } from './problems-of.ts'
import { Section } from './section.tsx'
import { TypedValue } from './typed-value.tsx'
import type { Edit } from './use-node-edits.ts'

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
        <TypedValue
          key={`${field.name} ${field.type}`}
          label={labels.failure.defaultOf(field.name)}
          type={field.type}
          value={field.value}
          text={field.text}
          problems={problemsUnder(problems, `default_value[${indexOf(node, field.name)}]`)}
          onChange={(value) => edit((before) => setDefault(before, field.name, value), `default.${field.name}`)}
        />
      ))}
    </Section>
  )
}

function indexOf({ default_value: defaults }: NodeData, name: string): number {
  return Array.isArray(defaults) ? defaults.findIndex((entry) => isObject(entry) && entry.key === name) : -1
}
