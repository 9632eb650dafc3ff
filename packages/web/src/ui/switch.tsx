import { useId } from 'react'
import styles from './switch.module.css'

type SwitchProps = {
  label: string
  hint?: string | undefined
  isOn: boolean
  onChange: (isOn: boolean) => void
  disabled?: boolean | undefined
}

/** Something that is on or off, at once. */
export function Switch({ label, hint, isOn, onChange, disabled }: SwitchProps) {
  const id = useId()
  const hintId = hint ? `${id}-hint` : undefined
  return (
    <div className={styles.row}>
      <input
        id={id}
        type="checkbox"
        // biome-ignore lint/a11y/useAriaPropsForRole: `checked` says it; aria-checked beside it is not allowed
        role="switch"
        checked={isOn}
        aria-describedby={hintId}
        disabled={disabled}
        className={styles.track}
        onChange={(event) => onChange(event.target.checked)}
      />
      <span className={styles.text}>
        <label htmlFor={id} className={styles.label}>
          {label}
        </label>
        {hint && (
          <span id={hintId} className={styles.hint}>
            {hint}
          </span>
        )}
      </span>
    </div>
  )
}
