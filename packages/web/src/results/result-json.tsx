import { formatValue } from '../form/values.ts'
import { labels } from '../labels/code-node.ts'
import { CopyButton } from '../ui/copy-button.tsx'
import styles from './result-json.module.css'

/** The outputs as JSON text, every digit of their numbers kept. */
export function ResultJson({ value }: { value: Readonly<Record<string, unknown>> }) {
  const text = formatValue('object', value)
  return (
    <div className={styles.frame}>
      <div className={styles.copy}>
        <CopyButton label={labels.run.copyJson} copiedLabel={labels.code.copied} text={() => text} />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by keyboard */}
      <pre className={styles.json} tabIndex={0}>
        {text}
      </pre>
    </div>
  )
}
