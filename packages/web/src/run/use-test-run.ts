import { ApiError, type Client, type NodeRequest } from 'codenode/client'
import type { RunEvent } from 'codenode/contract'
import { useCallback, useEffect, useRef, useState } from 'react'
import { afterEvent, type RunState, started } from './run-state.ts'

export type TestRun = {
  state: RunState
  /** Begins a run; one that goes on is cancelled. */
  start: (request: NodeRequest) => void
  cancel: () => void
  /** Forgets the last run. */
  reset: () => void
}

/** Runs a node and follows what happens. When the panel goes away, its run ends with it. */
export function useTestRun(client: Client): TestRun {
  const [state, setState] = useState<RunState>({ name: 'idle' })
  const stopCurrent = useRef<() => void>(undefined)

  const start = useCallback(
    (request: NodeRequest) => {
      stopCurrent.current?.()
      setState(started)
      stopCurrent.current = follow(client, request, setState)
    },
    [client],
  )
  const cancel = useCallback(() => stopCurrent.current?.(), [])
  const reset = useCallback(() => {
    stopCurrent.current?.()
    stopCurrent.current = undefined
    setState({ name: 'idle' })
  }, [])
  useEffect(() => () => stopCurrent.current?.(), [])
  return { state, start, cancel, reset }
}

type Update = (change: (state: RunState) => RunState) => void

/** Starts a run and tells its states; the answer cancels it. */
function follow(client: Client, request: NodeRequest, update: Update): () => void {
  let runId: string | null = null
  let isCancelled = false
  const cancel = (id: string): void => {
    // It may have ended in the meantime, or the service may be gone: what became of it comes from its events.
    client.cancelRun(id).catch(() => undefined)
  }
  const watch = async (): Promise<void> => {
    const { id } = await client.startNode(request)
    runId = id
    if (isCancelled) cancel(id)
    update((state) => (state.name === 'running' && state.runId === null ? { ...state, runId: id } : state))
    for await (const { event } of client.followRun<RunEvent>(id)) update((state) => afterEvent(state, event))
  }
  void watch().catch((error: unknown) => update((state) => afterRefusal(state, runId, error)))
  return () => {
    isCancelled = true
    if (runId !== null) cancel(runId)
  }
}

/** Only the run that is shown can be refused. */
function afterRefusal(state: RunState, runId: string | null, error: unknown): RunState {
  if (state.name !== 'running' || state.runId !== runId) return state
  const message = error instanceof Error ? error.message : String(error)
  return { name: 'refused', message, issues: error instanceof ApiError ? error.issues : [] }
}
