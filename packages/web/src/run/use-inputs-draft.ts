import { useCallback, useState } from 'react'
import { readText, removeText, writeText } from '../store/storage.ts'
import { emptyDraft, type InputsDraft, isTyped, parseDraft } from './inputs-draft.ts'

/** What is typed as inputs of a node's test run, kept in the browser. */
export function useInputsDraft(nodeId: string): [InputsDraft, (draft: InputsDraft) => void] {
  const key = `codenode.inputs.${nodeId}`
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
