import type { RunDocument } from 'codenode/client'
import { Play, Square, Workflow } from 'lucide-react'
import { useState } from 'react'
import { useLocation } from 'wouter'
import { labels } from '../labels.ts'
import { useClient } from '../service/client.ts'
import { openWorkflowOf } from '../store/open-run.ts'
import { Button } from '../ui/button.tsx'
import { Problems } from '../ui/field.tsx'
import styles from './page.module.css'
import type { RunAgain } from './use-run-again.ts'

/** What can be done with a run. */
export function RunActions({ run, again }: { run: RunDocument; again: RunAgain }) {
  const client = useClient()
  const isWorkflow = 'workflow' in run
  const isRunning = run.status === 'running'
  return (
    <div className={styles.actions}>
      {isRunning ? (
        // What became of it comes with its events.
        <Button look="danger" icon={<Square />} onClick={() => void client.cancelRun(run.id).catch(() => undefined)}>
          {labels.run.cancel}
        </Button>
      ) : (
        <Button
          look="primary"
          icon={<Play />}
          disabled={again.isStarting}
          onClick={() => again.run(isWorkflow ? 'workflow' : 'node')}
        >
          {labels.run.again}
        </Button>
      )}
      {isWorkflow && <OpenButton id={run.id} />}
    </div>
  )
}

function OpenButton({ id }: { id: string }) {
  const client = useClient()
  const [, navigate] = useLocation()
  const [problem, setProblem] = useState<string | null>(null)
  const open = async (): Promise<void> => {
    try {
      const request = await client.getRunRequest(id)
      if ('workflow' in request && openWorkflowOf(id, request)) navigate('/')
      else setProblem(labels.run.notKept)
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error))
    }
  }
  return (
    <>
      <Button icon={<Workflow />} onClick={() => void open()}>
        {labels.run.open}
      </Button>
      <Problems problems={problem ? [problem] : []} />
    </>
  )
}
