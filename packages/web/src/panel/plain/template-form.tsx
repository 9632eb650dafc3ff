import { labels } from '../../labels.ts'
import { Field, TextArea } from '../../ui/field.tsx'
import type { FormProps } from './form-props.ts'
import { textOf } from './list.ts'
import { VariableRows } from './variable-rows.tsx'

export function TemplateForm({ data, onChange, upstream }: FormProps) {
  return (
    <>
      <VariableRows
        title={labels.template.variables}
        addLabel={labels.variable.add}
        rows={data.variables}
        upstream={upstream}
        onChange={(variables, mergeKey) => onChange({ ...data, variables }, mergeKey)}
      />
      <Field label={labels.template.template} hint={labels.template.hint}>
        {(control) => (
          <TextArea
            {...control}
            rows={8}
            value={textOf(data.template)}
            onChange={(event) => onChange({ ...data, template: event.target.value }, 'template')}
          />
        )}
      </Field>
    </>
  )
}
