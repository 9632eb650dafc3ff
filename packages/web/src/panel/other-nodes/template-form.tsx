import { lazy, Suspense } from 'react'
import { labels } from '../../labels/editor.ts'
import { ErrorBoundary } from '../../shell/error-boundary.tsx'
import { Loading } from '../../shell/page-state.tsx'
import { Field, TextArea } from '../../ui/field.tsx'
import { problemsUnder } from '../problems-of.ts'
import { useNodeEdits } from '../use-node-edits.ts'
import type { FormProps } from './form-props.ts'
import { textOf } from './list.ts'
import { VariableRows } from './variable-rows.tsx'

// What a default value is edited with is large, and loaded with the panel of Code nodes.
const RetrySettings = lazy(async () => ({ default: (await import('../retry-settings.tsx')).RetrySettings }))
const FailureSettings = lazy(async () => ({ default: (await import('../failure-settings.tsx')).FailureSettings }))

export function TemplateForm({ data, onChange, upstream, obvious, problems }: FormProps) {
  const { edit } = useNodeEdits(data, onChange)
  const common = { node: data, edit, problems }
  return (
    <>
      <VariableRows
        title={labels.template.variables}
        addLabel={labels.variable.add}
        rows={data.variables}
        upstream={upstream}
        obvious={obvious}
        problems={problems}
        path="variables"
        onChange={(variables, mergeKey) => onChange({ ...data, variables }, mergeKey)}
      />
      <Field
        label={labels.template.template}
        hint={labels.template.hint}
        problems={problemsUnder(problems, 'template')}
      >
        {(control) => (
          <TextArea
            {...control}
            rows={8}
            value={textOf(data.template)}
            onChange={(event) => onChange({ ...data, template: event.target.value }, 'template')}
          />
        )}
      </Field>
      <ErrorBoundary>
        <Suspense fallback={<Loading />}>
          <RetrySettings {...common} />
          <FailureSettings {...common} />
        </Suspense>
      </ErrorBoundary>
    </>
  )
}
