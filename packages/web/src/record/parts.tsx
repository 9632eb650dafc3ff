import { isObject, type RecordError } from 'codenode/contract'
import type { ReactNode } from 'react'
import { formatValue } from '../form/values.ts'
import { labels } from '../labels/editor.ts'
import { cx } from '../ui/cx.ts'
import styles from './record.module.css'

type PartProps = {
  title: string
  /** `page`: right under the title of a page. Default: `inside`, under another heading. */
  level?: 'page' | 'inside'
  children: ReactNode
}

export function Part({ title, level = 'inside', children }: PartProps) {
  if (level === 'page') {
    return (
      <section className={styles.part} aria-label={title}>
        <h2>{title}</h2>
        {children}
      </section>
    )
  }
  // No landmark: a page has such a part for each of its steps.
  return (
    <div className={styles.part}>
      <h3>{title}</h3>
      {children}
    </div>
  )
}

const maxText = 2000

/** Long texts are cut, so that what stands beside them is seen. */
export function shorten(value: unknown): unknown {
  if (typeof value === 'string' && value.length > maxText) {
    return `${value.slice(0, maxText)}${labels.run.cut(value.length)}`
  }
  if (Array.isArray(value)) return value.map(shorten)
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, shorten(member)]))
}

/** A value as JSON, every digit of its numbers kept. */
export function ValueBlock({ value }: { value: unknown }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by keyboard
    <pre className={styles.json} tabIndex={0}>
      {formatValue('object', shorten(value))}
    </pre>
  )
}

/** What went wrong, whose matter it is, and the lines of the user's code that led there. */
export function ErrorBlock({ error, isHandled }: { error: RecordError; isHandled: boolean }) {
  return (
    <div className={cx(styles.error, isHandled && styles.handled)}>
      <p>{error.message}</p>
      {error.traceback && !error.message.includes(error.traceback) && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by keyboard
        <pre className={styles.traceback} tabIndex={0}>
          {error.traceback}
        </pre>
      )}
      <p className={styles.soft}>
        {labels.run.blame[error.blame]} · {error.type} · {error.code}
      </p>
    </div>
  )
}
