import { RotateCcw } from 'lucide-react'
import { useState } from 'react'
import { JsonArea } from '../editor/json-area.tsx'
import type { InputField } from '../form/input-fields.ts'
import { labels } from '../labels/code-node.ts'
import type { InputSources } from '../run-state/input-source.ts'
import {
  emptyDraft,
  type InputsDraft,
  type InputsRead,
  isTypedFor,
  jsonOf,
  switchMode,
} from '../run-state/inputs-draft.ts'
import { Button } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import { Segments } from '../ui/segments.tsx'
import { InputOfRun } from './input-of-run.tsx'
import styles from './test-run.module.css'

export type InputsFormProps = {
  fields: readonly InputField[]
  draft: InputsDraft
  onChange: (draft: InputsDraft) => void
  /** What is wrong with the draft is shown when a run was tried. */
  read: InputsRead
  sources: InputSources
  /** Whether a run runs first what has to run before. */
  runsBefore: boolean
}

/** The inputs of a test run, as a form or as JSON, and where each of them comes from. */
export function InputsForm({ fields, draft, onChange, read, sources, runsBefore }: InputsFormProps) {
  const [isRefused, setRefused] = useState(false)
  const problems = read.status === 'wrong' ? read.problems : {}
  const jsonProblem = read.status === 'wrong' ? read.jsonProblem : null
  if (fields.length === 0 && draft.mode === 'form') return <p className={styles.soft}>{labels.run.noInputs}</p>
  return (
    <section aria-label={labels.run.inputs} className={styles.inputs}>
      <div className={styles.bar}>
        <h3>{labels.run.inputs}</h3>
        <Segments
          label={labels.run.inputsAs}
          value={draft.mode}
          onChange={(mode) => {
            const next = switchMode(fields, draft, mode, sources)
            setRefused(next === null)
            if (next) onChange(next)
          }}
          options={[
            { value: 'form', label: labels.run.form },
            { value: 'json', label: labels.run.json },
          ]}
        />
      </div>
      {isTypedFor(fields, draft) && Object.keys(sources).length > 0 && (
        <Button look="quiet" icon={<RotateCcw />} onClick={() => onChange({ ...emptyDraft, mode: draft.mode })}>
          {labels.run.useSources}
        </Button>
      )}
      {draft.mode === 'json' ? (
        <Field
          label={labels.run.jsonInputs}
          labelIs="hidden"
          problems={jsonProblem ? [jsonProblem] : isRefused ? [labels.run.jsonKept] : []}
        >
          {(control) => (
            <JsonArea
              label={labels.run.jsonInputs}
              control={control}
              value={jsonOf(fields, draft, sources)}
              onChange={(json) => {
                setRefused(false)
                onChange({ ...draft, json })
              }}
            />
          )}
        </Field>
      ) : (
        fields.map((field) => (
          <InputOfRun
            key={field.name}
            field={field}
            text={draft.texts[field.name]}
            source={sources[field.name]}
            runsBefore={runsBefore}
            problem={problems[field.name]}
            onChange={(text) => onChange({ ...draft, texts: { ...draft.texts, [field.name]: text } })}
          />
        ))
      )}
    </section>
  )
}
