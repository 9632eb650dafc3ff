import type { RunDocument } from 'codenode/client'
import { type AnyEvent, isInProgress, type WorkflowEvent } from 'codenode/contract'
import { useEffect, useState } from 'react'
import { afterWorkflowEvent, begun, type WorkflowRun } from '../run-state/workflow-run.ts'
import { useClient } from '../service/client.ts'

export type ShownRun =
  | { name: 'loading' }
  | { name: 'failed'; error: unknown }
  /** `live`: what a workflow that goes on has done so far. */
  | { name: 'ready'; run: RunDocument; live: WorkflowRun }

/** A run, live until it ends. */
export function useRun(id: string): readonly [ShownRun, () => void] {
  const client = useClient()
  const [shown, setShown] = useState<ShownRun>({ name: 'loading' })
  const [tries, setTries] = useState(0)
  // biome-ignore lint/correctness/useExhaustiveDependencies: `tries` asks again
  useEffect(() => {
    const gone = new AbortController()
    const { signal } = gone
    const load = async (): Promise<void> => {
      const run = await client.getRun(id, { signal })
      setShown({ name: 'ready', run, live: { ...begun, id } })
      if (!isInProgress(run)) return
      for await (const { event } of client.followRun(id, { signal })) {
        setShown((before) => (before.name === 'ready' ? withEvent(before, event) : before))
      }
    }
    load().catch((error: unknown) => {
      if (!signal.aborted) setShown({ name: 'failed', error })
    })
    return () => gone.abort()
  }, [client, id, tries])
  return [shown, () => setTries((count) => count + 1)]
}

function withEvent(shown: Extract<ShownRun, { name: 'ready' }>, event: AnyEvent): ShownRun {
  if (event.type === 'result') return { ...shown, run: event.record }
  // The first status says that it was accepted; what follows, that it has begun.
  if (event.type !== 'status' && shown.run.status === 'queued') {
    return withEvent({ ...shown, run: { ...shown.run, status: 'running' } }, event)
  }
  return isOfWorkflow(event) ? { ...shown, live: afterWorkflowEvent(shown.live, event, Date.now()) } : shown
}

function isOfWorkflow(event: AnyEvent): event is Exclude<WorkflowEvent, { type: 'result' }> {
  return event.type === 'node' || (event.type === 'log' && 'nodeId' in event)
}
