import type { Config } from '../config/read-config.ts'
import { stringifyLossless } from '../contract/json.ts'
import { parseWorkflow } from '../contract/workflow/parse-workflow.ts'
import type { Workflow, WorkflowGraph, WorkflowNode } from '../contract/workflow/workflow.ts'
import { findDataDir } from '../sandbox/find-paths.ts'
import { type RuntimeName, runtimeOf } from '../sandbox/runtime-name.ts'
import { runWorkflow } from '../workflow/run-workflow.ts'
import type { Source } from './draw-error.ts'
import { drawWorkflow } from './draw-workflow.ts'
import { buildWorkflowDrawer } from './draw-workflow-events.ts'
import { type ExitCode, exitCodeOfRecord } from './exit-codes.ts'
import { keepRun } from './kept-runs.ts'
import type { RunCommandOptions } from './run-command.ts'
import { runOnlyCodeOf } from './run-only-code.ts'
import { openTerminal } from './terminal.ts'
import { withSandbox } from './with-sandbox.ts'

export type WorkflowCommand = {
  config: Config
  options: Pick<RunCommandOptions, 'json' | 'isolation' | 'onlyCode'>
}

/** Runs a workflow; logs go to stderr while it runs, the record to stdout. The run is kept, to run it or a node again. */
export async function runWorkflowDocument(
  document: unknown,
  inputs: Record<string, unknown>,
  { config, options }: WorkflowCommand,
): Promise<ExitCode> {
  if (options.onlyCode) return await runOnlyCodeOf(document, inputs, { config, options })
  const workflow = parseWorkflow(document, config.limits)
  const use = { runtimes: runtimesOf(workflow.graph), isolation: options.isolation }
  const record = await withSandbox(config, use, async ({ sandbox, signal }) =>
    runWorkflow(workflow, inputs, {
      sandbox,
      signal,
      limits: config.limits,
      onEvent: options.json ? undefined : buildWorkflowDrawer(openTerminal(process.stderr)),
    }),
  )
  keepRun(findDataDir(config.dataDir), { document, inputs, record })
  const stdout = openTerminal(process.stdout)
  if (options.json) stdout.write(`${stringifyLossless(record)}\n`)
  else {
    stdout.write(drawWorkflow(record, { ...stdout, sourceOf: sourcesOf(workflow) }))
    stdout.write(stdout.paint.dim(`run ${record.id} · codenode rerun ${record.id} NODE runs a node of it again\n`))
  }
  return exitCodeOfRecord(record)
}

/** The interpreters that a graph needs. */
export function runtimesOf(graph: WorkflowGraph): RuntimeName[] {
  const needed = allNodes(graph).flatMap((node): RuntimeName[] => {
    if (node.type === 'code') return [runtimeOf[node.settings.code_language]]
    return node.type === 'template-transform' ? ['python'] : []
  })
  return [...new Set(needed)]
}

/** The code of each Code node, for the line that failed. */
export function sourcesOf({ graph }: Workflow): (nodeId: string) => Source | null {
  const sources = new Map<string, Source>()
  for (const node of allNodes(graph)) {
    if (node.type !== 'code') continue
    sources.set(node.id, { language: node.settings.code_language, code: node.settings.code })
  }
  return (nodeId) => sources.get(nodeId) ?? null
}

function allNodes({ nodes }: WorkflowGraph): WorkflowNode[] {
  return nodes.flatMap((node) => (node.type === 'iteration' ? [node, ...allNodes(node.body)] : [node]))
}
