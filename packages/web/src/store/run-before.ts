import type { WorkflowEvent, WorkflowNodeRecord, WorkflowRecord } from 'codenode/contract'
import { inputFields } from '../form/input-fields.ts'
import { findNode, nodesOf } from '../graph/access.ts'
import type { WorkflowDocument } from '../graph/document.ts'
import { labels } from '../labels/editor.ts'
import type { InputSources } from '../run-state/input-source.ts'
import { cancelTest, type Preparing, useNodeTests, weigh } from '../run-state/node-tests.ts'
import { currentClient } from '../service/client.ts'
import { askForInputs } from './asked-inputs.ts'
import { currentDocument, useEditor } from './editor-store.ts'
import { inputSources, startInputs, type ValueSources } from './node-values.ts'
import { partBefore } from './part-before.ts'

/** Where the inputs of a node come from as all stands now. */
export function currentSources(nodeId: string): InputSources {
  return inputSources(gatherSources(), nodeId)
}

/** Runs what comes before a node, and gives where its inputs come from then. */
export async function runBefore(nodeId: string, { signal, tell }: Preparing): Promise<InputSources> {
  const document = currentDocument()
  const { documentNumber } = useEditor.getState()
  const title = findNode(document, nodeId)?.data.title ?? ''
  const workflow = partBefore(document, nodeId, labels.runBefore.name(title))
  const inputs = await inputsOfStart(nodeId, signal)
  const client = currentClient()
  const { id } = await client.startWorkflow({ workflow, inputs })
  const cancel = (): void => void client.cancelRun(id).catch(() => undefined)
  signal.addEventListener('abort', cancel)
  if (signal.aborted) cancel()
  for await (const { event } of client.followRun<WorkflowEvent>(id, { signal })) {
    if (event.type === 'node' && event.status === 'started') tell(event.title)
    if (event.type === 'result' && documentNumber === useEditor.getState().documentNumber) take(event.record, document)
  }
  return currentSources(nodeId)
}

/** Those that are there, or else are asked for. Rejects, and cancels the test run, when nobody gives them. */
async function inputsOfStart(nodeId: string, signal: AbortSignal): Promise<Record<string, unknown>> {
  const start = nodesOf(currentDocument()).find(({ data }) => data.type === 'start')
  const fields = start ? inputFields(start.data, []) : []
  const inputs = startInputs(gatherSources())
  if (fields.every(({ name, isRequired }) => !isRequired || name in inputs)) return inputs
  if ((await askForInputs(fields, signal)) === 'closed') cancelTest(nodeId)
  signal.throwIfAborted()
  return startInputs(gatherSources())
}

function gatherSources(): ValueSources {
  const { run, ranDocument, before, inputs } = useEditor.getState()
  return { document: currentDocument(), run, ranDocument, before, inputs, tests: useNodeTests.getState().tests }
}

/** Keeps what became of the nodes; throws where one of them failed. */
function take({ nodes, error }: WorkflowRecord, document: WorkflowDocument): void {
  const { before } = useEditor.getState()
  const records = nodes.filter(({ startedAt }) => startedAt !== null)
  useEditor.setState({ before: keep(before, records, document) })
  if (!error) return
  const failed = nodes.find(({ status }) => status === 'failed')
  const message = failed?.error ? labels.runBefore.failed(failed.title, failed.error.message) : error.message
  throw new Error(message, { cause: error })
}

type Before = ReturnType<typeof useEditor.getState>['before']

/** Characters of all values together, about; then those of the last run alone are kept. */
const mostCharacters = 32 * 2 ** 20

function keep(before: Before, records: readonly WorkflowNodeRecord[], document: WorkflowDocument): Before {
  const ids = new Set(nodesOf(document).map(({ id }) => id))
  const added = records.filter(({ id }) => ids.has(id)).map((record) => [record.id, { record, document }] as const)
  const all = new Map([...before, ...added])
  return weigh([...all.values()].map(({ record }) => record)) > mostCharacters ? new Map(added) : all
}
