import { describeFailure, type FailureCode, type FailureDetails, failures } from './failures.ts'

/**
 * The caller or the platform went wrong: bad settings, no sandbox, a full pool. What the user's code does wrong is not
 * thrown but told in the record.
 *
 * @example
 * throw new CodenodeError('sandbox_unavailable', { missing: 'bubblewrap' })
 */
export class CodenodeError<Code extends FailureCode = FailureCode> extends Error {
  readonly code: Code
  readonly details: FailureDetails<Code>

  constructor(code: Code, details: FailureDetails<Code>, options?: { cause?: unknown }) {
    super(describeFailure(code, details), options)
    this.name = 'CodenodeError'
    this.code = code
    this.details = details
  }

  /** The catalogue's status for an answer that is this error alone. */
  get httpStatus(): number {
    return failures[this.code].http
  }
}
