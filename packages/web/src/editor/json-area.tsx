import { useEffect, useMemo } from 'react'
import type { ControlProps } from '../ui/field.tsx'
import { basics } from './basics.ts'
import styles from './code-editor.module.css'
import { languageSupport } from './language.ts'
import { useCodeMirror } from './use-code-mirror.ts'
import { useLatest } from './use-latest.ts'

type JsonAreaProps = {
  label: string
  control: ControlProps
  value: string
  onChange: (value: string) => void
}

/** A small editor for JSON, among the other fields of a form. */
export function JsonArea({ label, control, value, onChange }: JsonAreaProps) {
  const latest = useLatest({ label, control })
  const extensions = useMemo(
    () => [languageSupport.json, basics(() => toAttributes(latest.current.label, latest.current.control), 'leaves')],
    [latest],
  )
  const { parent, view } = useCodeMirror({ value, onChange, extensions })
  const { 'aria-describedby': describedBy, 'aria-invalid': isInvalid } = control
  // The editor asks for its attributes when it is told that something is new.
  // biome-ignore lint/correctness/useExhaustiveDependencies: what the attributes are made of
  useEffect(() => view.current?.dispatch({}), [describedBy, isInvalid, label, view])
  return <div ref={parent} className={styles.json} data-invalid={isInvalid} />
}

function toAttributes(label: string, control: ControlProps): Record<string, string> {
  const { id, 'aria-describedby': describedBy, 'aria-invalid': isInvalid } = control
  return {
    id,
    'aria-label': label,
    ...(describedBy ? { 'aria-describedby': describedBy } : {}),
    ...(isInvalid ? { 'aria-invalid': 'true' } : {}),
  }
}
