import type { WorkflowNodeRecord } from '../../contract/workflow-record.ts'
import { nodeTypeOf, type WorkflowNode } from '../../document/workflow.ts'

/** Until a node has ended, its entry says what is true if it never does. */
export function beginRecord(node: WorkflowNode, startedAt: Date): WorkflowNodeRecord {
  return { ...emptyRecord(node), status: 'cancelled', inputs: null, startedAt: startedAt.toISOString() }
}

export function skippedRecord(node: WorkflowNode): WorkflowNodeRecord {
  return emptyRecord(node)
}

function emptyRecord(node: WorkflowNode): Extract<WorkflowNodeRecord, { status: 'skipped' }> {
  const { id, title } = node
  return {
    id,
    title,
    type: nodeTypeOf(node),
    status: 'skipped',
    branch: null,
    inputs: null,
    outputs: null,
    error: null,
    startedAt: null,
    durationMs: 0,
    run: null,
    iterations: null,
    ...(node.type === 'stand-in' ? { standIn: node.standIn.source } : {}),
  }
}
