import type { WorkflowNodeRecord } from 'codenode/contract'
import { type ReactNode, useState } from 'react'
import { formatMs } from '../run/format-figures.ts'
import { NodeRecordParts } from './node-record-parts.tsx'
import styles from './record.module.css'
import { type ShownStatus, StatusMark } from './status-mark.tsx'

/** A node of a run; `record` is null while it goes on. */
export type Step = {
  id: string
  title: string
  type: string
  status: ShownStatus
  durationMs: number | null
  record: WorkflowNodeRecord | null
}

export function toStep(record: WorkflowNodeRecord): Step {
  const { id, title, type, status, durationMs, startedAt } = record
  return { id, title, type, status, durationMs: startedAt === null ? null : durationMs, record }
}

type StepListProps = {
  steps: readonly Step[]
  /** Buttons for a step that is open. */
  tools?: (step: Step) => ReactNode
}

/** The nodes of a run in the order in which they began; one that failed is open at first, also where that was handled. */
export function StepList({ steps, tools }: StepListProps) {
  return (
    <ol className={styles.steps}>
      {steps.map((step) => (
        <li key={step.id} className={styles.step}>
          <StepRow key={hasFailed(step) ? 'failed' : 'other'} step={step} tools={tools} />
        </li>
      ))}
    </ol>
  )
}

function hasFailed({ status }: Step): boolean {
  return status === 'failed' || status === 'exception'
}

function StepRow({ step, tools }: { step: Step; tools: StepListProps['tools'] }) {
  const [isOpen, setOpen] = useState(hasFailed(step))
  return (
    <details open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <span className={styles.title}>{step.title || step.type}</span>
        {step.durationMs !== null && <span className={styles.time}>{formatMs(step.durationMs)}</span>}
        <StatusMark status={step.status} />
      </summary>
      {isOpen && (
        <div className={styles.inside}>
          {step.record && <NodeRecordParts record={step.record} />}
          {tools && <div className={styles.tools}>{tools(step)}</div>}
        </div>
      )}
    </details>
  )
}
