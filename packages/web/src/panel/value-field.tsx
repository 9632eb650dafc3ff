import { JsonArea } from '../editor/json-area.tsx'
import { editorOf } from '../form/values.ts'
import { type ControlProps, Field, TextArea, TextInput } from '../ui/field.tsx'
import { Select } from '../ui/select.tsx'
import { labels } from './labels.ts'
import styles from './value-field.module.css'

type ValueFieldProps = {
  label: string
  /** As Dify names it. */
  type: string
  text: string
  problem?: string | undefined
  onChange: (text: string) => void
}

/** A value of a type, edited as text. */
export function ValueField({ label, type, text, problem, onChange }: ValueFieldProps) {
  const name = `${label} (${type})`
  return (
    <Field label={name} problems={problem ? [problem] : []} className={styles.field}>
      {(control) => <Control control={control} name={name} type={type} text={text} onChange={onChange} />}
    </Field>
  )
}

type ControlOf = { control: ControlProps; name: string; type: string; text: string; onChange: (text: string) => void }

function Control({ control, name, type, text, onChange }: ControlOf) {
  switch (editorOf(type)) {
    case 'text':
      return (
        <TextArea
          {...control}
          rows={Math.min(6, Math.max(1, text.split('\n').length))}
          value={text}
          onChange={(event) => onChange(event.target.value)}
        />
      )
    case 'number':
      return (
        <TextInput {...control} inputMode="decimal" value={text} onChange={(event) => onChange(event.target.value)} />
      )
    case 'switch':
      return <Select {...control} options={choices} value={text} onChange={onChange} />
    case 'json':
      return <JsonArea control={control} label={name} value={text} onChange={onChange} />
  }
}

const choices = [
  { value: '', label: labels.run.unchosen },
  { value: 'true', label: 'true' },
  { value: 'false', label: 'false' },
]
