import { useCallback, useInsertionEffect, useRef } from 'react'
import type { NodeData } from '../graph/document.ts'

/** Changes the node; steps with the same key belong together when they are undone. */
export type Edit = (change: (node: NodeData) => NodeData, mergeKey?: string) => void

/** Edits that build on each other, also when several come before the node is drawn again. */
export function useNodeEdits(node: NodeData, onChange: (next: NodeData, mergeKey?: string) => void) {
  const latest = useRef({ node, onChange })
  useInsertionEffect(() => {
    latest.current = { node, onChange }
  })
  const edit = useCallback<Edit>((change, mergeKey) => {
    const { node: before, onChange: tell } = latest.current
    const next = change(before)
    if (next === before) return
    latest.current = { node: next, onChange: tell }
    tell(next, mergeKey)
  }, [])
  const current = useCallback(() => latest.current.node, [])
  return { edit, current }
}
