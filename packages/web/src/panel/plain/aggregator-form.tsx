import { isObject } from 'codenode/contract'
import { Plus, Trash2 } from 'lucide-react'
import { labels } from '../../labels.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import type { FormProps } from './form-props.ts'
import { removeAt, replaceAt } from './list.ts'
import styles from './panel.module.css'
import { VariablePicker } from './variable-picker.tsx'

export function AggregatorForm({ data, onChange, upstream }: FormProps) {
  const advanced = data.advanced_settings
  if (isObject(advanced) && advanced.group_enabled === true) {
    return <p className={styles.soft}>{labels.aggregator.groups}</p>
  }
  const selectors: unknown[] = Array.isArray(data.variables) ? data.variables : []
  const change = (variables: unknown[]) => onChange({ ...data, variables })
  return (
    <section className={styles.section} aria-label={labels.aggregator.variables}>
      <div className={styles.sectionHead}>
        <h3>{labels.aggregator.variables}</h3>
        <Button look="quiet" icon={<Plus />} onClick={() => change([...selectors, []])}>
          {labels.aggregator.add}
        </Button>
      </div>
      <p className={styles.soft}>{labels.aggregator.hint}</p>
      <ul className={styles.rows}>
        {selectors.map((selector, index) => (
          // Rows have no identity of their own; none is moved.
          // biome-ignore lint/suspicious/noArrayIndexKey: as above
          <li key={index} className={styles.row}>
            <VariablePicker
              upstream={upstream}
              selector={selector}
              label={labels.aggregator.row(index + 1)}
              onPick={(variable) => change(replaceAt(selectors, index, variable.selector))}
            />
            <span className={styles.fixed}>
              <IconButton
                label={labels.panel.removeRow(labels.aggregator.row(index + 1))}
                icon={<Trash2 />}
                onClick={() => change(removeAt(selectors, index))}
              />
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}
