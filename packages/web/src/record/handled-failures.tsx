import type { WorkflowNodeRecord } from 'codenode/contract'
import { TriangleAlert } from 'lucide-react'
import { labels } from '../labels/editor.ts'
import { Button } from '../ui/button.tsx'
import styles from './record.module.css'

type HandledFailuresProps = {
  nodes: readonly WorkflowNodeRecord[]
  /** Leads to the step of a node. */
  onShow: (nodeId: string) => void
}

/** The failures that a run went on after, each in a sentence. */
export function HandledFailures({ nodes, onShow }: HandledFailuresProps) {
  const handled = nodes.filter(({ status, error }) => status === 'exception' && error !== null)
  if (handled.length === 0) return null
  return (
    <ul className={styles.handledList} aria-label={labels.run.handled}>
      {handled.map(({ id, title, type, branch, error, iterations }) => (
        <li key={id}>
          <TriangleAlert aria-hidden />
          <span>
            {labels.run.handledBy(
              title || type,
              error?.message.split('\n', 1)[0] ?? '',
              branch === 'fail-branch' ? 'fail-branch' : iterations ? 'items' : 'default-value',
            )}
          </span>
          <Button look="quiet" onClick={() => onShow(id)}>
            {labels.run.showStep}
          </Button>
        </li>
      ))}
    </ul>
  )
}
