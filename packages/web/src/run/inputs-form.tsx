import { useState } from 'react'
import { JsonArea } from '../editor/json-area.tsx'
import type { InputField } from '../form/input-fields.ts'
import { labels } from '../panel/labels.ts'
import { ValueField } from '../panel/value-field.tsx'
import { Button } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import { Segments } from '../ui/segments.tsx'
import { draftOf, type InputsDraft, type InputsRead, switchMode } from './inputs-draft.ts'
import styles from './test-run.module.css'

type InputsFormProps = {
  fields: readonly InputField[]
  draft: InputsDraft
  onChange: (draft: InputsDraft) => void
  /** What is wrong with the draft is shown when a run was tried. */
  read: InputsRead
  lastInputs: Readonly<Record<string, unknown>> | undefined
}

/** The inputs of a test run, as a form or as JSON. */
export function InputsForm({ fields, draft, onChange, read, lastInputs }: InputsFormProps) {
  const [isRefused, setRefused] = useState(false)
  const setText = (name: string, text: string | null): void =>
    onChange({ ...draft, texts: { ...draft.texts, [name]: text } })
  const problems = read.status === 'wrong' ? read.problems : {}
  const jsonProblem = read.status === 'wrong' ? read.jsonProblem : null
  if (fields.length === 0 && draft.mode === 'form') return <p className={styles.soft}>{labels.run.noInputs}</p>
  return (
    <section aria-label={labels.run.inputs} className={styles.inputs}>
      <div className={styles.bar}>
        <Segments
          label={labels.run.inputsAs}
          value={draft.mode}
          onChange={(mode) => {
            const next = switchMode(fields, draft, mode)
            setRefused(next === null)
            if (next) onChange(next)
          }}
          options={[
            { value: 'form', label: labels.run.form },
            { value: 'json', label: labels.run.json },
          ]}
        />
        {lastInputs && (
          <Button look="quiet" onClick={() => onChange(draftOf(fields, lastInputs, draft.mode))}>
            {labels.run.takeInputs}
          </Button>
        )}
      </div>
      {draft.mode === 'json' ? (
        <Field
          label={labels.run.jsonInputs}
          labelIs="heard"
          problems={jsonProblem ? [jsonProblem] : isRefused ? [labels.run.jsonKept] : []}
        >
          {(control) => (
            <JsonArea
              label={labels.run.jsonInputs}
              control={control}
              value={draft.json}
              onChange={(json) => {
                setRefused(false)
                onChange({ ...draft, json })
              }}
            />
          )}
        </Field>
      ) : (
        fields.map((field) => (
          <ValueField
            key={field.name}
            label={field.label}
            type={field.type}
            text={draft.texts[field.name] === undefined ? field.text : (draft.texts[field.name] ?? null)}
            problem={problems[field.name]}
            onChange={(text) => setText(field.name, text)}
            onNull={() => setText(field.name, null)}
          />
        ))
      )}
    </section>
  )
}
