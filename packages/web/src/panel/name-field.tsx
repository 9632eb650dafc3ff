import { useState } from 'react'
import { Field, TextInput } from '../ui/field.tsx'

type NameFieldProps = {
  label: string
  /** Default: `hidden`. */
  labelIs?: 'shown' | 'hidden'
  name: string
  /** What is wrong with a name that is typed; null: nothing. */
  check: (name: string) => string | null
  /** Makes a name of what is typed. Default: it is one. */
  read?: (text: string) => string
  problems: readonly string[]
  className?: string | undefined
  onChange: (name: string) => void
}

/** A name that takes effect when it is left or Enter is pressed, so that nothing in between is passed on to others. */
export function NameField(props: NameFieldProps) {
  const { label, labelIs = 'hidden', name, check, read = (text) => text, problems, className, onChange } = props
  const [typed, setTyped] = useState<string | null>(null)
  const problem = typed === null || typed === name ? null : check(typed)
  const take = (): void => {
    if (typed !== null && typed !== name && problem === null) onChange(typed)
    if (problem === null) setTyped(null)
  }
  return (
    <Field label={label} labelIs={labelIs} problems={problem ? [problem] : problems} className={className}>
      {(control) => (
        <TextInput
          {...control}
          value={typed ?? name}
          onChange={(event) => setTyped(read(event.target.value))}
          onBlur={take}
          onKeyDown={(event) => {
            if (event.key === 'Enter') take()
            if (event.key === 'Escape' && typed !== null) {
              event.stopPropagation()
              setTyped(null)
            }
          }}
        />
      )}
    </Field>
  )
}
