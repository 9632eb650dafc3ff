import { useState } from 'react'
import { Field, TextInput } from './field.tsx'

type NameFieldProps = {
  label: string
  name: string
  /** What is wrong with a name; null: nothing. */
  check: (name: string) => string | null
  problems?: readonly string[]
  className?: string | undefined
  onChange: (name: string) => void
}

/** A name that takes effect when it is left or Enter is pressed, so that nothing in between is passed on to others. */
export function NameField({ label, name, check, problems = [], className, onChange }: NameFieldProps) {
  const [typed, setTyped] = useState<string | null>(null)
  const problem = typed === null || typed === name ? null : check(typed)
  const take = (): void => {
    if (typed !== null && typed !== name && problem === null) onChange(typed)
    if (problem === null) setTyped(null)
  }
  return (
    <Field label={label} labelIs="heard" problems={problem ? [problem] : problems} className={className}>
      {(control) => (
        <TextInput
          {...control}
          value={typed ?? name}
          onChange={(event) => setTyped(event.target.value)}
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
