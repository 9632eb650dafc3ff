import type { RecordError } from 'codenode/contract'

/** The line of the user's code that a failure names; null when it names none. */
export function lineOf({ details }: RecordError): number | null {
  return typeof details.line === 'number' && details.line >= 1 ? details.line : null
}
