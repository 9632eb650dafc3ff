import { type FailureCode, failures } from '../contract/failures.ts'
import type { RecordError } from '../contract/record.ts'
import { type Paint, showSafely } from './terminal.ts'

/** `advice`: what fits better here than the hint of the failure. */
export type Source = { code: string; advice?: string | undefined }

/** A failure for a terminal: the message, where it happened in the user's code, and what to do. */
export function drawError(error: RecordError, source: Source, paint: Paint): string[] {
  const [first = '', ...rest] = showSafely(error.message).split('\n')
  return [
    `  ${paint.red(paint.bold(first))}`,
    ...rest.map((line) => `  ${line}`),
    ...indented(error.traceback ? drawTraceback(error, paint) : drawLine(error, source, paint)),
    '',
    `  ${paint.bold('What to do')}  ${showSafely(source.advice ?? toPlain(error.hint ?? adviceFor(error.code)))}`,
    `  ${paint.dim(`${error.code} · blame: ${error.blame}`)}`,
  ]
}

/** The catalogue's advice as plain text. */
export function adviceFor(code: FailureCode): string {
  return toPlain(failures[code].advice)
}

/** A terminal shows no code: its marks go, but not those of a Markdown fence that is spoken of. */
const toPlain = (hint: string): string => hint.replaceAll(/(?<!`)`(?!`)/g, '')

function drawTraceback({ traceback, details }: RecordError, paint: Paint): string[] {
  const lines = showSafely(traceback ?? '')
    .trimEnd()
    .split('\n')
  const line = typeof details.line === 'number' ? details.line : null
  const hit = line === null ? -1 : lines.findLastIndex((text) => namesLine(text, line))
  if (hit < 0) return lines
  // Python and Node both write the source line below the place that names it, and a mark below that.
  const hasSource = /^\s*File "|^\S*main\.[jt]s:\d+$/.test(lines[hit] ?? '')
  return lines.map((text, index) =>
    index === hit || (hasSource && index === hit + 1) ? paint.yellow(text) : paint.dim(text),
  )
}

function namesLine(text: string, line: number): boolean {
  return new RegExp(
    `^\\s*File "main\\.py", line ${line}\\b|^main\\.[jt]s:${line}$|main\\.[jt]s:${line}:\\d+\\)?$`,
  ).test(text)
}

/** Without a traceback: the line in question with those around it. */
function drawLine({ details }: RecordError, { code }: Source, paint: Paint): string[] {
  const { line } = details
  if (typeof line !== 'number') return []
  const lines = code.split('\n')
  const from = Math.max(1, line - 2)
  return lines.slice(from - 1, line + 2).map((text, index) => {
    const number = from + index
    const shown = `${number === line ? '>' : ' '} ${String(number).padStart(4)} | ${showSafely(text)}`
    return number === line ? paint.yellow(shown) : paint.dim(shown)
  })
}

function indented(lines: string[]): string[] {
  return lines.length === 0 ? [] : ['', ...lines.map((line) => `  ${line}`)]
}
