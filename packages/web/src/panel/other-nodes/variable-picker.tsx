import { formatSelector } from 'codenode/contract'
import { useId, useState } from 'react'
import type { UpstreamVariable } from '../../graph/document.ts'
import { labels } from '../../labels/editor.ts'
import { type ControlProps, Problems } from '../../ui/field.tsx'
import { Picker } from '../../ui/picker.tsx'
import { describeVariable, variableOptions } from '../variable-options.ts'
import styles from './node-panel.module.css'

type VariablePickerProps = {
  upstream: readonly UpstreamVariable[]
  selector: unknown
  onPick: (variable: UpstreamVariable) => void
  /** Of a field around it, which says what is wrong. */
  control?: ControlProps
  label?: string
  /** What is wrong with what is chosen; where there is a `control`, its field says it. */
  problems?: readonly string[]
  /** Nothing needs to be chosen. */
  isOptional?: boolean
}

/** Chooses a variable that reaches the node. */
export function VariablePicker(props: VariablePickerProps) {
  const { upstream, selector, onPick, control, label, problems = [], isOptional = false } = props
  const id = useId()
  const [wasOpen, setWasOpen] = useState(false)
  const steps = Array.isArray(selector) ? selector.map(String) : []
  const isUnset = steps.length < 2
  const chosen = upstream.find((variable) => formatSelector(variable.selector) === formatSelector(steps))
  // Until somebody looked for a variable, or wanted a run, it is no mistake that none is chosen.
  const shown =
    wasOpen && isUnset && !isOptional && problems.length === 0 && !control?.['aria-invalid']
      ? [labels.problemList.unset]
      : problems
  const text = chosen
    ? describeVariable(chosen)
    : isUnset
      ? labels.variable.unset
      : labels.variable.gone(steps.slice(1).join('.'))
  // What the button says is not said twice.
  const said = shown.filter((problem) => problem !== text)
  return (
    <div className={styles.picked}>
      <Picker
        options={variableOptions(upstream)}
        selected={chosen ? formatSelector(chosen.selector) : null}
        onPick={(picked) => {
          const variable = upstream.find((it) => formatSelector(it.selector) === picked)
          if (variable) onPick(variable)
        }}
        onClose={() => setWasOpen(true)}
        searchLabel={labels.variable.search}
        emptyText={labels.variable.empty}
        control={
          shown.length > 0
            ? {
                ...control,
                id: control?.id ?? id,
                'aria-describedby': said.length > 0 ? `${id}-problems` : control?.['aria-describedby'],
                'aria-invalid': true,
              }
            : control
        }
        label={control ? undefined : `${label ?? labels.variable.pick}: ${text}`}
      >
        {text}
      </Picker>
      <Problems id={`${id}-problems`} problems={said} />
    </div>
  )
}
