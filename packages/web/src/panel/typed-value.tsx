import { stringifyLossless } from 'codenode/contract'
import { useState } from 'react'
import { ValueField } from '../editor/value-field.tsx'
import { parseValue } from '../form/values.ts'

type TypedValueProps = {
  label: string
  /** As Dify names it. */
  type: string
  value: unknown
  /** The text of the value. */
  text: string
  problems: readonly string[]
  onChange: (value: unknown) => void
}

/** A value of the document. What cannot be read as the type is kept as it is typed, and told; the value stays as it was. */
export function TypedValue({ label, type, value, text: written, problems, onChange }: TypedValueProps) {
  const [typed, setTyped] = useState<Typed | null>(null)
  const text = typed && isCurrent(typed, type, value) ? typed.text : written
  const parsed = parseValue(type, text)
  return (
    <ValueField
      label={label}
      type={type}
      text={text}
      problem={'problem' in parsed ? parsed.problem : problems[0]}
      onChange={(next) => {
        setTyped({ text: next, over: value })
        const read = parseValue(type, next)
        if ('value' in read) onChange(read.value)
      }}
    />
  )
}

/** `over`: the value at the time. */
type Typed = { text: string; over: unknown }

/** What was typed stands for the value as it is, or for none; undo and other edits end that. */
function isCurrent({ text, over }: Typed, type: string, value: unknown): boolean {
  const read = parseValue(type, text)
  return stringifyLossless('value' in read ? read.value : over) === stringifyLossless(value)
}
