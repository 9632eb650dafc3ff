import { useMemo } from 'react'
import { useShallow } from 'zustand/shallow'
import type { InputSources } from '../run-state/input-source.ts'
import { useNodeTests } from '../run-state/node-tests.ts'
import { useEditor } from './editor-store.ts'
import { inputSources } from './node-values.ts'

/** Where the inputs of a node's test run come from, as the nodes before it run and change. */
export function useInputSources(nodeId: string): InputSources {
  const tests = useNodeTests((state) => state.tests)
  const kept = useEditor(
    useShallow(({ history, run, ranDocument, before, inputs }) => {
      return { document: history.present, run, ranDocument, before, inputs }
    }),
  )
  return useMemo(() => inputSources({ ...kept, tests }, nodeId), [kept, tests, nodeId])
}
