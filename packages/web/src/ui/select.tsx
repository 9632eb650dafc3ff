import { ChevronDown } from 'lucide-react'
import type { ComponentPropsWithRef } from 'react'
import { cx } from './cx.ts'
import styles from './select.module.css'

export type SelectOption<Value extends string> = { value: Value; label: string }

type SelectProps<Value extends string> = Omit<ComponentPropsWithRef<'select'>, 'value' | 'onChange' | 'children'> & {
  options: readonly SelectOption<Value>[]
  value: Value
  onChange: (value: Value) => void
}

/** One of a few options; it looks as a picker does, and so does its list where the browser can. A value that is none of them is shown as it is, so that it is not lost. */
export function Select<Value extends string>({ options, value, onChange, className, ...rest }: SelectProps<Value>) {
  const isKnown = options.some((option) => option.value === value)
  return (
    <span className={cx(styles.frame, className)}>
      <select
        {...rest}
        className={styles.select}
        value={value}
        // The values of the options are the only ones that a select can take.
        onChange={(event) => onChange(event.target.value as Value)}
        // Keys pressed in the open list are the list's: Escape closes it, and not the panel around it.
        onKeyDown={(event) => event.target !== event.currentTarget && event.stopPropagation()}
      >
        {!isKnown && <option value={value}>{value}</option>}
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
      <ChevronDown aria-hidden />
    </span>
  )
}
