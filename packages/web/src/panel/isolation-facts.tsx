import type { Client } from 'codenode/client'
import { labels } from '../labels/code-node.ts'
import { formatLevel } from '../labels/format-figures.ts'
import { Button } from '../ui/button.tsx'
import styles from './panel.module.css'
import { useAnswer } from './use-answer.ts'

const ask = (client: Client, signal: AbortSignal) => client.isolation({ signal })

/** What the service enforces on each run. */
export function IsolationFacts({ client }: { client: Client }) {
  const { answer, again } = useAnswer(client, ask)
  if (answer.name === 'waiting') return <p className={styles.soft}>{labels.advanced.isolationLoading}</p>
  if (answer.name === 'failed') {
    return (
      <div className={styles.actions}>
        <p role="alert" className={styles.soft}>
          {labels.advanced.isolationFailed(answer.message)}
        </p>
        <Button onClick={again}>{labels.advanced.retry}</Button>
      </div>
    )
  }
  const { level, layers } = answer.value
  return (
    <dl className={styles.facts}>
      <div>
        <dt>{labels.figures.isolation}</dt>
        <dd>{formatLevel(level)}</dd>
      </div>
      {Object.entries(layers).map(([name, text]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{text}</dd>
        </div>
      ))}
    </dl>
  )
}
