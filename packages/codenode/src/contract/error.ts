import { describeFailure, type FailureCode, type FailureDetails, failures } from './failures.ts'
import { firstIssues } from './issues.ts'

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
    const told = withFirstIssues(details)
    super(describeFailure(code, told), options)
    this.name = 'CodenodeError'
    this.code = code
    this.details = told
  }

  /** The catalogue's status for an answer that is this error alone. */
  get httpStatus(): number {
    return failures[this.code].http
  }
}

/** Whoever throws it lists all that is wrong; whoever reads it is told the first, and how many there are. */
function withFirstIssues<Details>(details: Details): Details {
  if (typeof details !== 'object' || details === null || !('issues' in details) || !Array.isArray(details.issues)) {
    return details
  }
  return { ...details, ...firstIssues(details.issues) }
}
