import type { AnyEvent } from 'codenode/contract'
import { useState } from 'react'
import { useLocation } from 'wouter'
import { labels } from '../labels/editor.ts'
import { useClient } from '../service/client.ts'

export type RunAgain = {
  isStarting: boolean
  problem: string | null
  /** The whole run, of a workflow or of a node. */
  run: (kind: 'workflow' | 'node') => void
  rerunNode: (nodeId: string) => void
}

/** Runs something of a past run again, and goes to the page of the new run as soon as it has begun. */
export function useRunAgain(runId: string): RunAgain {
  const client = useClient()
  const [, navigate] = useLocation()
  const [isStarting, setStarting] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)

  const begin = (start: (onEvent: (event: AnyEvent) => void) => Promise<unknown>): void => {
    setStarting(true)
    setProblem(null)
    let isSeen = false
    const onEvent = (event: AnyEvent): void => {
      if (isSeen) return
      isSeen = true
      navigate(`/runs/${event.runId}`)
    }
    start(onEvent).then(
      () => setStarting(false),
      (error: unknown) => {
        setStarting(false)
        setProblem(labels.run.refused(error instanceof Error ? error.message : String(error)))
      },
    )
  }
  const runNode = async (): Promise<void> => {
    const request = await client.getRunRequest(runId)
    if (!('node' in request) || request.inputs === null) throw new Error(labels.run.notKept)
    const { node, inputs, secrets } = request
    // The service has kept what it was given, and checks it again: secrets, which it does not keep, are refused by name.
    const { id } = await client.startNode({ node: node as never, inputs: inputs as never, secrets })
    navigate(`/runs/${id}`)
  }
  return {
    isStarting,
    problem,
    run: (kind) => begin((onEvent) => (kind === 'node' ? runNode() : client.replay({ runId }, { onEvent }))),
    rerunNode: (nodeId) => begin((onEvent) => client.rerunNode({ runId, nodeId }, { onEvent })),
  }
}
