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
  /** What to do, from the catalogue. */
  readonly hint: string

  constructor(code: Code, details: FailureDetails<Code>, options?: { cause?: unknown }) {
    const told = withFirstIssues(details)
    super(describeFailure(code, told), options)
    this.name = 'CodenodeError'
    this.code = code
    this.details = told
    this.hint = failures[code].advice
  }

  /** The catalogue's status for an answer that is this error alone. */
  get httpStatus(): number {
    return failures[this.code].http
  }
}

/** Any error of the catalogue: its `code` tells what its `details` hold. */
export type AnyCodenodeError = { [Code in FailureCode]: CodenodeError<Code> }[FailureCode]

/**
 * Whether something that was caught is an error of Codenode, and, where codes are given, one of these: `error.details` then
 * has the type that goes with the code.
 *
 * @example
 * if (isCodenodeError(error, 'node_invalid', 'inputs_invalid')) console.error(error.details.issues)
 */
export function isCodenodeError(error: unknown): error is AnyCodenodeError
export function isCodenodeError<Code extends FailureCode>(
  error: unknown,
  ...codes: readonly [Code, ...Code[]]
): error is CodenodeError<Code>
export function isCodenodeError(error: unknown, ...codes: readonly FailureCode[]): boolean {
  // instanceof cannot know the code.
  return error instanceof CodenodeError && (codes.length === 0 || codes.includes((error as CodenodeError).code))
}

/** Whoever throws it lists all that is wrong; whoever reads it is told the first, and how many there are. */
function withFirstIssues<Details>(details: Details): Details {
  if (typeof details !== 'object' || details === null || !('issues' in details) || !Array.isArray(details.issues)) {
    return details
  }
  return { ...details, ...firstIssues(details.issues) }
}
