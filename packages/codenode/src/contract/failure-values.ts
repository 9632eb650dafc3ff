import { describeFailure, type FailureCode, type FailureDetails, failures } from './failures.ts'
import type { ExecutionFailure } from './program.ts'
import type { RecordError } from './record.ts'

/** A failure as a value, with the catalogue's message unless another is given. */
export function buildFailure<Code extends FailureCode>(
  code: Code,
  details: FailureDetails<Code>,
  given: { message?: string; traceback?: string | null; hint?: string | undefined } = {},
): ExecutionFailure {
  const { message = describeFailure(code, details), traceback = null, hint } = given
  return { code, message, details: { ...details }, traceback, ...(hint === undefined ? {} : { hint }) }
}

/** A failure as records show it: with the catalogue's type and blame, and its advice where the failure has no hint. */
export function toRecordError({ code, message, details, traceback, hint }: ExecutionFailure): RecordError {
  const { type, blame, advice } = failures[code]
  return { code, type, blame, message, details: { ...details }, traceback, hint: hint ?? advice }
}
