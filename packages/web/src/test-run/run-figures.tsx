import type { RunRecord } from 'codenode/contract'
import { labels } from '../labels/code-node.ts'
import { formatBytes, formatLevel, formatMs } from '../labels/format-figures.ts'
import styles from './run-figures.module.css'

/** What a run needed, and what held while it ran. */
export function RunFigures({ record }: { record: RunRecord }) {
  const { usage, isolation, attempts, id } = record
  const { figures } = labels
  const rows: [string, string][] = [
    [figures.wall, formatMs(usage.wallMs)],
    [figures.cpu, formatMs(usage.cpuMs)],
    [figures.memory, formatBytes(usage.peakMemoryBytes)],
    [figures.queued, formatMs(usage.queuedMs)],
    [figures.attempts, String(attempts.length)],
    [figures.isolation, formatLevel(isolation.level)],
    [figures.runId, id],
  ]
  return (
    <dl className={styles.figures} aria-label={figures.name}>
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
