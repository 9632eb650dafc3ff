import { useId } from 'react'
import type { UpstreamVariable } from '../../graph/document.ts'
import { labels } from '../../labels.ts'
import { type ControlProps, Problems } from '../../ui/field.tsx'
import { Picker } from '../../ui/picker.tsx'
import styles from './panel.module.css'

type VariablePickerProps = {
  upstream: readonly UpstreamVariable[]
  selector: unknown
  onPick: (variable: UpstreamVariable) => void
  control?: ControlProps
  label?: string
  /** What is wrong with what is chosen; where there is a `control`, its field says it. */
  problems?: readonly string[]
}

const keyOf = (selector: readonly string[]): string => selector.join('\n')

/** Chooses a variable that reaches the node. */
export function VariablePicker({ upstream, selector, onPick, control, label, problems = [] }: VariablePickerProps) {
  const id = useId()
  const steps = Array.isArray(selector) ? selector.map(String) : []
  const chosen = upstream.find((variable) => keyOf(variable.selector) === keyOf(steps))
  const options = upstream.map((variable) => ({
    id: keyOf(variable.selector),
    label: variable.selector.slice(1).join('.'),
    group: variable.nodeTitle,
    note: variable.type,
  }))
  const text = chosen
    ? `${chosen.nodeTitle} / ${chosen.selector.slice(1).join('.')}`
    : steps.length > 1
      ? labels.variable.gone(steps.slice(1).join('.'))
      : labels.variable.unset
  const picker = (
    <Picker
      options={options}
      selected={chosen ? keyOf(chosen.selector) : null}
      onPick={(id) => {
        const variable = upstream.find((it) => keyOf(it.selector) === id)
        if (variable) onPick(variable)
      }}
      searchLabel={labels.variable.search}
      emptyText={labels.variable.empty}
      control={
        control ??
        (problems.length > 0 ? { id, 'aria-describedby': `${id}-problems`, 'aria-invalid': true } : undefined)
      }
      label={control ? undefined : `${label ?? labels.variable.pick}: ${text}`}
    >
      {text}
    </Picker>
  )
  if (control) return picker
  return (
    <div className={styles.picked}>
      {picker}
      <Problems id={`${id}-problems`} problems={problems} />
    </div>
  )
}
