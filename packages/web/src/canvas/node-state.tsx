import { formatMs } from '../labels/format-figures.ts'
import { StatusMark } from '../record/status-mark.tsx'
import styles from './node-card.module.css'
import { useElapsed, useNodeRun } from './use-node-run.ts'

/** How the node stands in the run that is shown, live. */
export function NodeState({ id }: { id: string }) {
  const run = useNodeRun(id)
  const elapsedMs = useElapsed(run)
  if (!run) return null
  return (
    <div className={styles.state}>
      <StatusMark status={run.status} />
      {elapsedMs !== null && <span className={styles.time}>{formatMs(elapsedMs)}</span>}
    </div>
  )
}
