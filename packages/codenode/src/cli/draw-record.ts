import type { Attempt, RunRecord, RunStatus, Warning } from '../contract/record.ts'
import { cutTo } from './columns.ts'
import { drawError, type Source } from './draw-error.ts'
import { countOf, drawUsage, formatMs } from './draw-figures.ts'
import { drawOutputs } from './draw-outputs.ts'
import { type Paint, showSafely } from './terminal.ts'

export type DrawOptions = { paint: Paint; width: number; source: Source }

/** A record as a person reads it: what came out, what went wrong and what to do, what it cost. */
export function drawRecord(record: RunRecord, { paint, width, source }: DrawOptions): string {
  const { outputs, error, warnings, attempts } = record
  const sections = [
    [drawStatus(record, paint), ...(error ? ['', ...drawError(error, source, paint)] : [])],
    outputs ? section('Outputs', paint, drawOutputs(outputs, { paint, width })) : [],
    warnings.length > 0 ? section('Warnings', paint, drawWarnings(warnings, paint)) : [],
    attempts.length > 1 ? section('Attempts', paint, drawAttempts(attempts, { paint, width })) : [],
    drawFigures(record, paint),
  ]
  const text = sections.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'))
  return `${text.join('\n\n')}\n`
}

const signs: Record<RunStatus, string> = { succeeded: '✓', exception: '!', failed: '✗', cancelled: '■' }

function drawStatus({ status, node, branch, error }: RunRecord, paint: Paint): string {
  const colour = { succeeded: paint.green, exception: paint.yellow, failed: paint.red, cancelled: paint.yellow }[status]
  const handled =
    status === 'exception' && error
      ? ` (${error.code}, recovered: ${branch === 'fail-branch' ? 'takes the fail branch' : 'continues with default values'})`
      : ''
  return `${colour(`${signs[status]} ${status}`)}${handled}  ${paint.bold(showSafely(node.title))}`
}

export function drawWarnings(warnings: readonly Warning[], paint: Paint): string[] {
  return warnings.map(({ message }) => `  ${paint.yellow('!')} ${showSafely(message)}`)
}

export function section(title: string, paint: Paint, lines: string[]): string[] {
  return [paint.bold(title), ...lines]
}

const barCells = 24

/** One line for each attempt; the bars share one scale, so that the waits between them can be seen. */
function drawAttempts(attempts: readonly Attempt[], { paint, width }: Pick<DrawOptions, 'paint' | 'width'>): string[] {
  const first = Date.parse(attempts[0]?.startedAt ?? '')
  const spans = attempts.map(({ startedAt, durationMs }) => ({ from: Date.parse(startedAt) - first, durationMs }))
  const totalMs = Math.max(1, ...spans.map(({ from, durationMs }) => from + durationMs))
  return attempts.map((attempt, index) => {
    const { from = 0, durationMs = 0 } = spans[index] ?? {}
    const start = Math.min(barCells - 1, Math.floor((from / totalMs) * barCells))
    const length = Math.min(barCells - start, Math.max(1, Math.round((durationMs / totalMs) * barCells)))
    const colour = attempt.status === 'succeeded' ? paint.green : paint.red
    const bar =
      paint.dim('·'.repeat(start)) + colour('█'.repeat(length)) + paint.dim('·'.repeat(barCells - start - length))
    const when = `+${formatMs(from)}`.padStart(10)
    const took = formatMs(durationMs).padStart(10)
    const said = attempt.error ? showSafely(attempt.error.message).split('\n')[0] : 'succeeded'
    return `  ${attempt.index}  ${bar}  ${when} ${took}  ${cutTo(Math.max(20, width - 56), said ?? '')}`
  })
}

function drawFigures({ usage, isolation, attempts }: RunRecord, paint: Paint): string[] {
  return [drawUsage(usage, countOf(attempts.length, 'attempt'), paint), paint.dim(`isolation ${isolation.level}`)]
}
