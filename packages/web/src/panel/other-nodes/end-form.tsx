import { labels } from '../../labels/editor.ts'
import type { FormProps } from './form-props.ts'
import { VariableRows } from './variable-rows.tsx'

export function EndForm({ data, onChange, upstream, obvious, problems }: FormProps) {
  return (
    <VariableRows
      title={labels.end.outputs}
      addLabel={labels.end.add}
      emptyText={labels.end.empty}
      rows={data.outputs}
      upstream={upstream}
      obvious={obvious}
      problems={problems}
      path="outputs"
      onChange={(outputs, mergeKey) => onChange({ ...data, outputs }, mergeKey)}
    />
  )
}
