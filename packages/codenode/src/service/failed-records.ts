import { buildFailure, toRecordError } from '../contract/failure-values.ts'
import type { ExecutionFailure, Isolation } from '../contract/program.ts'
import type { RunRecord } from '../contract/record.ts'
import { buildRecord } from '../record/build-record.ts'
import type { RunStart } from './history-rows.ts'

/** Of a run that was going on when the service was killed. */
export function buildInterrupted(start: RunStart, isolation: Isolation): RunRecord {
  return buildFailed(start, buildFailure('run_interrupted', {}), isolation)
}

/** Of a run that a mistake in Codenode ended. */
export function buildBroken(start: RunStart, error: unknown, isolation: Isolation): RunRecord {
  const message = error instanceof Error ? error.message : String(error)
  return buildFailed(start, buildFailure('internal_error', { message }), isolation)
}

function buildFailed(start: RunStart, failure: ExecutionFailure, isolation: Isolation): RunRecord {
  return buildRecord({
    id: start.id,
    status: 'failed',
    outputs: null,
    branch: null,
    error: toRecordError(failure),
    warnings: [],
    attempts: [],
    isolation,
    startedAt: start.startedAt,
    node: start.node,
  })
}
