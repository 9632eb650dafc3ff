import { toCanonical } from './canonical-json.ts'
import type { NodeOutcome } from './case.ts'

/** What both sides tell of a node, parsed with exact numbers. */
export type ToldNode = {
  type: string
  status: string
  outputs: Record<string, unknown> | null
  branch: string
  errorType: string
}

/** What is compared of it. */
export function toNodeOutcome({ type, status, outputs, branch, errorType }: ToldNode): NodeOutcome {
  const hasFailed = status === 'failed'
  return {
    status,
    outputs: !hasFailed && typesWithOutputs.has(type) ? toOutputs(outputs) : '{}',
    branch: hasFailed || branch === 'source' ? '' : branch,
    // Dify has types of errors for Code nodes. Of a failure that was dealt with, it stands among the outputs.
    errorType: hasFailed && type === 'code' ? errorType : '',
  }
}

/** The texts of errors are others on purpose. */
export function toOutputs(outputs: Record<string, unknown> | null): string {
  const { error_message: message, ...others } = outputs ?? {}
  return toCanonical(message === undefined ? others : { ...others, error_message: 'a text' })
}

/** Of the other types only the branch matters. */
const typesWithOutputs = new Set(['code', 'template-transform', 'variable-aggregator', 'iteration', 'answer', 'end'])
