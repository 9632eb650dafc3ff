import { parseExact } from './canonical-json.ts'
import { type Case, fillIn, type Outcome } from './case.ts'
import { type ToldNode, toNodeOutcome, toOutputs } from './outcome.ts'

/** Runs a case by the service's own API. */
export async function runHere(given: Case, port: number, signal: AbortSignal): Promise<Outcome> {
  const [path, name, document] =
    given.kind === 'program'
      ? (['/v1/nodes/run', 'node', given.node] as const)
      : (['/v1/workflows/run', 'workflow', given.document] as const)
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: `{"${name}":${JSON.stringify(document)},"inputs":${fillIn(given.inputsJson, Date.now())}}`,
    signal,
  })
  const answer = parseExact(await response.text())
  if (response.status === 422 || response.status === 400) return refused(answer as Problem)
  if (response.status !== 200) throw new Error(`The service answered ${response.status} to the case "${given.name}".`)
  return given.kind === 'program' ? readNode(answer as Told) : readWorkflow(answer as Told & { nodes: Told[] })
}

/** What is read of a record, of a node in one, and of a problem document. */
type Told = Pick<ToldNode, 'outputs' | 'status'> & {
  id: string
  type?: string
  branch?: string | null
  error: { type: string; message: string } | null
}
type Problem = { detail?: string; title?: string }

function refused({ detail, title }: Problem): Outcome {
  return { status: 'refused', outputs: '{}', branch: '', errorType: '', nodes: {}, message: detail ?? title ?? '' }
}

function readNode(record: Told): Outcome {
  return { ...toNodeOutcome(toTold(record, 'code')), nodes: {}, message: record.error?.message ?? '' }
}

function readWorkflow({ status, outputs, error, nodes }: Told & { nodes: Told[] }): Outcome {
  const ended = nodes.filter((node) => node.type !== 'start' && endings.has(node.status))
  return {
    status,
    outputs: toOutputs(outputs),
    branch: '',
    errorType: '',
    nodes: Object.fromEntries(ended.map((node) => [node.id, toNodeOutcome(toTold(node, node.type ?? ''))])),
    message: error?.message ?? '',
  }
}

/** The engine tells nothing of nodes that were skipped or cancelled. */
const endings = new Set(['succeeded', 'exception', 'failed'])

function toTold({ status, outputs, branch, error }: Told, type: string): ToldNode {
  return { type, status, outputs, branch: branch ?? '', errorType: error?.type ?? '' }
}
