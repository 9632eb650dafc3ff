import stringWidth from 'string-width'
import type { RecordError } from '../contract/record.ts'
import type { WorkflowNodeRecord, WorkflowNodeStatus } from '../contract/workflow-record.ts'
import { stringifyLossless } from '../json/json.ts'
import { cutTo, padTo } from './columns.ts'
import { formatMs } from './draw-figures.ts'
import { type Paint, showSafely } from './terminal.ts'

type Options = { paint: Paint; width: number; startedAt: string }

const barCells = 12
const titleColumns = 34

/** As people say it. */
const typeNames: Readonly<Record<string, string>> = { 'template-transform': 'template', 'variable-aggregator': 'join' }

export const signs: Record<WorkflowNodeStatus, string> = {
  succeeded: '✓',
  exception: '!',
  failed: '✗',
  skipped: '–',
  cancelled: '■',
}

/**
 * A line for each node, and one more for a failure; the bars share one scale, so that what ran at the same time can be seen.
 */
export function drawSteps(nodes: readonly WorkflowNodeRecord[], { paint, width, startedAt }: Options): string[] {
  const first = Date.parse(startedAt)
  const ends = nodes.map((node) => (node.startedAt ? Date.parse(node.startedAt) - first + node.durationMs : 0))
  const totalMs = Math.max(1, ...ends)
  const titleWidth = widest(titleColumns, nodes.map(titleOf))
  const typeWidth = widest(titleColumns, nodes.map(typeOf))
  const room = Math.max(20, width - titleWidth - typeWidth - barCells - 20)
  return nodes.flatMap((node) => {
    const colour = colourOf(node.status, paint)
    const title = padTo(titleWidth, cutTo(titleWidth, titleOf(node)))
    const time = (node.startedAt ? formatMs(node.durationMs) : '').padStart(9)
    const bar = drawBar(node, { first, totalMs, paint })
    const said = paint.dim(cutTo(room, sayWhatCame(node)))
    const line = `  ${colour(signs[node.status])} ${title}  ${paint.dim(padTo(typeWidth, typeOf(node)))}  ${bar} ${time}  ${said}`
    const failure = node.error ? [`    ${colour(cutTo(Math.max(20, width - 4), sayFailure(node, node.error)))}`] : []
    return [line.trimEnd(), ...failure]
  })
}

const titleOf = ({ title }: WorkflowNodeRecord): string => showSafely(title)
const typeOf = ({ type, standIn }: WorkflowNodeRecord): string =>
  `${showSafely(typeNames[type] ?? type)}${standIn ? ' (stood in)' : ''}`
const widest = (most: number, texts: string[]): number =>
  Math.min(most, Math.max(0, ...texts.map((text) => stringWidth(text))))

export function colourOf(status: WorkflowNodeStatus, paint: Paint): (text: string) => string {
  return {
    succeeded: paint.green,
    exception: paint.yellow,
    failed: paint.red,
    skipped: paint.dim,
    cancelled: paint.yellow,
  }[status]
}

function drawBar(node: WorkflowNodeRecord, scale: { first: number; totalMs: number; paint: Paint }): string {
  const { first, totalMs, paint } = scale
  if (!node.startedAt) return paint.dim('·'.repeat(barCells))
  const from = Date.parse(node.startedAt) - first
  const start = Math.min(barCells - 1, Math.floor((from / totalMs) * barCells))
  const length = Math.min(barCells - start, Math.max(1, Math.round((node.durationMs / totalMs) * barCells)))
  const bar = colourOf(node.status, paint)('█'.repeat(length))
  return paint.dim('·'.repeat(start)) + bar + paint.dim('·'.repeat(barCells - start - length))
}

function sayWhatCame({ type, status, error, outputs, branch, iterations }: WorkflowNodeRecord): string {
  if (status === 'skipped') return 'skipped'
  if (iterations) return `${iterations.count} items${countOf(iterations.failed, 'failed')}`
  if (error || type === 'start') return ''
  if (type === 'if-else') return `→ ${branch ?? ''}`
  return outputs ? showSafely(stringifyLossless(outputs)) : ''
}

function sayFailure({ status, branch }: WorkflowNodeRecord, { code, message }: RecordError): string {
  const handled = branch === 'fail-branch' ? ' → fail branch' : ' → default values'
  return `${code}${status === 'exception' ? handled : ''}: ${showSafely(message).split('\n')[0]}`
}

const countOf = (count: number, what: string): string => (count > 0 ? `, ${count} ${what}` : '')
