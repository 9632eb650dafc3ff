import { formatValue } from '../../form/values.ts'
import { inputTypes } from '../../graph/variables.ts'
import { labels } from '../../labels/editor.ts'
import { Field, TextInput } from '../../ui/field.tsx'
import { Select } from '../../ui/select.tsx'
import { LazyTypedValue } from './lazy-typed-value.tsx'
import { type Entry, textOf } from './list.ts'

type StartDefaultProps = {
  entry: Entry
  kind: string
  options: readonly string[]
  onChange: (next: Entry, mergeKey?: string) => void
}

/** What an input is where it is not given. */
export function StartDefault({ entry, kind, options, onChange }: StartDefaultProps) {
  const type = inputTypes[kind]
  const change = (value: unknown): void => {
    const { default: _, ...rest } = entry
    onChange(value === null || value === '' ? rest : { ...rest, default: value }, 'default')
  }
  if (type !== undefined) {
    return (
      <LazyTypedValue
        key={type}
        label={labels.start.fallback}
        type={type}
        value={entry.default ?? null}
        text={typeof entry.default === 'string' ? entry.default : formatValue(type, entry.default)}
        problems={[]}
        onChange={change}
      />
    )
  }
  return (
    <Field label={labels.start.fallback}>
      {(control) =>
        kind === 'select' ? (
          <Select
            {...control}
            options={['', ...options].map((value) => ({ value, label: value || labels.ui.none }))}
            value={textOf(entry.default)}
            onChange={change}
          />
        ) : (
          <TextInput {...control} value={textOf(entry.default)} onChange={(event) => change(event.target.value)} />
        )
      }
    </Field>
  )
}
