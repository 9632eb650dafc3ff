import { useCallback, useState } from 'react'
import { keysOf, readText, removeText, writeText } from '../browser/storage.ts'
import { emptyDraft, type InputsDraft, isTyped, parseDraft } from './inputs-draft.ts'

const prefix = 'codenode.inputs.'

/** Forgets what was typed for the nodes of a workflow that gives way to another: that one's can have the same ids. */
export function forgetInputsDrafts(): void {
  for (const key of keysOf('local')) if (key.startsWith(prefix)) removeText('local', key)
}

/** What is typed as inputs of a node's test run, kept in the browser. */
export function useInputsDraft(nodeId: string): [InputsDraft, (draft: InputsDraft) => void] {
  const key = prefix + nodeId
  const [draft, setDraft] = useState(() => parseDraft(readText('local', key)) ?? emptyDraft)
  const change = useCallback(
    (next: InputsDraft) => {
      setDraft(next)
      // Without room for it, it is kept only as long as the panel is open.
      if (isTyped(next)) writeText('local', key, JSON.stringify(next))
      else removeText('local', key)
    },
    [key],
  )
  return [draft, change]
}
