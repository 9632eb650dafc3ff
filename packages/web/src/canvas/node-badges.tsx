import { CircleAlert, RotateCw, ShieldCheck } from 'lucide-react'
import { readRetry } from '../form/retry.ts'
import type { GraphNode } from '../graph/document.ts'
import { labels } from '../labels/editor.ts'
import { useEditor } from '../store/editor-store.ts'
import styles from './node-card.module.css'
import { useNodeRun } from './use-node-run.ts'

/** What is special about a node: its problems, and what happens when it fails. */
export function NodeBadges({ node }: { node: GraphNode }) {
  const problems = useEditor((state) => state.problems.get(node.id)?.length ?? 0)
  const run = useNodeRun(node.id)
  const retry = readRetry(node.data)
  const hasDefault = node.data.error_strategy === 'default-value'
  const isTrying = run?.status === 'retry' || (run?.status === 'running' && run.attempt > 1)
  if (problems === 0 && !retry.isEnabled && !hasDefault) return null
  return (
    <ul className={styles.badges}>
      {problems > 0 && (
        <li className={styles.badge} data-look="bad">
          <CircleAlert aria-hidden />
          {labels.canvas.problems(problems)}
        </li>
      )}
      {retry.isEnabled && (
        <li className={styles.badge} data-look={isTrying ? 'live' : undefined}>
          <RotateCw aria-hidden />
          {isTrying
            ? labels.canvas.retryOf(run.attempt, retry.maxRetries + 1)
            : labels.canvas.retries(retry.maxRetries)}
        </li>
      )}
      {hasDefault && (
        <li className={styles.badge}>
          <ShieldCheck aria-hidden />
          {labels.canvas.defaultValue}
        </li>
      )}
    </ul>
  )
}
