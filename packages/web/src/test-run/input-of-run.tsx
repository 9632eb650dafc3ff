import { useMemo } from 'react'
import { ValueField } from '../editor/value-field.tsx'
import type { InputField } from '../form/input-fields.ts'
import { formatValue } from '../form/values.ts'
import { labels } from '../labels/code-node.ts'
import type { InputSource } from '../run-state/input-source.ts'
import { hasValue } from '../run-state/inputs-draft.ts'
import { weigh } from '../run-state/node-tests.ts'
import { Button } from '../ui/button.tsx'
import styles from './test-run.module.css'

type InputOfRunProps = {
  field: InputField
  /** What is typed; undefined: nothing. */
  text: string | null | undefined
  source: InputSource | undefined
  runsBefore: boolean
  problem: string | undefined
  onChange: (text: string | null) => void
}

/** Longer values are not put into the field by themselves: it would make the page slow. */
const mostCharacters = 20_000

/** One input of a test run: what is typed, or else the value that its source has. */
export function InputOfRun({ field, text, source, runsBefore, problem, onChange }: InputOfRunProps) {
  const { label, type } = field
  const isOwn = text !== undefined
  const isLarge = useMemo(() => !isOwn && hasValue(source) && weigh(source.value) > mostCharacters, [isOwn, source])
  const sourceText = useMemo(() => {
    // What is not given is null for the code.
    if (isLarge || !hasValue(source)) return field.text === '' ? null : field.text
    return source.value === null || source.value === undefined ? null : formatValue(type, source.value)
  }, [isLarge, source, field.text, type])
  const note = isOwn ? labels.run.sources.typed : source && describe(source, runsBefore)
  if (isLarge && hasValue(source)) {
    return (
      <div className={styles.large}>
        <span>
          {label} ({type})
        </span>
        <p className={styles.soft}>
          {labels.run.large} {note}
        </p>
        <Button look="quiet" onClick={() => onChange(formatValue(type, source.value))}>
          {labels.run.editLarge(label)}
        </Button>
      </div>
    )
  }
  return (
    <ValueField
      label={label}
      type={type}
      text={isOwn ? text : sourceText}
      note={note}
      noteLook={!isOwn && source && !hasValue(source) ? 'wanted' : 'plain'}
      problem={problem}
      onChange={onChange}
      onNull={() => onChange(null)}
    />
  )
}

const time = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' })

function describe(source: InputSource, runsBefore: boolean): string {
  const { sources } = labels.run
  switch (source.name) {
    case 'known':
      return sources.known(source.from, source.at === null ? null : time.format(new Date(source.at)))
    case 'default':
      return sources.default(source.from)
    case 'unset':
      return sources.unset(source.from)
    case 'gone':
      return sources.gone
    case 'missing':
      return runsBefore ? sources.runsFirst(source.from, source.why) : sources.runThat(source.from, source.why)
  }
}
