import { useCallback, useEffect, useState } from 'react'
import type { InputField } from '../form/input-fields.ts'
import { draftOf, emptyDraft, type InputsDraft, parseDraft } from './inputs-draft.ts'

/** The inputs of a node's test run, kept in the browser; at first those of the last workflow run, if there was one. */
export function useInputsDraft(
  nodeKey: string,
  fields: readonly InputField[],
  lastInputs: Readonly<Record<string, unknown>> | undefined,
): [InputsDraft, (draft: InputsDraft) => void] {
  const key = `codenode.inputs.${nodeKey}`
  const [draft, setDraft] = useState(
    () => parseDraft(readStored(key)) ?? (lastInputs ? draftOf(fields, lastInputs, 'form') : emptyDraft),
  )
  const [isChanged, setChanged] = useState(false)
  const change = useCallback((next: InputsDraft) => {
    setDraft(next)
    setChanged(true)
  }, [])
  useEffect(() => {
    if (isChanged) store(key, JSON.stringify(draft))
  }, [key, draft, isChanged])
  return [draft, change]
}

// A browser may forbid storage, or have none left: then the inputs are kept only as long as the panel is open.

function readStored(key: string): string | null {
  try {
    return localStorage.getItem(key)
  } catch {
    return null
  }
}

function store(key: string, text: string): void {
  try {
    localStorage.setItem(key, text)
  } catch {
    // As above.
  }
}
