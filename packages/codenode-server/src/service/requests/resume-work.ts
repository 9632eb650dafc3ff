import type { CodeNodeInput } from 'codenode/internal/contract/node'
import type { QueuedRun } from '../history/kept-run.ts'
import { nodeWork, type RunContext, type Work, workflowWork } from './work.ts'

/** A run as it was accepted by an earlier service. Throws what has become wrong with it since: limits may be lower now. */
export function resumeWork({ start, request }: QueuedRun, context: RunContext): Work {
  const { subject, rerunOf, outputs } = start
  const { inputs } = request
  if ('workflow' in request) {
    const { workflow, standIns } = request
    return { ...workflowWork({ workflow, inputs }, context, { standIns }), rerunOf }
  }
  const nodeId = subject.kind === 'node' ? subject.node.id : null
  // It was checked when it was accepted, and is checked again.
  return nodeWork({ node: request.node as CodeNodeInput, inputs, nodeId }, outputs, context)
}
