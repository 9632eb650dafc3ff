import type { Client } from 'codenode/client'
import type { RunRecord, WorkflowNodeRecord } from 'codenode/contract'
import { useMemo, useState } from 'react'
import type { Failure } from '../editor/failure-mark.ts'
import { type InputField, inputFields } from '../form/input-fields.ts'
import { languageOf } from '../graph/code-language.ts'
import type { NodeData } from '../graph/document.ts'
import { settingsText } from '../graph/same-settings.ts'
import { labels } from '../labels/code-node.ts'
import { type InputSources, sourcesFrom } from '../run-state/input-source.ts'
import { missingNodes, readDraft } from '../run-state/inputs-draft.ts'
import { endedWith, type RunState } from '../run-state/node-run-state.ts'
import {
  cancelTest,
  type Given,
  lookAt,
  type NodeTest,
  type Preparing,
  startTest,
  useNodeTests,
  type Values,
} from '../run-state/node-tests.ts'
import { isSame } from '../run-state/same-values.ts'
import { useInputsDraft } from '../run-state/use-inputs-draft.ts'
import { lineOf, lineTextOf } from './line-of.ts'
import { returnedIn } from './type-fixes.ts'

type Options = {
  client: Client
  /** The node as it is now, also when what was typed last is not drawn yet. */
  readNode: () => NodeData
  node: NodeData
  nodeId: string
  fields: readonly InputField[]
  lastInputs: Values | undefined
  sources: InputSources | undefined
  runBefore: ((at: Preparing) => Promise<InputSources>) | undefined
  nodeRecord: WorkflowNodeRecord | null
  recordedNode: NodeData | null
}

const firstLook = { tab: null, view: 'tree' } as const

/** The test run of the panel: its inputs, its state, and what other parts of the panel take from it. */
export function useTestRun(options: Options) {
  const { client, readNode, node, nodeId, fields, lastInputs, runBefore } = options
  const test = useNodeTests(({ tests }) => tests.get(nodeId))
  const look = useNodeTests(({ looks }) => looks.get(nodeId)) ?? firstLook
  const [draft, setDraft] = useInputsDraft(nodeId)
  const [wasTried, setTried] = useState(false)
  const sources = useMemo(
    () => options.sources ?? sourcesFrom(lastInputs, labels.run.lastRun),
    [options.sources, lastInputs],
  )
  const read = useMemo(() => readDraft(fields, draft, sources, labels.run.notObject), [fields, draft, sources])
  const missing = useMemo(() => missingNodes(fields, draft, sources), [fields, draft, sources])
  const { state, given, beganAtMs } = useShown(test, options)
  const record = state.name === 'ended' ? state.record : null

  const start = (): void => {
    setTried(true)
    if (read.status !== 'read') return
    const readAgain = async (at: Preparing): Promise<Values> => {
      const now = await runBefore?.(at)
      const again = readDraft(fields, draft, now ?? sources, labels.run.notObject)
      return again.status === 'read' ? again.inputs : read.inputs
    }
    const inputs = missing.length > 0 && runBefore ? readAgain : read.inputs
    startTest(nodeId, { client, node: readNode(), inputs })
  }

  const samples = read.status === 'read' ? read.inputs : noValues
  const failure = useMemo(() => failureOf(record), [record])
  const areInputsSame = useMemo(
    () => !given || read.status !== 'read' || missing.length > 0 || isSame(read.inputs, given.inputs),
    [given, read, missing],
  )
  return {
    state,
    start,
    samples,
    failure,
    lastResult: record && resultOf(record),
    bar: { state, beganAtMs, onRun: start, onCancel: () => cancelTest(nodeId) },
    view: {
      state,
      given: given && { ...nullInputs(given.node), ...given.inputs },
      changes: [...(areInputsSame ? [] : [labels.run.changedParts.inputs]), ...changedParts(given?.node ?? null, node)],
      look,
      onLook: (next: typeof look) => lookAt(nodeId, next),
      form: {
        fields,
        draft,
        onChange: setDraft,
        read: wasTried ? read : ({ status: 'read', inputs: {} } as const),
        sources,
        runsBefore: runBefore !== undefined,
      },
    },
  }
}

const noValues: Values = {}

/** What a run is not given is null for the code. */
function nullInputs(node: NodeData | null): Values {
  return Object.fromEntries((node ? inputFields(node, []) : []).map(({ name }) => [name, null]))
}

type Shown = { state: RunState; given: Given | null; beganAtMs: number }

/** The last test run, or what became of the node in its workflow since. */
function useShown(test: NodeTest | undefined, { nodeRecord, recordedNode }: Options): Shown {
  const recorded = useMemo((): Shown | null => {
    if (!nodeRecord?.run) return null
    const given = { inputs: nodeRecord.inputs ?? {}, node: recordedNode }
    return { state: endedWith(nodeRecord.run), given, beganAtMs: 0 }
  }, [nodeRecord, recordedNode])
  if (!test) return recorded ?? { state: { name: 'idle' }, given: null, beganAtMs: 0 }
  const { state } = test
  const isOlder = state.name === 'ended' && state.record.startedAt < (nodeRecord?.run?.startedAt ?? '')
  return recorded && (isOlder || state.name === 'idle') ? recorded : test
}

function changedParts(before: NodeData | null, now: NodeData): string[] {
  if (!before || settingsText(before) === settingsText(now)) return []
  const { code, settings } = labels.run.changedParts
  const isCode = before.code !== now.code || languageOf(before) !== languageOf(now)
  const isMore = settingsText({ ...before, code: now.code, code_language: now.code_language }) !== settingsText(now)
  return [...(isCode ? [code] : []), ...(isMore ? [settings] : [])]
}

/** What main returned, also where its types do not fit. */
function resultOf({ status, outputs, error }: RunRecord): Values | null {
  if (status === 'succeeded') return outputs
  return error && (returnedIn(error)?.values ?? null)
}

function failureOf(record: RunRecord | null): Failure | null {
  const line = record?.error ? lineOf(record.error) : null
  return record?.error && line !== null ? { line, text: lineTextOf(record.error), message: record.error.message } : null
}
