import { type ComponentPropsWithRef, type ReactNode, useId } from 'react'
import { cx } from './cx.ts'
import styles from './field.module.css'

/** What ties a control to its label, its hint and its problems. */
export type ControlProps = {
  id: string
  'aria-describedby': string | undefined
  'aria-invalid': true | undefined
}

type FieldProps = {
  label: string
  /** A hidden label is for screen readers alone, where a heading says it to the eye. Default: `shown`. */
  labelIs?: 'shown' | 'hidden'
  hint?: string | undefined
  problems?: readonly string[] | undefined
  className?: string | undefined
  children: (control: ControlProps) => ReactNode
}

/** A control with its label, a hint, and what is wrong with it. */
export function Field({ label, labelIs = 'shown', hint, problems = [], className, children }: FieldProps) {
  const id = useId()
  const hintId = hint ? `${id}-hint` : undefined
  const problemsId = problems.length > 0 ? `${id}-problems` : undefined
  const describedBy = cx(hintId, problemsId) || undefined
  return (
    <div className={cx(styles.field, className)}>
      <label htmlFor={id} className={labelIs === 'hidden' ? styles.visuallyHidden : styles.label}>
        {label}
      </label>
      {children({ id, 'aria-describedby': describedBy, 'aria-invalid': problems.length > 0 ? true : undefined })}
      {hint && (
        <p id={hintId} className={styles.hint}>
          {hint}
        </p>
      )}
      <Problems id={problemsId} problems={problems} />
    </div>
  )
}

/** What is wrong, one sentence each; nothing where all is right. */
export function Problems({ id, problems }: { id?: string | undefined; problems: readonly string[] }) {
  if (problems.length === 0) return null
  return (
    <ul id={id} className={styles.problems}>
      {problems.map((problem) => (
        <li key={problem}>{problem}</li>
      ))}
    </ul>
  )
}

export function TextInput({ className, ...rest }: ComponentPropsWithRef<'input'>) {
  return <input type="text" autoComplete="off" spellCheck={false} {...rest} className={cx(styles.input, className)} />
}

export function TextArea({ className, ...rest }: ComponentPropsWithRef<'textarea'>) {
  return <textarea rows={3} spellCheck={false} {...rest} className={cx(styles.input, styles.area, className)} />
}

type VisuallyHiddenProps = { as?: 'span' | 'h2'; id?: string; children: ReactNode }

/** Text that only screen readers read. Default: a `span`. */
export function VisuallyHidden({ as: Tag = 'span', id, children }: VisuallyHiddenProps) {
  return (
    <Tag id={id} className={styles.visuallyHidden}>
      {children}
    </Tag>
  )
}
