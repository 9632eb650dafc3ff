import type { RunDocument } from 'codenode/client'
import { isInProgress } from 'codenode/contract'
import { Play, Square, Workflow } from 'lucide-react'
import { useState } from 'react'
import { useLocation } from 'wouter'
import { labels } from '../labels/editor.ts'
import { useClient } from '../service/client.ts'
import { openWorkflowOf } from '../store/open-run.ts'
import { Button } from '../ui/button.tsx'
import { Problems } from '../ui/field.tsx'
import { openNodeOf } from './open-node.ts'
import styles from './page.module.css'
import type { RunAgain } from './use-run-again.ts'

/** What can be done with a run. */
export function RunActions({ run, again }: { run: RunDocument; again: RunAgain }) {
  const client = useClient()
  const isWorkflow = 'workflow' in run
  const isRunning = isInProgress(run)
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
      <OpenButton run={run} />
    </div>
  )
}

function OpenButton({ run }: { run: RunDocument }) {
  const client = useClient()
  const [, navigate] = useLocation()
  const [problem, setProblem] = useState<string | null>(null)
  const open = async (): Promise<void> => {
    try {
      const request = await client.getRunRequest(run.id)
      const isOpen =
        'workflow' in request
          ? openWorkflowOf(run.id, request)
          : openNodeOf(request, 'node' in run ? run.node : { id: null, title: '' })
      if (isOpen) navigate('/')
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
