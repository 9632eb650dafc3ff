import type { Attempt } from 'codenode/contract'
import { labels } from '../labels/editor.ts'
import { formatTook } from '../labels/format-figures.ts'
import styles from './record.module.css'

/** The tries of a node on one axis of time, the waits between them included. */
export function AttemptList({ attempts }: { attempts: readonly Attempt[] }) {
  const begins = attempts.map(({ startedAt }) => Date.parse(startedAt))
  const first = begins[0] ?? 0
  const ends = attempts.map(({ durationMs }, index) => (begins[index] ?? 0) + durationMs)
  const totalMs = Math.max(1, Math.max(...ends) - first)
  return (
    <ol className={styles.attempts}>
      {attempts.map(({ index, status, durationMs, usage, error }, place) => (
        <li key={index} className={styles.attempt}>
          <span>{labels.run.attempt(index)}</span>
          <span className={styles.bar}>
            <span
              data-status={status}
              style={{
                marginLeft: `${(100 * ((begins[place] ?? first) - first)) / totalMs}%`,
                width: `${(100 * durationMs) / totalMs}%`,
              }}
            />
          </span>
          <span className={styles.time}>
            {labels.status[status]}, {formatTook(usage, labels.run.tookQueued)}
          </span>
          {error && <p className={styles.attemptError}>{error.message.split('\n', 1)[0]}</p>}
        </li>
      ))}
    </ol>
  )
}
