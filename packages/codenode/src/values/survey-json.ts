import { quote } from '../contract/values.ts'
import { findJsonError } from '../json/find-json-error.ts'
import { type JsonBounds, type JsonProblem, scanJson } from '../json/json-scan.ts'

/** What a text is found to be without keeping what it holds. `message`: what is wrong, with its line and column. */
export type JsonSurvey = { status: 'sound'; hasExactNumbers: boolean } | { status: 'refused'; message: string }

/** Whether a text is JSON within the bounds. It is all of the work of reading it but the result: for another thread. */
export function surveyJson(source: Uint8Array, bounds: JsonBounds): JsonSurvey {
  const scan = scanJson(source, bounds)
  if (scan.status === 'refused') {
    return { status: 'refused', message: describeJsonProblem(scan.problem, decode(source)) }
  }
  try {
    JSON.parse(scan.text)
    return { status: 'sound', hasExactNumbers: scan.exactNumbers.length > 0 }
  } catch {
    const problem: JsonProblem = { kind: 'malformed', message: '', position: null }
    return { status: 'refused', message: describeJsonProblem(problem, scan.text) }
  }
}

/** What is wrong with a text and where, for whoever wrote it. */
export function describeJsonProblem({ kind, message, position }: JsonProblem, text: string): string {
  if (kind !== 'malformed') return `cannot be read: ${message}${placeOf(text, position)}`
  // Found anew: the parser's own words quote the text, and do not always tell where in it.
  return `is not JSON${placeOf(text, findJsonError(text) ?? position)}.`
}

function placeOf(text: string, position: number | null): string {
  if (position === null) return ''
  let line = 1
  let begin = 0
  for (let end = text.indexOf('\n'); end >= 0 && end < position; end = text.indexOf('\n', begin)) {
    line++
    begin = end + 1
  }
  const found = position < text.length ? `, at ${quote(text.slice(position, position + 1))}` : ', where it ends'
  return ` (line ${line}, column ${position - begin + 1}${found})`
}

function decode(source: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(source)
}
