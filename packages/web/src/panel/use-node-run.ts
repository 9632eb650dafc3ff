import type { Client } from 'codenode/client'
import type { CodeNodeInput, RunRecord, WorkflowNodeRecord } from 'codenode/contract'
import { useMemo, useState } from 'react'
import type { Failure } from '../editor/failure-mark.ts'
import type { InputField } from '../form/input-fields.ts'
import { readDraft } from '../run/inputs-draft.ts'
import { lineOf, lineTextOf } from '../run/line-of.ts'
import { logsOf, type RunState } from '../run/run-state.ts'
import { useInputsDraft } from '../run/use-inputs-draft.ts'
import { useTestRun } from '../run/use-test-run.ts'
import { labels } from './labels.ts'

type Options = {
  client: Client
  /** The node as it is now, also when what was typed last is not drawn yet. */
  readNode: () => CodeNodeInput
  nodeKey: string
  fields: readonly InputField[]
  lastInputs: Readonly<Record<string, unknown>> | undefined
  nodeRecord: WorkflowNodeRecord | null
}

/** The test run of the panel: its inputs, its state, and what other parts of the panel take from it. */
export function useNodeRun({ client, readNode, nodeKey, fields, lastInputs, nodeRecord }: Options) {
  const testRun = useTestRun(client)
  const [draft, setDraft] = useInputsDraft(nodeKey, fields, lastInputs)
  const [wasTried, setTried] = useState(false)
  const read = useMemo(() => readDraft(fields, draft, labels.run.notObject), [fields, draft])
  const state = stateToShow(testRun.state, nodeRecord)
  const record = state.name === 'ended' ? state.record : null

  const start = (): void => {
    setTried(true)
    if (read.status === 'read') testRun.start({ node: readNode(), inputs: read.inputs, nodeId: nodeKey })
  }
  const samples = useMemo(() => (read.status === 'read' ? read.inputs : (lastInputs ?? {})), [read, lastInputs])
  const failure = useMemo(() => failureOf(record), [record])
  const shownRead = wasTried ? read : ({ status: 'read', inputs: {} } as const)
  return {
    state,
    start,
    samples,
    failure,
    lastResult: record?.status === 'succeeded' ? record.outputs : null,
    view: {
      state,
      onRun: start,
      onCancel: testRun.cancel,
      fields,
      draft,
      onDraft: setDraft,
      read: shownRead,
      lastInputs,
    },
  }
}

/** Until something is tried here, what became of the node in its workflow. */
function stateToShow(state: RunState, nodeRecord: WorkflowNodeRecord | null): RunState {
  if (state.name !== 'idle' || !nodeRecord?.run) return state
  return { name: 'ended', record: nodeRecord.run, logs: logsOf(nodeRecord.run) }
}

function failureOf(record: RunRecord | null): Failure | null {
  const line = record?.error ? lineOf(record.error) : null
  return record?.error && line !== null ? { line, text: lineTextOf(record.error), message: record.error.message } : null
}
