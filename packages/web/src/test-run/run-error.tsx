import type { RecordError } from 'codenode/contract'
import { labels } from '../labels/code-node.ts'
import { ValueTree } from '../results/value-tree.tsx'
import { Button } from '../ui/button.tsx'
import { lineOf } from './line-of.ts'
import styles from './run-error.module.css'
import { returnedIn, type TypeFix, typeFixes } from './type-fixes.ts'

type RunErrorProps = {
  error: RecordError
  onGoToLine: (line: number) => void
  /** Declares an output as the type that came back. */
  onFix: (fix: TypeFix) => void
}

/** What went wrong, what to do about it, and where; of a result that does not fit, what main returned. */
export function RunError({ error, onGoToLine, onFix }: RunErrorProps) {
  const line = lineOf(error)
  const returned = returnedIn(error)
  return (
    <div className={styles.error}>
      <p className={styles.message}>{error.message}</p>
      {error.hint && (
        <p className={styles.advice}>
          <strong>{labels.run.advice}</strong> <Advice text={error.hint} />
        </p>
      )}
      {typeFixes(error).map((fix) => (
        <Button key={fix.path.join('.')} onClick={() => onFix(fix)}>
          {labels.run.setType(fix.path.join('.'), fix.type)}
        </Button>
      ))}
      {line !== null && <Button onClick={() => onGoToLine(line)}>{labels.run.goToLine(line)}</Button>}
      {returned && (
        <section className={styles.returned} aria-label={labels.run.returned}>
          <h4>{labels.run.returned}</h4>
          <ValueTree value={returned.values} />
          {!returned.isWhole && <p className={styles.advice}>{labels.run.returnedCut}</p>}
        </section>
      )}
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

/** A hint has code and names of settings between backquotes. */
function Advice({ text }: { text: string }) {
  // biome-ignore lint/suspicious/noArrayIndexKey: the place of a part is all that tells it apart
  return text.split('`').map((part, index) => (index % 2 === 1 ? <code key={index}>{part}</code> : part))
}
