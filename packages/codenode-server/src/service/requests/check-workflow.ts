import { isCodenodeError } from 'codenode/internal/contract/error'
import type { WorkflowIssue } from 'codenode/internal/contract/failures'
import type { ToldIssues } from 'codenode/internal/contract/issues'
import type { Warning } from 'codenode/internal/contract/record'
import type { StandInRequest } from 'codenode/internal/contract/stand-in'
import type { StandInSource } from 'codenode/internal/contract/stand-in-sources'
import type { WorkflowRecord } from 'codenode/internal/contract/workflow-record'
import type { WorkflowLimits } from 'codenode/internal/document/parse-workflow'
import { nodeTypeOf, type WorkflowGraph } from 'codenode/internal/document/workflow'
import { readLargeText, readWorkflow } from './read-workflow.ts'

type NodeOutline = { id: string; title: string; type: string; standIn?: StandInSource }

export type CheckedWorkflow =
  | { valid: true; workflow: WorkflowRecord['workflow'] & { nodes: NodeOutline[] }; warnings: readonly Warning[] }
  | ({ valid: false } & ToldIssues<WorkflowIssue>)

/** Whether a workflow, as `startWorkflow` would be given it, can be run. */
export async function checkRequestedWorkflow(
  given: unknown,
  limits: WorkflowLimits,
  standIns: () => StandInRequest,
): Promise<CheckedWorkflow> {
  try {
    const { name, mode, version, graph, warnings } = readWorkflow(await readLargeText(given), limits, standIns())
    return { valid: true, workflow: { name, mode, version, nodes: outline(graph) }, warnings }
  } catch (error) {
    if (!isCodenodeError(error, 'workflow_invalid')) throw error
    return { valid: false, ...error.details }
  }
}

/** Nodes inside an iteration stand behind it. */
function outline({ nodes }: WorkflowGraph): NodeOutline[] {
  return nodes.flatMap((node) => {
    const { id, title } = node
    const type = nodeTypeOf(node)
    const standIn = node.type === 'stand-in' ? { standIn: node.standIn.source } : {}
    return [{ id, title, type, ...standIn }, ...(node.type === 'iteration' ? outline(node.body) : [])]
  })
}
