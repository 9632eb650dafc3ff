import { buildFailure } from '../../contract/failure-values.ts'
import { endFor } from '../../contract/stand-in.ts'
import type { WorkflowNode } from '../../document/workflow.ts'
import type { NodeContext } from '../graph/node-context.ts'
import { fail, type NodeEnd } from '../graph/node-end.ts'

/** What a node gives that is not run; nothing is asked of the sandbox. */
export function standInFor(node: Extract<WorkflowNode, { type: 'stand-in' }>, { items }: NodeContext): NodeEnd {
  const { source, ends } = node.standIn
  const end = endFor(ends, items)
  if (!end) return { ...fail(buildFailure('stand_in_missing', { items }), null), standIn: source }
  return { ...end, inputs: null, error: null, run: null, iterations: null, standIn: source }
}
