import { Trash2 } from 'lucide-react'
import type { FieldProblem, UpstreamVariable } from '../../graph/document.ts'
import { compareWith } from '../../graph/new-node.ts'
import { operatorsFor, takesValue } from '../../graph/operators.ts'
import { labels } from '../../labels/editor.ts'
import { IconButton } from '../../ui/button.tsx'
import { Problems, TextInput } from '../../ui/field.tsx'
import { Select } from '../../ui/select.tsx'
import { problemsOfRow } from '../problems-of.ts'
import { type Entry, textOf } from './list.ts'
import styles from './node-panel.module.css'
import { VariablePicker } from './variable-picker.tsx'

type ConditionRowProps = {
  name: string
  condition: Entry
  upstream: readonly UpstreamVariable[]
  problems: readonly FieldProblem[]
  /** Where the condition stands in the settings. */
  path: string
  onChange: (next: Entry, mergeKey?: string) => void
  onRemove: () => void
}

export function ConditionRow({ name, condition, upstream, problems, path, onChange, onRemove }: ConditionRowProps) {
  const { own, others } = problemsOfRow(problems, path, 'variable_selector')
  const type = textOf(condition.varType) || 'any'
  const operator = textOf(condition.comparison_operator)
  return (
    <fieldset className={styles.row} aria-label={name}>
      <span className={styles.whole}>
        <VariablePicker
          upstream={upstream}
          selector={condition.variable_selector}
          label={labels.ifElse.variable}
          problems={own}
          onPick={(variable) => onChange(compareWith(condition, variable))}
        />
      </span>
      <Select
        aria-label={labels.ifElse.operator}
        options={operatorsFor(type).map((value) => ({ value, label: labels.ifElse.operatorName(value) }))}
        value={operator}
        onChange={(comparison_operator) => onChange({ ...condition, comparison_operator })}
      />
      {takesValue(operator) && <ConditionValue type={type} condition={condition} onChange={onChange} />}
      <span className={styles.fixed}>
        <IconButton label={labels.panel.removeRow(name)} icon={<Trash2 />} onClick={onRemove} />
      </span>
      <Problems problems={others} />
    </fieldset>
  )
}

const truths = [
  { value: 'true', label: 'true' },
  { value: 'false', label: 'false' },
]

function ConditionValue({
  type,
  condition,
  onChange,
}: Pick<ConditionRowProps, 'condition' | 'onChange'> & { type: string }) {
  const { value } = condition
  if (type === 'boolean') {
    return (
      <Select
        aria-label={labels.ifElse.value}
        options={truths}
        value={String(value === true || value === 'true')}
        onChange={(text) => onChange({ ...condition, value: text === 'true' })}
      />
    )
  }
  const isList = Array.isArray(value)
  return (
    <TextInput
      aria-label={labels.ifElse.value}
      value={isList ? value.join(', ') : textOf(value)}
      onChange={(event) => {
        const text = event.target.value
        onChange({ ...condition, value: isList ? text.split(',').map((it) => it.trim()) : text }, 'value')
      }}
    />
  )
}
