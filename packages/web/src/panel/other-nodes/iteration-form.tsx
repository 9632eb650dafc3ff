import { Plus } from 'lucide-react'
import { useRef } from 'react'
import { variablesInside } from '../../graph/upstream.ts'
import { labels } from '../../labels/editor.ts'
import { useEditor } from '../../store/editor-store.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { Select } from '../../ui/select.tsx'
import { SliderField } from '../../ui/slider-field.tsx'
import { Switch } from '../../ui/switch.tsx'
import { problemsUnder } from '../problems-of.ts'
import type { FormProps } from './form-props.ts'
import { textOf } from './list.ts'
import { VariablePicker } from './variable-picker.tsx'

const modes = ['terminated', 'continue-on-error', 'remove-abnormal-output'] as const
const modeOptions = modes.map((value) => ({ value: value as string, label: labels.iteration.modes[value] }))

export function IterationForm({ node, data, onChange, upstream, problems }: FormProps) {
  const document = useEditor((state) => state.history.present)
  const add = useRef<HTMLButtonElement>(null)
  const isParallel = data.is_parallel === true
  const addInside = () => {
    const box = add.current?.getBoundingClientRect()
    const at = { x: box?.left ?? 0, y: box?.bottom ?? 0 }
    useEditor.setState({ adding: { at, where: { inside: node.id } } })
  }
  return (
    <>
      <Field label={labels.iteration.list} problems={problemsUnder(problems, 'iterator_selector')}>
        {(control) => (
          <VariablePicker
            control={control}
            upstream={upstream.filter(({ type }) => type.startsWith('array') || type === 'any')}
            selector={data.iterator_selector}
            onPick={({ selector }) => onChange({ ...data, iterator_selector: selector })}
          />
        )}
      </Field>
      <Field label={labels.iteration.output} problems={problemsUnder(problems, 'output_selector')}>
        {(control) => (
          <VariablePicker
            control={control}
            upstream={variablesInside(document, node.id)}
            selector={data.output_selector}
            onPick={({ selector, type }) =>
              onChange({ ...data, output_selector: selector, output_type: `array[${type}]` })
            }
          />
        )}
      </Field>
      <div>
        <Button ref={add} icon={<Plus />} aria-haspopup="dialog" onClick={addInside}>
          {labels.iteration.inside}
        </Button>
      </div>
      <Switch
        label={labels.iteration.parallel}
        isOn={isParallel}
        onChange={(isOn) => onChange({ ...data, is_parallel: isOn })}
      />
      {isParallel && (
        <SliderField
          label={labels.iteration.atOnce}
          numberLabel={labels.iteration.atOnce}
          unit=""
          min={1}
          max={10}
          step={1}
          value={Number(data.parallel_nums ?? 10)}
          problems={problemsUnder(problems, 'parallel_nums')}
          onChange={(value) => onChange({ ...data, parallel_nums: value }, 'parallel')}
        />
      )}
      <Field label={labels.iteration.onError} problems={problemsUnder(problems, 'error_handle_mode')}>
        {(control) => (
          <Select
            {...control}
            options={modeOptions}
            value={textOf(data.error_handle_mode) || 'terminated'}
            onChange={(mode) => onChange({ ...data, error_handle_mode: mode })}
          />
        )}
      </Field>
      <Switch
        label={labels.iteration.flatten}
        isOn={data.flatten_output !== false}
        onChange={(isOn) => onChange({ ...data, flatten_output: isOn })}
      />
    </>
  )
}
