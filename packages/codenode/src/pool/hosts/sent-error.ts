import { CodenodeError } from '../../contract/error.ts'
import type { FailureCode, FailureDetails } from '../../contract/failures.ts'
import type { SentError } from './messages.ts'

/** An error as text and data: classes do not cross threads. Details are data already. */
export function toSentError(error: unknown): SentError {
  if (!(error instanceof CodenodeError)) return { code: null, message: String(error), details: null }
  // instanceof cannot know the code.
  const { code, message, details } = error as CodenodeError<FailureCode>
  return { code, message, details }
}

export function toError({ code, message, details }: SentError): CodenodeError {
  if (code === null) return new CodenodeError('internal_error', { message })
  // The details are those of the error with this code.
  return new CodenodeError(code, details as FailureDetails<typeof code>)
}
