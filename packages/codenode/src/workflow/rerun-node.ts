import * as z from 'zod'
import { CodenodeError } from '../contract/error.ts'
import type { ServerLimits } from '../contract/limits.ts'
import { formatPath } from '../contract/paths.ts'
import { formatSelector, type Selector } from '../contract/selector.ts'
import type { StandIns } from '../contract/stand-in.ts'
import type { JsonValue } from '../contract/values.ts'
import type { WorkflowNodeRecord, WorkflowRecord } from '../contract/workflow-record.ts'
import type { Workflow, WorkflowGraph, WorkflowNode } from '../document/workflow.ts'
import { parseRunLimits } from '../reading/allowed-limits.ts'
import { explainUnknownNames } from '../reading/explain-unknown-name.ts'
import { explainZodIssue } from '../reading/explain-zod-issue.ts'
import { newRunId } from '../record/run-id.ts'
import { checkJson } from '../values/check-json.ts'
import { executeNode, executeWith } from './executors/execute-node.ts'
import { NodeEventSink, toEventSink } from './graph/event-sink.ts'
import type { NodeExecutor } from './graph/node-context.ts'
import { planNode } from './graph/plan.ts'
import { runGraph } from './graph/run-graph.ts'
import { buildShape } from './graph/scheduler.ts'
import { type RunWorkflowOptions, workflowOptionsSchema } from './options.ts'
import { defaultWorkflowWallMs, shareRun } from './run-plan.ts'
import { toWorkflow } from './run-workflow.ts'
import type { Secrets } from './secrets.ts'
import { StopReason } from './stop-reason.ts'
import { takeSecrets } from './take-secrets.ts'
import { Scope } from './values/scope.ts'

export type RerunRequest = {
  /** The document of the past run, or what `parseWorkflow` has read from it. It may have been changed since. */
  workflow: unknown
  record: WorkflowRecord
  nodeId: string
  /**
   * In place of recorded inputs, by their names in the record: of a Code node or a template those of its variables. Also
   * `env.NAME`, in place of the document's own: secrets are masked in the record, so they are taken from there.
   */
  inputs?: Readonly<Record<string, unknown>> | undefined
  /** For a node inside an iteration: the item's index. Default: the first that failed, else the first that is kept whole. */
  item?: number | undefined
  /** Those of the past run, whose workflow may need them to be read. */
  standIns?: StandIns | undefined
}

/**
 * Runs one node of a past run alone, with its recorded inputs or changed ones: Code nodes, templates, if-else, aggregators
 * and answers. Throws `workflow_invalid`, `inputs_invalid`, `configuration_invalid` for the rest of the request, and `rerun_refused`
 * where there is nothing to run again.
 */
export async function rerunNode(request: RerunRequest, options: RunWorkflowOptions): Promise<WorkflowNodeRecord> {
  const limits = parseRunLimits(options, workflowOptionsSchema)
  checkRequest(request)
  return await prepareRerun({ ...request, secrets: options.secrets }, limits).run(options)
}

/** The types say so; who calls from JavaScript has no types. What the document and the inputs hold is checked with each other. */
const requestSchema = z.strictObject({
  workflow: z.unknown(),
  record: z.looseObject({ nodes: z.array(z.looseObject({ id: z.string() })) }),
  nodeId: z.string(),
  inputs: z.record(z.string(), z.unknown()).optional(),
  item: z.int().min(0).optional(),
  standIns: z.unknown().optional(),
} satisfies Record<keyof RerunRequest, z.ZodType>)

function checkRequest(request: unknown): void {
  const { error } = requestSchema.safeParse(request, { reportInput: true })
  if (!error) return
  const issues = error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? explainUnknownNames(issue, requestSchema, 'a member of the request')
      : explainZodIssue(issue),
  )
  throw new CodenodeError('configuration_invalid', {
    issues: issues.map(({ path, message }) => ({ path: `request.${path}`, message })),
  })
}

/** A node that can be run again, with the inputs that it will have. */
export type PreparedRerun = {
  node: WorkflowNode
  inputs: Values
  secrets: Secrets
  run: (options: RunWorkflowOptions) => Promise<WorkflowNodeRecord>
}

/** As `rerunNode`, for callers that must know at once: what is their mistake is thrown before anything runs. */
export function prepareRerun(
  request: RerunRequest & { secrets?: readonly string[] | undefined },
  limits: ServerLimits,
): PreparedRerun {
  const { nodeId, inputs: changes = {}, secrets: marked } = request
  const workflow = toWorkflow(request.workflow, limits, { standIns: request.standIns })
  const node = findNode(workflow.graph, nodeId)
  if (!node) throw refuse(nodeId, 'the workflow has no such node.')
  if (node.type === 'stand-in') throw refuse(nodeId, 'it was stood in for, so it did not run.')
  if (!isRerunnable(node)) throw refuse(nodeId, `it is of type ${node.type}.`)
  const recorded = findRecordedInputs(request)
  checkChanges(recorded, changes, workflow)
  const { inputs, secrets } = takeSecrets({ node, workflow, recorded, changes, marked })
  return { node, inputs, secrets, run: (options) => runAlone({ node, inputs, secrets }, options) }
}

async function runAlone(
  { node, inputs, secrets: { mask } }: Omit<PreparedRerun, 'run'>,
  options: RunWorkflowOptions,
): Promise<WorkflowNodeRecord> {
  const { runId = newRunId(), wallMs = defaultWorkflowWallMs } = options
  const limits = parseRunLimits(options)
  const tell = options.onEvent && new NodeEventSink(toEventSink(options.onEvent), runId)
  const stop = new StopReason(options.signal, wallMs)
  const plan = { nodes: [planNode(node, limits)], shape: buildShape({ nodes: [node], edges: [], entries: [0] }) }
  const run = shareRun({ execute: withInputs(inputs), onFailure: 'stop', mask }, options)
  const end = await runGraph(plan, new Scope(), {
    run,
    signal: stop.signal,
    iteration: null,
    items: [],
    tell: tell ?? null,
  })
  stop.dispose()
  // A graph with one node, which it begins with.
  return end.records[0] as WorkflowNodeRecord
}

/** The entry of a node that ran, at the top or inside an iteration; null: none is kept. */
export function findNodeRecord(record: WorkflowRecord, nodeId: string, item?: number): WorkflowNodeRecord | null {
  return findAmong(record.nodes, nodeId, item)
}

function findAmong(
  records: readonly WorkflowNodeRecord[],
  nodeId: string,
  item: number | undefined,
): WorkflowNodeRecord | null {
  const own = records.find(({ id }) => id === nodeId)
  if (own) return own
  for (const { iterations } of records) {
    const items = (iterations?.items ?? []).filter(({ index }) => item === undefined || index === item)
    const failedFirst = [...items].sort((a, b) => Number(b.status === 'failed') - Number(a.status === 'failed'))
    for (const { nodes } of failedFirst) {
      const found = findAmong(nodes ?? [], nodeId, undefined)
      if (found?.inputs) return found
    }
  }
  return null
}

function findRecordedInputs({ record, nodeId, item }: RerunRequest): Record<string, unknown> {
  const found = findNodeRecord(record, nodeId, item)
  if (!found) throw refuse(nodeId, 'the run did not reach it, or the record does not keep it.')
  if (!found.inputs) throw refuse(nodeId, `it was ${found.status} before it had inputs.`)
  return found.inputs
}

function checkChanges(
  recorded: Record<string, unknown>,
  changes: Readonly<Record<string, unknown>>,
  { environment }: Workflow,
): void {
  const own = Object.keys(recorded)
  const names = [...new Set([...own, ...Object.keys(environment).map((name) => `env.${name}`)])]
  const issues = Object.entries(changes).flatMap(([name, value]) => {
    if (names.includes(name)) return checkJson(value, ['inputs', name])
    const message = `is not an input of the node; it has ${own.join(', ') || 'none'}.`
    return [{ path: formatPath('inputs', [name]), message }]
  })
  if (issues.length > 0) throw new CodenodeError('inputs_invalid', { issues })
}

type Values = Record<string, JsonValue>

function withInputs(inputs: Values): NodeExecutor {
  return (planned, _, at) =>
    planned.kind === 'code' || planned.kind === 'template'
      ? executeWith(planned, inputs, at)
      : executeNode(planned, new RecordedScope(inputs), at)
}

/** For nodes whose inputs are recorded by their selectors' texts. */
class RecordedScope extends Scope {
  readonly #inputs: Values

  constructor(inputs: Values) {
    super()
    this.#inputs = inputs
  }

  protected override locate(selector: Selector): { container: JsonValue; key: string } {
    return { container: this.#inputs, key: formatSelector(selector) }
  }
}

function findNode(graph: WorkflowGraph, nodeId: string): WorkflowNode | null {
  for (const node of graph.nodes) {
    if (node.id === nodeId) return node
    const inside = node.type === 'iteration' ? findNode(node.body, nodeId) : null
    if (inside) return inside
  }
  return null
}

function isRerunnable({ type }: WorkflowNode): boolean {
  return ['code', 'template-transform', 'if-else', 'variable-aggregator', 'answer'].includes(type)
}

function refuse(nodeId: string, reason: string): CodenodeError {
  return new CodenodeError('rerun_refused', { nodeId, reason })
}
