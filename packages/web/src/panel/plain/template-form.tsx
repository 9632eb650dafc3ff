import { labels } from '../../labels.ts'
import { useEditor } from '../../store/editor-store.ts'
import { Field, TextArea } from '../../ui/field.tsx'
import { FailureSettings } from '../failure-settings.tsx'
import { RetrySettings } from '../retry-settings.tsx'
import { useNodeEdits } from '../use-node-edits.ts'
import type { FormProps } from './form-props.ts'
import { textOf } from './list.ts'
import { VariableRows } from './variable-rows.tsx'

const none = [] as const

/** Text with values put in. It is rendered in a sandbox as code is, so it can be tried again and fail as code can. */
export function TemplateForm({ node, data, onChange, upstream }: FormProps) {
  const problems = useEditor((state) => state.problems.get(node.id)) ?? none
  const { edit } = useNodeEdits(data, onChange)
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
      <RetrySettings node={data} edit={edit} problems={problems} />
      <FailureSettings node={data} edit={edit} problems={problems} />
    </>
  )
}
