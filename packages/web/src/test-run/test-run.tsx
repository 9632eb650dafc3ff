import { useEffect, useRef } from 'react'
import { labels } from '../labels/code-node.ts'
import { isUnderWay, type RunState } from '../run-state/node-run-state.ts'
import type { Look, Values } from '../run-state/node-tests.ts'
import { InputsForm, type InputsFormProps } from './inputs-form.tsx'
import { RunResult } from './run-result.tsx'
import styles from './test-run.module.css'
import type { TypeFix } from './type-fixes.ts'

export type TestRunProps = {
  state: RunState
  /** What the run that is shown was given; null: not known. */
  given: Values | null
  /** What is no longer as it was when the run began, in words. */
  changes: readonly string[]
  look: Look
  onLook: (look: Look) => void
  form: InputsFormProps
  onGoToLine: (line: number) => void
  onFix: (fix: TypeFix) => void
}

/** The test run of a node: what it gave, and its inputs. */
export function TestRun({ state, form, ...shown }: TestRunProps) {
  const outcome = useRef<HTMLDivElement>(null)
  const isGoing = isUnderWay(state)
  const wasGoing = useRef(isGoing)
  useEffect(() => {
    if (wasGoing.current && !isGoing) outcome.current?.scrollIntoView({ block: 'nearest' })
    wasGoing.current = isGoing
  }, [isGoing])
  return (
    <section className={styles.run} aria-label={labels.run.heading}>
      <div ref={outcome} className={styles.outcome}>
        <Outcome state={state} {...shown} />
      </div>
      <InputsForm {...form} />
    </section>
  )
}

function Outcome({ state, ...shown }: Omit<TestRunProps, 'form'>) {
  switch (state.name) {
    case 'idle':
      return <p className={styles.soft}>{labels.run.idle}</p>
    case 'preparing':
      return <p className={styles.soft}>{labels.run.statuses.preparing(state.title)}</p>
    case 'refused':
      return <p className={styles.soft}>{labels.run.refused}</p>
    case 'running':
      return <RunResult {...shown} record={null} logs={state.logs} attempts={state.attempts} changes={[]} />
    case 'ended': {
      const { record, logs } = state
      return <RunResult {...shown} record={record} logs={logs} attempts={record.attempts} />
    }
  }
}
