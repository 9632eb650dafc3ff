import { useEffect, useState } from 'react'
import type { ShownStatus } from '../run-state/step.ts'
import { type NodeRun, nodeRunOf } from '../run-state/workflow-run.ts'
import { useEditor } from '../store/editor-store.ts'

export function useNodeRun(id: string): NodeRun | undefined {
  return useEditor((state) => nodeRunOf(state.run, id))
}

export function useNodeStatus(id: string): ShownStatus | undefined {
  return useEditor((state) => nodeRunOf(state.run, id)?.status)
}

/** The time of a node that goes on, a few times a second; of one that has ended, what it took. */
export function useElapsed(run: NodeRun | undefined): number | null {
  const beganAtMs = run && (run.status === 'running' || run.status === 'retry') ? run.beganAtMs : null
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    if (beganAtMs === null) return
    setNow(Date.now())
    const timer = setInterval(() => setNow(Date.now()), 200)
    return () => clearInterval(timer)
  }, [beganAtMs])
  if (beganAtMs !== null) return Math.max(0, now - beganAtMs)
  return run?.durationMs ?? null
}
