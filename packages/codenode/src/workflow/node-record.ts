import type { WorkflowNodeRecord } from '../contract/workflow/record.ts'
import type { WorkflowNode } from '../contract/workflow/workflow.ts'

type Named = Pick<WorkflowNode, 'id' | 'title' | 'type'>

/** Until a node has ended, its entry says what is true if it never does. */
export function beginRecord(node: Named, startedAt: Date): WorkflowNodeRecord {
  return { ...emptyRecord(node), status: 'cancelled', startedAt: startedAt.toISOString() }
}

export function skippedRecord(node: Named): WorkflowNodeRecord {
  return emptyRecord(node)
}

function emptyRecord({ id, title, type }: Named): WorkflowNodeRecord {
  return {
    id,
    title,
    type,
    status: 'skipped',
    branch: null,
    inputs: null,
    outputs: null,
    error: null,
    startedAt: null,
    durationMs: 0,
    run: null,
    iterations: null,
  }
}
