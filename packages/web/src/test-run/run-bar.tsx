import { labels } from '../labels/code-node.ts'
import type { RunState } from '../run-state/node-run-state.ts'
import { Problems } from '../ui/field.tsx'
import styles from './run-bar.module.css'
import { RunButton } from './run-button.tsx'
import { RunStatus } from './run-status.tsx'

export type RunBarProps = { state: RunState; beganAtMs: number; onRun: () => void; onCancel: () => void }

/** How the run stands, and the button that begins or ends it; it stays in view. */
export function RunBar({ state, beganAtMs, onRun, onCancel }: RunBarProps) {
  return (
    <section aria-label={labels.run.bar} className={styles.bar}>
      <RunStatus state={state} beganAtMs={beganAtMs} />
      <RunButton state={state} onRun={onRun} onCancel={onCancel} />
      {state.name === 'refused' && (
        <div role="alert" className={styles.refused}>
          {/* The message of the service lists the issues as well. */}
          <p>{state.issues.length > 0 ? state.message.split('\n', 1)[0] : state.message}</p>
          <Problems problems={state.issues.map(({ path, message }) => `${path} ${message}`)} />
        </div>
      )}
    </section>
  )
}
