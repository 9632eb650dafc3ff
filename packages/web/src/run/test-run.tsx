import type { InputField } from '../form/input-fields.ts'
import { labels } from '../panel/labels.ts'
import { Problems } from '../ui/field.tsx'
import type { InputsDraft, InputsRead } from './inputs-draft.ts'
import { InputsForm } from './inputs-form.tsx'
import { RunButton } from './run-button.tsx'
import { RunResult } from './run-result.tsx'
import type { RunState } from './run-state.ts'
import { RunStatus } from './run-status.tsx'
import styles from './test-run.module.css'

type TestRunProps = {
  state: RunState
  onRun: () => void
  onCancel: () => void
  fields: readonly InputField[]
  draft: InputsDraft
  onDraft: (draft: InputsDraft) => void
  read: InputsRead
  lastInputs: Readonly<Record<string, unknown>> | undefined
  onGoToLine: (line: number) => void
}

/** The test run of a node: its inputs, the run, and what it gave. */
export function TestRun(props: TestRunProps) {
  const { state, onRun, onCancel, fields, draft, onDraft, read, lastInputs, onGoToLine } = props
  return (
    <section className={styles.run} aria-label={labels.run.heading}>
      <header className={styles.head}>
        <h3>{labels.run.heading}</h3>
        <RunStatus state={state} live="live" />
        <RunButton state={state} onRun={onRun} onCancel={onCancel} />
      </header>
      <InputsForm fields={fields} draft={draft} onChange={onDraft} read={read} lastInputs={lastInputs} />
      <Outcome state={state} onGoToLine={onGoToLine} />
    </section>
  )
}

function Outcome({ state, onGoToLine }: Pick<TestRunProps, 'state' | 'onGoToLine'>) {
  switch (state.name) {
    case 'idle':
      return <p className={styles.soft}>{labels.run.idle}</p>
    case 'refused':
      return (
        <div role="alert" className={styles.refused}>
          <strong>{labels.run.refused}</strong> {state.message}
          <Problems problems={state.issues.map(({ path, message }) => `${path} ${message}`)} />
        </div>
      )
    case 'running':
      return <RunResult record={null} logs={state.logs} attempts={state.attempts} onGoToLine={onGoToLine} />
    case 'ended': {
      const { record, logs } = state
      return <RunResult record={record} logs={logs} attempts={record.attempts} onGoToLine={onGoToLine} />
    }
  }
}
