import type { Attempt, RunRecord } from 'codenode/contract'
import { useState } from 'react'
import { labels } from '../panel/labels.ts'
import { Tabs } from '../ui/tabs.tsx'
import { AttemptTimeline } from './attempt-timeline.tsx'
import { LogList } from './log-list.tsx'
import { OutputsView } from './outputs-view.tsx'
import { RunError } from './run-error.tsx'
import { RunFigures } from './run-figures.tsx'
import type { LoggedEntry } from './run-state.ts'
import styles from './test-run.module.css'
import { toLogLines } from './to-log-lines.ts'

type RunResultProps = {
  /** Null while it runs. */
  record: RunRecord | null
  logs: readonly LoggedEntry[]
  attempts: readonly Attempt[]
  onGoToLine: (line: number) => void
}

type TabId = 'result' | 'logs' | 'attempts' | 'figures'

/** A run, while it goes on and when it has ended. While it goes on, its logs are what there is to see. */
export function RunResult({ record, logs, attempts, onGoToLine }: RunResultProps) {
  const [chosen, setChosen] = useState<TabId | null>(null)
  const isLive = record === null
  const selected = chosen ?? (isLive ? 'logs' : 'result')
  const lines = toLogLines(logs).length
  return (
    <Tabs<TabId>
      label={labels.run.tabs}
      selected={selected}
      onSelect={setChosen}
      tabs={[
        { id: 'result', label: labels.run.result, panel: <Result record={record} onGoToLine={onGoToLine} /> },
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

function Result({ record, onGoToLine }: Pick<RunResultProps, 'record' | 'onGoToLine'>) {
  if (!record) return <p className={styles.soft}>{labels.run.statuses.running}</p>
  const { error, outputs, warnings } = record
  return (
    <div className={styles.outputs}>
      {error && <RunError error={error} onGoToLine={onGoToLine} />}
      {outputs ? <OutputsView outputs={outputs} /> : !error && <p className={styles.soft}>{labels.run.noOutputs}</p>}
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
    </div>
  )
}
