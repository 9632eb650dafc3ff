import type { Attempt } from 'codenode/contract'
import { labels } from '../labels/code-node.ts'
import { formatMs, formatTook } from '../labels/format-figures.ts'
import styles from './attempt-timeline.module.css'
import { buildTimeline, type Stretch } from './timeline.ts'

/** The tries of a run one after another, with the waits between them, each as long as it was. */
export function AttemptTimeline({ attempts, isLive }: { attempts: readonly Attempt[]; isLive: boolean }) {
  const { stretches, totalMs } = buildTimeline(attempts)
  if (stretches.length === 0) {
    return <p className={styles.empty}>{isLive ? labels.attempts.going : labels.attempts.none}</p>
  }
  return (
    <ol className={styles.list} aria-label={labels.attempts.name}>
      {stretches.map((stretch) => (
        <li key={`${stretch.kind} ${stretch.fromMs}`} className={styles.row}>
          <span className={styles.what}>{nameOf(stretch)}</span>
          <span className={styles.track} aria-hidden>
            <span
              className={styles.bar}
              data-look={stretch.kind === 'wait' ? 'wait' : stretch.attempt.status}
              style={{
                left: `${(100 * stretch.fromMs) / totalMs}%`,
                width: `${(100 * stretch.durationMs) / totalMs}%`,
              }}
            />
          </span>
          <span className={styles.time}>
            {stretch.kind === 'attempt'
              ? formatTook(stretch.attempt.usage, labels.run.statuses.took)
              : formatMs(stretch.durationMs)}
          </span>
          {stretch.kind === 'attempt' && stretch.attempt.error && (
            <p className={styles.error}>{stretch.attempt.error.message}</p>
          )}
        </li>
      ))}
    </ol>
  )
}

function nameOf(stretch: Stretch): string {
  if (stretch.kind === 'wait') return labels.attempts.wait
  const { index, status } = stretch.attempt
  return `${labels.attempts.attempt(index)} ${labels.attempts.statuses[status]}`
}
