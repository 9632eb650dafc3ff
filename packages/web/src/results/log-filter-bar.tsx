import { labels } from '../labels/code-node.ts'
import { Field, TextInput } from '../ui/field.tsx'
import { Segments } from '../ui/segments.tsx'
import { Select } from '../ui/select.tsx'
import type { LogFilter } from './log-filter.ts'
import styles from './log-list.module.css'

const streams = (['all', 'stdout', 'stderr'] as const).map((value) => ({ value, label: labels.logs.streams[value] }))
const levels = (['all', 'info', 'warning', 'error'] as const).map((value) => ({
  value,
  label: labels.logs.levels[value],
}))

/** Chooses the lines of a log that are shown. */
export function LogFilterBar({ filter, onChange }: { filter: LogFilter; onChange: (filter: LogFilter) => void }) {
  return (
    <div className={styles.filter}>
      <Segments
        label={labels.logs.whichStream}
        options={streams}
        value={filter.stream}
        onChange={(stream) => onChange({ ...filter, stream })}
      />
      <Select
        aria-label={labels.logs.whichLevel}
        options={levels}
        value={filter.level}
        onChange={(level) => onChange({ ...filter, level })}
      />
      <Field label={labels.logs.from} className={styles.from}>
        {(control) => (
          <TextInput
            {...control}
            inputMode="numeric"
            value={filter.fromMs === 0 ? '' : String(filter.fromMs)}
            placeholder="0"
            onChange={(event) => onChange({ ...filter, fromMs: Number(event.target.value.replaceAll(/\D/g, '')) })}
          />
        )}
      </Field>
    </div>
  )
}
