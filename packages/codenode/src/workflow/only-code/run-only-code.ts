import { CodenodeError } from '../../contract/error.ts'
import type { JsonValue } from '../../contract/values.ts'
import type { WorkflowRecord } from '../../contract/workflow-record.ts'
import { readWorkflowText } from '../../document/document-text.ts'
import { type CodeNodes, parseCodeNodes } from '../../document/parse-code-nodes.ts'
import { sortGraph } from '../../document/reach.ts'
import { parseRunLimits, warnNotRaised } from '../../reading/allowed-limits.ts'
import { executeWith } from '../executors/execute-node.ts'
import type { NodeExecutor } from '../graph/node-context.ts'
import { planNode } from '../graph/plan.ts'
import { buildShape } from '../graph/scheduler.ts'
import { type RunWorkflowOptions, workflowOptionsSchema } from '../options.ts'
import { runPlan } from '../run-plan.ts'
import { Scope } from '../values/scope.ts'
import { type BoundCodeNodes, bindCodeNodes, type Source } from './bind-code-nodes.ts'
import { findCodeSecrets } from './find-code-secrets.ts'

/**
 * Runs just the Code nodes of an export, whatever its other nodes are: each when the Code nodes that it reads have run, with
 * `inputs` for what comes from other nodes (`node.variable`, `code_node.variable`, or the variable's own name). One that
 * fails does not stop the others. The record's `outputs` are those of the nodes, by id. Throws `workflow_invalid`,
 * `inputs_invalid`.
 */
export async function runOnlyCode(
  document: unknown,
  inputs: unknown,
  options: RunWorkflowOptions,
): Promise<WorkflowRecord> {
  return await startOnlyCode(document, inputs, options)
}

/** As `runOnlyCode`, for callers that must know at once what is their mistake. */
export function startOnlyCode(
  document: unknown,
  inputs: unknown,
  options: RunWorkflowOptions,
): Promise<WorkflowRecord> {
  const limits = parseRunLimits(options, workflowOptionsSchema)
  const code = parseCodeNodes(typeof document === 'string' ? readWorkflowText(document) : document, limits)
  const bound = bindCodeNodes(code, inputs)
  const { mask } = findCodeSecrets({ code, bound }, inputs, options.secrets)
  const edges = buildEdges(code, bound)
  const waitsFor = new Set(edges.map(({ to }) => to))
  const entries = code.nodes.flatMap((_, place) => (waitsFor.has(place) ? [] : [place]))
  const nodes = code.nodes.map((node) => planNode(node, limits))
  return runPlan(
    {
      plan: { nodes, shape: buildShape({ nodes, edges, entries }) },
      execute: withSources(bound),
      onFailure: 'go on',
      workflow: code.head,
      warnings: [...code.head.warnings, ...warnNotRaised(options)],
      mask,
      buildScope: () => new Scope(),
      toOutputs: (records) => Object.fromEntries(records.map(({ id, outputs }) => [id, outputs])),
    },
    options,
  )
}

/** From each Code node to those that read it, whichever way it ends. */
function buildEdges(code: CodeNodes, bound: BoundCodeNodes): { from: number; to: number; handle: string }[] {
  const places = new Map(code.nodes.map(({ id }, place) => [id, place]))
  const edges = code.nodes.flatMap(({ id }, to) => {
    const sources = [...(bound.get(id)?.values() ?? [])]
    const read = new Set(sources.flatMap((source) => (source.kind === 'node' ? [source.selector[0] ?? ''] : [])))
    return [...read].flatMap((sourceId) => {
      const from = places.get(sourceId) ?? 0
      return ['source', 'fail-branch'].map((handle) => ({ from, to, handle }))
    })
  })
  const { cycle } = sortGraph({ nodes: [...places.values()], edges })
  if (cycle.length === 0) return edges
  const titles = cycle.map((place) => `"${code.nodes[place]?.title}"`)
  const message = `read each other in a circle: ${titles.join(', ')}. Give one of them its inputs.`
  throw new CodenodeError('workflow_invalid', { issues: [{ path: code.head.path, message, node: null }] })
}

function withSources(bound: BoundCodeNodes): NodeExecutor {
  return (planned, scope, at) => {
    // Only Code nodes are planned.
    if (planned.kind !== 'code') throw new TypeError(`${planned.node.id} is not a Code node.`)
    const sources = [...(bound.get(planned.node.id) ?? [])]
    const inputs: Record<string, JsonValue> = {}
    for (const [name, source] of sources) readInto(source, scope, { inputs, name })
    return executeWith(planned, inputs, at)
  }
}

function readInto(
  source: Source,
  scope: Scope,
  { inputs, name }: { inputs: Record<string, JsonValue>; name: string },
): void {
  if (source.kind === 'node') {
    scope.copyTo(source.selector, inputs, name)
    return
  }
  const given = new Scope()
  given.set('given', source.values)
  given.copyTo(['given', source.name, ...source.steps], inputs, name)
}
