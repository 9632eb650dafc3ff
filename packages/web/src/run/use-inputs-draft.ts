import { useCallback, useEffect, useState } from 'react'
import type { InputField } from '../form/input-fields.ts'
import { readText, writeText } from '../store/storage.ts'
import { draftOf, emptyDraft, type InputsDraft, parseDraft } from './inputs-draft.ts'

/** The inputs of a node's test run, kept in the browser; at first those of the last workflow run, if there was one. */
export function useInputsDraft(
  nodeKey: string,
  fields: readonly InputField[],
  lastInputs: Readonly<Record<string, unknown>> | undefined,
): [InputsDraft, (draft: InputsDraft) => void] {
  const key = `codenode.inputs.${nodeKey}`
  const [draft, setDraft] = useState(
    () => parseDraft(readText('local', key)) ?? (lastInputs ? draftOf(fields, lastInputs, 'form') : emptyDraft),
  )
  const [isChanged, setChanged] = useState(false)
  const change = useCallback((next: InputsDraft) => {
    setDraft(next)
    setChanged(true)
  }, [])
  useEffect(() => {
    // Without room for them they are kept only as long as the panel is open.
    if (isChanged) writeText('local', key, JSON.stringify(draft))
  }, [key, draft, isChanged])
  return [draft, change]
}
