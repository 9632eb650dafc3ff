import type { Attempt, RunRecord } from 'codenode/contract'
import { History } from 'lucide-react'
import { useState } from 'react'
import { labels } from '../labels/code-node.ts'
import { AttemptTimeline } from '../results/attempt-timeline.tsx'
import { LogList } from '../results/log-list.tsx'
import { OutputsView } from '../results/outputs-view.tsx'
import { toLogLines } from '../results/to-log-lines.ts'
import { ValueTree } from '../results/value-tree.tsx'
import type { LoggedEntry } from '../run-state/node-run-state.ts'
import type { Look, ResultTab, Values } from '../run-state/node-tests.ts'
import { Tabs } from '../ui/tabs.tsx'
import { RunError } from './run-error.tsx'
import { RunFigures } from './run-figures.tsx'
import styles from './test-run.module.css'
import type { TypeFix } from './type-fixes.ts'

type RunResultProps = {
  /** Null while it runs. */
  record: RunRecord | null
  logs: readonly LoggedEntry[]
  attempts: readonly Attempt[]
  /** The inputs of this run; null: not known. */
  given: Values | null
  /** What is no longer as it was when the run began, in words. */
  changes: readonly string[]
  look: Look
  onLook: (look: Look) => void
  onGoToLine: (line: number) => void
  onFix: (fix: TypeFix) => void
}

/** A run, while it goes on and when it has ended. While it goes on, its logs are what there is to see. */
export function RunResult(props: RunResultProps) {
  const { record, logs, attempts, look, onLook } = props
  const isLive = record === null
  const selected = look.tab ?? (isLive ? 'logs' : 'result')
  const lines = toLogLines(logs).length
  return (
    <Tabs<ResultTab>
      label={labels.run.tabs}
      selected={selected}
      onSelect={(tab) => onLook({ ...look, tab })}
      tabs={[
        { id: 'result', label: labels.run.result, panel: <Result {...props} /> },
        {
          id: 'logs',
          label: labels.run.logs,
          badge: lines > 0 ? String(lines) : undefined,
          panel: <LogList logs={logs} isLive={isLive} />,
        },
        {
          id: 'attempts',
          label: labels.run.attempts,
          badge: attempts.length > 1 ? String(attempts.length) : undefined,
          panel: <AttemptTimeline attempts={attempts} isLive={isLive} />,
        },
        {
          id: 'figures',
          label: labels.run.figures,
          panel: record ? <RunFigures record={record} /> : <p className={styles.soft}>{labels.run.statuses.running}</p>,
        },
      ]}
    />
  )
}

function Result({ record, given, changes, look, onLook, onGoToLine, onFix }: RunResultProps) {
  if (!record) return <p className={styles.soft}>{labels.run.statuses.running}</p>
  const { error, outputs, warnings } = record
  return (
    <div className={styles.outputs}>
      {changes.length > 0 && (
        <p className={styles.changes}>
          <History aria-hidden />
          {labels.run.changed(changes)}
        </p>
      )}
      {error && <RunError error={error} onGoToLine={onGoToLine} onFix={onFix} />}
      {outputs ? (
        <OutputsView outputs={outputs} view={look.view} onView={(view) => onLook({ ...look, view })} />
      ) : (
        !error && <p className={styles.soft}>{labels.run.noOutputs}</p>
      )}
      {warnings.length > 0 && (
        <section aria-label={labels.run.warnings} className={styles.warnings}>
          <ul>
            {warnings.map(({ path, message }) => (
              <li key={path + message}>
                <code>{path}</code> {message}
              </li>
            ))}
          </ul>
        </section>
      )}
      {given && Object.keys(given).length > 0 && <GivenInputs values={given} />}
    </div>
  )
}

/** What the run began with; large inputs are drawn only when they are asked for. */
function GivenInputs({ values }: { values: Values }) {
  const [isOpen, setOpen] = useState(false)
  return (
    <details className={styles.given} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{labels.run.given}</summary>
      {isOpen && <ValueTree value={values} />}
    </details>
  )
}
