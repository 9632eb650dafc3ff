import { type AnyRecord, isWorkflowRecord } from 'codenode/internal/contract/run-documents'
import type { WorkflowNodeRecord } from 'codenode/internal/contract/workflow-record'

/**
 * For a history that keeps no inputs: those of the nodes of a workflow are left out, and what its start node and nodes that were
 * stood in for give on.
 */
export function withoutInputs(record: AnyRecord): AnyRecord {
  return isWorkflowRecord(record) ? { ...record, nodes: record.nodes.map(ofNode) } : record
}

function ofNode(node: WorkflowNodeRecord): WorkflowNodeRecord {
  const { type, iterations, standIn } = node
  const items = iterations?.items.map((item) => ({ ...item, nodes: item.nodes?.map(ofNode) ?? null }))
  return {
    ...node,
    inputs: null,
    ...(type === 'start' || standIn !== undefined ? { outputs: null } : {}),
    iterations: iterations && { ...iterations, items: items ?? [] },
  }
}
