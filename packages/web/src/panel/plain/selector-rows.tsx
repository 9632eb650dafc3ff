import { Trash2 } from 'lucide-react'
import type { UpstreamVariable } from '../../graph/document.ts'
import { labels } from '../../labels.ts'
import { IconButton } from '../../ui/button.tsx'
import { removeAt, replaceAt } from './list.ts'
import styles from './panel.module.css'
import { VariablePicker } from './variable-picker.tsx'

type SelectorRowsProps = {
  selectors: readonly unknown[]
  /** What a row is called. */
  label: (position: number) => string
  upstream: readonly UpstreamVariable[]
  onChange: (selectors: unknown[]) => void
}

/** A list of variables. */
export function SelectorRows({ selectors, label, upstream, onChange }: SelectorRowsProps) {
  return (
    <ul className={styles.rows}>
      {selectors.map((selector, index) => (
        // Rows have no identity of their own; none is moved.
        // biome-ignore lint/suspicious/noArrayIndexKey: as above
        <li key={index} className={styles.row}>
          <VariablePicker
            upstream={upstream}
            selector={selector}
            label={label(index + 1)}
            onPick={(variable) => onChange(replaceAt(selectors, index, variable.selector))}
          />
          <span className={styles.fixed}>
            <IconButton
              label={labels.panel.removeRow(label(index + 1))}
              icon={<Trash2 />}
              onClick={() => onChange(removeAt(selectors, index))}
            />
          </span>
        </li>
      ))}
    </ul>
  )
}
