import { toRecordError } from '../contract/failure-values.ts'
import type { CodeNode } from '../contract/node.ts'
import type { ExecutionFailure } from '../contract/program.ts'
import type { RecordError } from '../contract/record.ts'
import type { JsonValue } from '../contract/values.ts'
import { mergeMembers } from '../json/exact-numbers.ts'
import { toDefaultOutputs } from '../values/default-values.ts'
import type { LazyOutputs, Outputs } from '../values/lazy-outputs.ts'

/** How the tries ended. */
export type Ending =
  | { status: 'succeeded'; outputs: Outputs | LazyOutputs }
  | { status: 'failed'; failure: ExecutionFailure }
  | { status: 'cancelled'; failure: ExecutionFailure }

/** What the node is for the rest of the workflow. */
export type Outcome =
  | { status: 'succeeded'; outputs: Outputs | LazyOutputs; branch: 'source'; error: null }
  | { status: 'exception'; outputs: Outputs; branch: 'source' | 'fail-branch'; error: RecordError }
  | { status: 'failed' | 'cancelled'; outputs: null; branch: null; error: RecordError }

/**
 * Applies the node's error strategy to a failure, whoever is to blame for it; a cancelled run is not a failure.
 * `error_message` and `error_type` win over defaults of the same name.
 */
export function decideOutcome(node: Pick<CodeNode, 'error_strategy' | 'default_value'>, ending: Ending): Outcome {
  if (ending.status === 'succeeded')
    return { status: 'succeeded', outputs: ending.outputs, branch: 'source', error: null }
  const error = toRecordError(ending.failure)
  if (ending.status === 'cancelled') return { status: 'cancelled', outputs: null, branch: null, error }

  const described = { error_message: toErrorMessage(error), error_type: error.type }
  switch (node.error_strategy) {
    case 'default-value':
      return {
        status: 'exception',
        outputs: mergeMembers<JsonValue>(toDefaultOutputs(node.default_value), described),
        branch: 'source',
        error,
      }
    case 'fail-branch':
      return { status: 'exception', outputs: described, branch: 'fail-branch', error }
    case 'none':
    case null:
    case undefined:
      return { status: 'failed', outputs: null, branch: null, error }
  }
}

/** The message, for exceptions the traceback below it, and what to do. */
function toErrorMessage({ message, traceback, hint }: RecordError): string {
  const lines = [message, traceback?.trimEnd(), hint && `What to do: ${hint}`]
  return lines.filter(Boolean).join('\n')
}
