import { type CSSProperties, useId, useState } from 'react'
import { Problems, TextInput } from './field.tsx'
import styles from './slider-field.module.css'

type SliderFieldProps = {
  label: string
  /** Stands behind the number, such as `ms`. */
  unit: string
  /** What the number field is called, where the label names the slider. */
  numberLabel: string
  min: number
  max: number
  step: number
  value: number
  onChange: (value: number) => void
  problems?: readonly string[] | undefined
}

/** A number by slider or by typing. What is typed counts when it is left, brought into the range; the slider at once. */
export function SliderField(props: SliderFieldProps) {
  const { label, unit, numberLabel, min, max, step, value, onChange, problems = [] } = props
  const id = useId()
  const [typed, setTyped] = useState<string | null>(null)
  const problemsId = problems.length > 0 ? `${id}-problems` : undefined

  const take = () => {
    const number = Number(typed)
    if (typed !== null && typed.trim() !== '' && Number.isFinite(number)) {
      onChange(Math.min(max, Math.max(min, Math.round(number))))
    }
    setTyped(null)
  }
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      <div className={styles.controls}>
        <input
          id={id}
          type="range"
          className={styles.range}
          min={min}
          max={max}
          step={step}
          value={value}
          style={{ '--share': `${(100 * (value - min)) / (max - min)}%` } as CSSProperties}
          aria-valuetext={`${value} ${unit}`}
          aria-describedby={problemsId}
          onChange={(event) => onChange(event.target.valueAsNumber)}
        />
        <span className={styles.number}>
          <TextInput
            aria-label={numberLabel}
            inputMode="numeric"
            value={typed ?? String(value)}
            aria-invalid={problems.length > 0 ? true : undefined}
            aria-describedby={problemsId}
            onChange={(event) => setTyped(event.target.value)}
            onBlur={take}
            onKeyDown={(event) => event.key === 'Enter' && take()}
          />
          <span className={styles.unit}>{unit}</span>
        </span>
      </div>
      <Problems id={problemsId} problems={problems} />
    </div>
  )
}
