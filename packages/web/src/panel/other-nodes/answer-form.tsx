import { labels } from '../../labels/editor.ts'
import { Field, TextArea } from '../../ui/field.tsx'
import { problemsUnder } from '../problems-of.ts'
import type { FormProps } from './form-props.ts'
import { textOf } from './list.ts'
import { VariablePicker } from './variable-picker.tsx'

export function AnswerForm({ data, onChange, upstream, problems }: FormProps) {
  const text = textOf(data.answer)
  return (
    <>
      <Field label={labels.answer.text} problems={problemsUnder(problems, 'answer')}>
        {(control) => (
          <TextArea
            {...control}
            rows={8}
            value={text}
            onChange={(event) => onChange({ ...data, answer: event.target.value }, 'answer')}
          />
        )}
      </Field>
      <VariablePicker
        upstream={upstream}
        selector={[]}
        isOptional
        label={labels.answer.insert}
        onPick={({ selector }) => onChange({ ...data, answer: `${text}{{#${selector.join('.')}#}}` })}
      />
    </>
  )
}
