import { failures, isFailureCode, type RecordError } from 'codenode/contract'
import { labels } from '../panel/labels.ts'
import { Button } from '../ui/button.tsx'
import { lineOf } from './line-of.ts'
import styles from './run-error.module.css'

/** What went wrong, what to do about it, and where. */
export function RunError({ error, onGoToLine }: { error: RecordError; onGoToLine: (line: number) => void }) {
  const line = lineOf(error)
  const advice = isFailureCode(error.code) ? failures[error.code].advice : null
  return (
    <div className={styles.error}>
      <p className={styles.message}>{error.message}</p>
      {advice && (
        <p className={styles.advice}>
          <strong>{labels.run.advice}</strong> <Advice text={advice} />
        </p>
      )}
      {line !== null && <Button onClick={() => onGoToLine(line)}>{labels.run.goToLine(line)}</Button>}
      {error.traceback && (
        <details open>
          <summary>{labels.run.traceback}</summary>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by keyboard */}
          <pre tabIndex={0}>{error.traceback.trimEnd()}</pre>
        </details>
      )}
    </div>
  )
}

/** The catalogue writes names of settings between backquotes. */
function Advice({ text }: { text: string }) {
  // The place of a part is all that tells it apart.
  // biome-ignore lint/suspicious/noArrayIndexKey: as above
  return text.split('`').map((part, index) => (index % 2 === 1 ? <code key={index}>{part}</code> : part))
}
