import type { RecordError } from 'codenode/contract'

/** The line of the user's code that a failure names; null when it names none. */
export function lineOf({ details }: RecordError): number | null {
  return typeof details.line === 'number' && details.line >= 1 ? details.line : null
}

/** What stood in that line when it ran, as far as the traceback shows it; null when it does not. */
export function lineTextOf(error: RecordError): string | null {
  const line = lineOf(error)
  if (line === null || error.traceback === null) return null
  const shown = new RegExp(
    String.raw`^(?:main\.[jt]s:${line}|\s*File "main\.py", line ${line}(?:, in .*)?)\n(.*)$`,
    'm',
  )
  return shown.exec(error.traceback)?.[1]?.trim() || null
}
