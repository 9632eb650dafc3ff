import { describeFailure, type FailureCode, type FailureDetails, failures } from './failures.ts'
import type { ExecutionFailure } from './program.ts'
import type { RecordError } from './record.ts'

/** A failure as a value, with the catalogue's message unless another is given. */
export function buildFailure<Code extends FailureCode>(
  code: Code,
  details: FailureDetails<Code>,
  given: { message?: string; traceback?: string | null } = {},
): ExecutionFailure {
  const { message = describeFailure(code, details), traceback = null } = given
  return { code, message, details: { ...details }, traceback }
}

/** A failure as records show it: with the catalogue's type and blame. */
export function toRecordError({ code, message, details, traceback }: ExecutionFailure): RecordError {
  const { type, blame } = failures[code]
  return { code, type, blame, message, details: { ...details }, traceback }
}
