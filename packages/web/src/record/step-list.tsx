import { type ReactNode, useEffect, useRef, useState } from 'react'
import { labels } from '../labels/editor.ts'
import { formatTook } from '../labels/format-figures.ts'
import type { Step } from '../run-state/step.ts'
import { NodeRecordParts } from './node-record-parts.tsx'
import styles from './record.module.css'
import { StatusMark } from './status-mark.tsx'

type StepListProps = {
  steps: readonly Step[]
  /** Buttons for a step that is open. */
  tools?: (step: Step) => ReactNode
  /** The step that is asked for: it is opened and brought into view. Another number asks again. */
  asked?: AskedStep | undefined
}

export type AskedStep = { id: string; number: number }

/** The nodes of a run in the order in which they began; one that failed is open at first, also where that was handled. */
export function StepList({ steps, tools, asked }: StepListProps) {
  return (
    <ol className={styles.steps}>
      {steps.map((step) => (
        <li key={step.id} className={styles.step}>
          <StepRow
            key={hasFailed(step) ? 'failed' : 'other'}
            step={step}
            tools={tools}
            asked={asked?.id === step.id ? asked.number : 0}
          />
        </li>
      ))}
    </ol>
  )
}

function hasFailed({ status }: Step): boolean {
  return status === 'failed' || status === 'exception'
}

function StepRow({ step, tools, asked }: { step: Step; tools: StepListProps['tools']; asked: number }) {
  const [isOpen, setOpen] = useState(hasFailed(step))
  const row = useRef<HTMLDetailsElement>(null)
  useEffect(() => {
    if (asked === 0) return
    setOpen(true)
    row.current?.scrollIntoView({ block: 'start' })
    row.current?.querySelector('summary')?.focus({ preventScroll: true })
  }, [asked])
  return (
    <details ref={row} open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <span className={styles.title}>{step.title || step.type}</span>
        {step.durationMs !== null && (
          <span className={styles.time}>
            {formatTook({ wallMs: step.durationMs, queuedMs: step.queuedMs }, labels.run.tookQueued)}
          </span>
        )}
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
