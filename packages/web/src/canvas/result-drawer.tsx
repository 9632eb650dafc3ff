import { LocateFixed, X } from 'lucide-react'
import { useEffect, useMemo, useState } from 'react'
import { Link } from 'wouter'
import { labels } from '../labels/editor.ts'
import { formatMs } from '../labels/format-figures.ts'
import { HandledFailures } from '../record/handled-failures.tsx'
import { Outputs as OutputsOf } from '../record/outputs.tsx'
import { ErrorBlock } from '../record/parts.tsx'
import { StatusMark } from '../record/status-mark.tsx'
import { type AskedStep, StepList } from '../record/step-list.tsx'
import { LogList } from '../results/log-list.tsx'
import { toLogLines } from '../results/to-log-lines.ts'
import type { LoggedEntry } from '../run-state/node-run-state.ts'
import type { Step } from '../run-state/step.ts'
import type { WorkflowRun } from '../run-state/workflow-run.ts'
import { openPanel, select, useEditor } from '../store/editor-store.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { Tabs } from '../ui/tabs.tsx'
import styles from './canvas.module.css'
import { sayIssue } from './say-problem.ts'

type TabId = 'outputs' | 'steps' | 'logs'

const noLogs: readonly LoggedEntry[] = []

/** What the last run has given so far. */
export function ResultDrawer() {
  const run = useEditor((state) => state.run)
  const isOpen = useEditor((state) => state.isResultOpen)
  const [tab, setTab] = useState<TabId>('outputs')
  const logs = run.name === 'running' || run.name === 'ended' ? run.logs : noLogs
  const lineCount = useMemo(() => toLogLines(logs).length, [logs])
  const [asked, setAsked] = useState<AskedStep>()
  const failed = run.name === 'ended' && run.record.status === 'failed' ? run.record : null
  // The error stands with the outputs, whatever was looked at before.
  useEffect(() => {
    if (failed) setTab('outputs')
  }, [failed])
  const showStep = (id: string): void => {
    setTab('steps')
    setAsked((before) => ({ id, number: (before?.number ?? 0) + 1 }))
  }
  if (!isOpen || run.name === 'none') return null
  return (
    <section className={styles.result} aria-label={labels.drawer.name}>
      <header className={styles.resultHead}>
        <h2>{labels.drawer.name}</h2>
        <RunHead run={run} />
        <span className={styles.gap} />
        {run.name !== 'refused' && run.id !== null && (
          <Link href={`/runs/${run.id}`} className={styles.link}>
            {labels.drawer.open}
          </Link>
        )}
        <IconButton label={labels.ui.close} icon={<X />} onClick={() => useEditor.setState({ isResultOpen: false })} />
      </header>
      <div className={styles.resultBody}>
        {run.name === 'refused' ? (
          <Refused message={run.message} issues={run.issues} />
        ) : (
          <Tabs
            label={labels.drawer.name}
            selected={tab}
            onSelect={(next) => {
              setTab(next)
              setAsked(undefined)
            }}
            tabs={[
              { id: 'outputs', label: labels.drawer.outputs, panel: <Outputs run={run} onShowStep={showStep} /> },
              {
                id: 'steps',
                label: labels.drawer.steps,
                badge: String(run.order.length),
                panel: <Steps run={run} asked={asked} />,
              },
              {
                id: 'logs',
                label: labels.drawer.logs,
                ...(lineCount > 0 ? { badge: String(lineCount) } : {}),
                panel: (
                  <div className={styles.resultPart}>
                    <LogList logs={run.logs} isLive={run.name === 'running'} />
                  </div>
                ),
              },
            ]}
          />
        )}
      </div>
    </section>
  )
}

function RunHead({ run }: { run: WorkflowRun }) {
  if (run.name === 'ended') {
    return (
      <span role="status" className={styles.resultStatus}>
        <StatusMark status={run.record.status} />
        <span className={styles.resultTime}>{formatMs(run.record.usage.wallMs)}</span>
      </span>
    )
  }
  if (run.name === 'running') {
    return (
      <span role="status">
        <StatusMark status={run.id === null ? 'starting' : 'running'} />
      </span>
    )
  }
  return null
}

type Shown = Extract<WorkflowRun, { name: 'running' | 'ended' }>

function Outputs({ run, onShowStep }: { run: Shown; onShowStep: (id: string) => void }) {
  if (run.name === 'running') return <p className={styles.resultPart}>{labels.drawer.running}</p>
  const { error, outputs, nodes } = run.record
  return (
    <div className={styles.resultPart}>
      <HandledFailures nodes={nodes} onShow={onShowStep} />
      {error && <ErrorBlock error={error} isHandled={false} />}
      {outputs && Object.keys(outputs).length > 0 ? (
        <OutputsOf outputs={outputs} />
      ) : (
        !error && <p>{labels.drawer.noOutputs}</p>
      )}
    </div>
  )
}

function Steps({ run, asked }: { run: Shown; asked: AskedStep | undefined }) {
  const steps = run.order.flatMap((id): Step[] => (run.nodes[id] ? [run.nodes[id]] : []))
  if (steps.length === 0) return <p className={styles.resultPart}>{labels.drawer.noSteps}</p>
  const tools = ({ id, title }: Step) => (
    <Button
      look="quiet"
      icon={<LocateFixed />}
      onClick={() => {
        select([id])
        openPanel(id, 'stay')
      }}
    >
      {labels.drawer.goTo(title)}
    </Button>
  )
  return (
    <div className={styles.resultPart}>
      <StepList steps={steps} tools={tools} asked={asked} />
    </div>
  )
}

/** Why the service did not take the run: what is wrong, node by node, or its message where it names no place. */
function Refused({ message, issues }: Pick<Extract<WorkflowRun, { name: 'refused' }>, 'message' | 'issues'>) {
  const document = useEditor((state) => state.history.present)
  return (
    <div className={styles.resultPart} role="alert">
      <strong>{labels.drawer.refused}</strong>
      {issues.length === 0 && <p>{message}</p>}
      <ul>
        {issues.map((issue) => (
          <li key={`${issue.path} ${issue.message}`}>{sayIssue(document, issue)}</li>
        ))}
      </ul>
    </div>
  )
}
