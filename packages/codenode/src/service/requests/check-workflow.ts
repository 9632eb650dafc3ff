import { isCodenodeError } from '../../contract/error.ts'
import type { WorkflowIssue } from '../../contract/failures.ts'
import type { ToldIssues } from '../../contract/issues.ts'
import type { Warning } from '../../contract/record.ts'
import type { StandInRequest } from '../../contract/stand-in.ts'
import type { StandInSource } from '../../contract/stand-in-sources.ts'
import type { WorkflowRecord } from '../../contract/workflow-record.ts'
import type { WorkflowLimits } from '../../document/parse-workflow.ts'
import { nodeTypeOf, type WorkflowGraph } from '../../document/workflow.ts'
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
