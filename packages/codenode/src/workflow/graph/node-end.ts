import { buildFailure, toRecordError } from '../../contract/failure-values.ts'
import type { ExecutionFailure } from '../../contract/program.ts'
import type { RecordError, RunRecord } from '../../contract/record.ts'
import type { StandInSource } from '../../contract/stand-in-sources.ts'
import type { JsonValue } from '../../contract/values.ts'
import type { IterationsRecord } from '../../contract/workflow-record.ts'
import type { SecretMask } from '../../secrets/secret-mask.ts'

type Values = Record<string, JsonValue>

/** What a node came to. */
export type Ending =
  | { status: 'succeeded'; branch: string; outputs: Values; error: null }
  | { status: 'exception'; branch: string; outputs: Values; error: RecordError | null }
  | { status: 'failed' | 'cancelled'; branch: null; outputs: null; error: RecordError | null }

/** A node's entry in the record, without what the scheduler knows. */
export type NodeEnd = Ending & {
  inputs: Record<string, unknown> | null
  run: RunRecord | null
  iterations: IterationsRecord | null
  standIn?: StandInSource
}

export function succeed(inputs: Record<string, unknown>, outputs: Values, branch = 'source'): NodeEnd {
  return { status: 'succeeded', branch, inputs, outputs, error: null, run: null, iterations: null }
}

export function fail(failure: ExecutionFailure, inputs: Record<string, unknown> | null): NodeEnd {
  const error = toRecordError(failure)
  return { status: 'failed', branch: null, inputs, outputs: null, error, run: null, iterations: null }
}

export function cancel(inputs: Record<string, unknown> | null, iterations: IterationsRecord | null = null): NodeEnd {
  const error = toRecordError(buildFailure('cancelled', {}))
  return { status: 'cancelled', branch: null, inputs, outputs: null, error, run: null, iterations }
}

/** As it stands in the record: `run` and what is inside of `iterations` are records already. `declared`: the node's outputs. */
export function hideEnd(end: NodeEnd, mask: SecretMask | null, declared: object): NodeEnd {
  if (!mask) return end
  const { inputs, outputs, error } = end
  // Of the same status as before.
  return {
    ...end,
    inputs: mask.value(inputs),
    outputs: outputs && mask.outputs(outputs, declared),
    error: error && mask.error(error),
  } as NodeEnd
}
