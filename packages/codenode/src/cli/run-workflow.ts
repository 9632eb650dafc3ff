import type { IsolationLevel } from '../contract/isolation.ts'
import { languageOf } from '../contract/node-words.ts'
import { type RuntimeName, runtimeOf } from '../contract/runtime-name.ts'
import type { StandInRequest } from '../contract/stand-in.ts'
import type { WorkflowRecord } from '../contract/workflow-record.ts'
import { parseCodeNodes } from '../document/parse-code-nodes.ts'
import { parseWorkflow } from '../document/parse-workflow.ts'
import { keepStandIns } from '../document/stand-ins/take-recorded.ts'
import type { Workflow, WorkflowGraph, WorkflowNode } from '../document/workflow.ts'
import { stringifyLossless } from '../json/json.ts'
import { keepDocument, keepInputs } from '../workflow/kept-request.ts'
import { runOnlyCode } from '../workflow/only-code/run-only-code.ts'
import type { RunWorkflowOptions } from '../workflow/options.ts'
import { runWorkflow } from '../workflow/run-workflow.ts'
import { findSecrets } from '../workflow/secrets.ts'
import type { Source } from './draw-error.ts'
import { drawWorkflow } from './draw-workflow.ts'
import { buildWorkflowDrawer } from './draw-workflow-events.ts'
import { type ExitCode, exitCodeOfRecord } from './exit-codes.ts'
import { type KeptRun, keepRun } from './kept-runs.ts'
import type { Settings } from './read-settings.ts'
import { openTerminal } from './terminal.ts'
import { withSandbox } from './with-sandbox.ts'

export type WorkflowCommand = {
  config: Settings
  options: { json?: true; onlyCode?: true; secret?: string[]; isolation?: IsolationLevel }
  standIns: StandInRequest
}

/** Runs a workflow; logs go to stderr while it runs, the record to stdout. The run is kept, to run it or a node again. */
export async function runWorkflowDocument(
  document: unknown,
  inputs: Record<string, unknown>,
  { config, options, standIns }: WorkflowCommand,
): Promise<ExitCode> {
  const { nodes, run } = options.onlyCode ? planCodeNodes(document, config) : planWorkflow(document, config, standIns)
  const use = { runtimes: runtimesOf(nodes), isolation: options.isolation, code: codeOf(nodes) }
  const { secret: secrets } = options
  // Before anything is started: what is the caller's mistake is thrown.
  const kept = options.onlyCode ? null : toKept(parseWorkflow(document, config.limits, standIns), inputs, secrets)
  const record = await withSandbox(config, use, async ({ sandbox, signal }) => {
    const onEvent = options.json ? undefined : buildWorkflowDrawer(openTerminal(process.stderr))
    return await run(inputs, { sandbox, signal, limits: config.limits, wallMs: config.workflowMs, secrets, onEvent })
  })
  if (kept) keepRun(config.dataDir, { ...kept.request, standIns: kept.hide(keepStandIns(standIns)), record })
  const stdout = openTerminal(process.stdout)
  const shown = options.json
    ? `${stringifyLossless(record)}\n`
    : drawWorkflow(record, { ...stdout, sourceOf: sourcesOf(nodes) }) +
      (options.onlyCode ? '' : stdout.paint.dim(`run ${record.id}\n`))
  stdout.write(shown)
  return exitCodeOfRecord(record)
}

/** What is kept to run it again: its secrets are masked. */
function toKept(
  workflow: Workflow,
  inputs: Record<string, unknown>,
  marked: readonly string[] | undefined,
): { request: Omit<KeptRun, 'record' | 'standIns'>; hide: <Value>(value: Value) => Value } {
  const secrets = findSecrets(workflow, inputs, marked)
  const { names, mask } = secrets
  const document = keepDocument(workflow.document, mask)
  // Inputs stay an object.
  const kept = keepInputs(inputs, secrets) as Record<string, unknown>
  return { request: { document, inputs: kept, secrets: names }, hide: (value) => mask?.value(value) ?? value }
}

type Plan = {
  nodes: readonly WorkflowNode[]
  run: (inputs: Record<string, unknown>, options: RunWorkflowOptions) => Promise<WorkflowRecord>
}

function planWorkflow(document: unknown, { limits }: Settings, standIns: StandInRequest): Plan {
  const workflow = parseWorkflow(document, limits, standIns)
  return { nodes: allNodes(workflow.graph), run: async (...how) => await runWorkflow(workflow, ...how) }
}

function planCodeNodes(document: unknown, { limits }: Settings): Plan {
  const { nodes } = parseCodeNodes(document, limits)
  return { nodes, run: async (...how) => await runOnlyCode(document, ...how) }
}

/** The nodes of a graph, and those inside its iterations. */
export function allNodes({ nodes }: WorkflowGraph): WorkflowNode[] {
  return nodes.flatMap((node) => (node.type === 'iteration' ? [node, ...allNodes(node.body)] : [node]))
}

/** The interpreters that nodes need. */
export function runtimesOf(nodes: readonly WorkflowNode[]): RuntimeName[] {
  const needed = nodes.flatMap((node): RuntimeName[] => {
    if (node.type === 'code') return [runtimeOf[languageOf[node.settings.code_language]]]
    return node.type === 'template-transform' ? ['python'] : []
  })
  return [...new Set(needed)]
}

/** All code that nodes run. Templates are rendered by a package. */
export function codeOf(nodes: readonly WorkflowNode[]): string[] {
  return nodes.flatMap((node) => {
    if (node.type === 'code') return [node.settings.code]
    return node.type === 'template-transform' ? ['import jinja2'] : []
  })
}

/** The code of each Code node, for the line that failed. */
export function sourcesOf(nodes: readonly WorkflowNode[]): (nodeId: string) => Source | null {
  const code = nodes.flatMap((node) => (node.type === 'code' ? [[node.id, { code: node.settings.code }] as const] : []))
  const sources = new Map(code)
  return (nodeId) => sources.get(nodeId) ?? null
}
