import { Play, Square } from 'lucide-react'
import { labels } from '../labels/code-node.ts'
import { isUnderWay, type RunState } from '../run-state/node-run-state.ts'
import { Button } from '../ui/button.tsx'

type RunButtonProps = { state: RunState; onRun: () => void; onCancel: () => void }

/** Begins a run, or ends the one that goes on. It stays the same button, so that it keeps the focus. */
export function RunButton({ state, onRun, onCancel }: RunButtonProps) {
  const isRunning = isUnderWay(state)
  return (
    <Button
      look={isRunning ? 'danger' : 'primary'}
      icon={isRunning ? <Square aria-hidden /> : <Play aria-hidden />}
      title={isRunning ? undefined : labels.run.runHint}
      onClick={isRunning ? onCancel : onRun}
    >
      {isRunning ? labels.run.cancel : labels.run.run}
    </Button>
  )
}
