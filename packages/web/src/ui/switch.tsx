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
  return (
    <div className={styles.row}>
      <button
        type="button"
        role="switch"
        aria-checked={isOn}
        aria-labelledby={id}
        aria-describedby={hint ? `${id}-hint` : undefined}
        disabled={disabled}
        className={styles.track}
        onClick={() => onChange(!isOn)}
      >
        <span className={styles.knob} />
      </button>
      <span className={styles.text}>
        {/* biome-ignore lint/a11y/useKeyWithClickEvents: a larger target for pointers; keys have the switch itself */}
        {/* biome-ignore lint/a11y/noStaticElementInteractions: as above */}
        <span id={id} className={styles.label} onClick={() => !disabled && onChange(!isOn)}>
          {label}
        </span>
        {hint && (
          <span id={`${id}-hint`} className={styles.hint}>
            {hint}
          </span>
        )}
      </span>
    </div>
  )
}
