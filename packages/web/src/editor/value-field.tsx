import { editorOf } from '../form/values.ts'
import { labels } from '../labels/code-node.ts'
import { Button } from '../ui/button.tsx'
import { type ControlProps, Field, TextArea, TextInput } from '../ui/field.tsx'
import { Select } from '../ui/select.tsx'
import { JsonArea } from './json-area.tsx'
import styles from './value-field.module.css'

type ValueFieldProps = {
  label: string
  /** As Dify names it. */
  type: string
  /** Null: the value null. */
  text: string | null
  problem?: string | undefined
  /** Where the value comes from. */
  note?: string | undefined
  /** `wanted`: there is no value yet. Default: `plain`. */
  noteLook?: 'plain' | 'wanted'
  onChange: (text: string) => void
  /** Where a text may be null, which is not the same as empty. */
  onNull?: () => void
}

/** A value of a type, edited as text. */
export function ValueField(props: ValueFieldProps) {
  const { label, type, text, problem, note, noteLook = 'plain', onChange, onNull } = props
  const name = `${label} (${type})`
  const canBeNull = onNull !== undefined && text === '' && editorOf(type) === 'text'
  return (
    <div className={styles.whole}>
      <Field label={name} problems={problem ? [problem] : []} className={styles.field}>
        {(control) => <Control control={control} name={name} type={type} text={text} onChange={onChange} />}
      </Field>
      {note && (
        <p className={styles.source} data-look={noteLook}>
          {note}
        </p>
      )}
      {canBeNull && (
        <p className={styles.note}>
          {labels.run.emptyText}{' '}
          <Button look="quiet" aria-label={labels.run.makeNullOf(label)} onClick={onNull}>
            {labels.run.makeNull}
          </Button>
        </p>
      )}
    </div>
  )
}

type ControlOf = {
  control: ControlProps
  name: string
  type: string
  text: string | null
  onChange: (text: string) => void
}

function Control({ control, name, type, text: given, onChange }: ControlOf) {
  const text = given ?? ''
  switch (editorOf(type)) {
    case 'text':
      if (type === 'secret') {
        return (
          <TextInput {...control} type="password" value={text} onChange={(event) => onChange(event.target.value)} />
        )
      }
      return (
        <TextArea
          {...control}
          rows={Math.min(6, Math.max(1, text.split('\n').length))}
          value={text}
          placeholder={given === null ? labels.run.isNull : undefined}
          onChange={(event) => onChange(event.target.value)}
        />
      )
    case 'number':
      return (
        <TextInput
          {...control}
          inputMode="decimal"
          value={text}
          placeholder={given === null ? labels.run.isNull : undefined}
          onChange={(event) => onChange(event.target.value)}
        />
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
