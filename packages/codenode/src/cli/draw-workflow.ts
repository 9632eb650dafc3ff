import { warningsOf } from '../contract/run-documents.ts'
import type { WorkflowRecord, WorkflowStatus } from '../contract/workflow-record.ts'
import { drawError, type Source } from './draw-error.ts'
import { countOf, drawUsage } from './draw-figures.ts'
import { drawOutputs } from './draw-outputs.ts'
import { drawWarnings, section } from './draw-record.ts'
import { drawSteps } from './draw-steps.ts'
import { type Paint, showSafely } from './terminal.ts'

export type DrawWorkflowOptions = {
  paint: Paint
  width: number
  /** The code of a node, for the line that failed; null where it has none. */
  sourceOf: (nodeId: string) => Source | null
}

/** A workflow's record as a person reads it: how it ended, each step, what came out, what it cost. */
export function drawWorkflow(record: WorkflowRecord, { paint, width, sourceOf }: DrawWorkflowOptions): string {
  const { outputs, error, nodes, startedAt, usage, isolation } = record
  const warnings = warningsOf(record)
  const failedNode = typeof error?.details.nodeId === 'string' ? error.details.nodeId : null
  const source = (failedNode === null ? null : sourceOf(failedNode)) ?? noSource
  const sections = [
    [drawStatus(record, paint), ...(error ? ['', ...drawError(error, source, paint)] : [])],
    nodes.length > 0 ? section('Steps', paint, drawSteps(nodes, { paint, width, startedAt })) : [],
    outputs ? section('Outputs', paint, drawOutputs(outputs, { paint, width })) : [],
    warnings.length > 0 ? section('Warnings', paint, drawWarnings(warnings, paint)) : [],
    [
      drawUsage(usage, countOf(nodes.filter(({ status }) => status !== 'skipped').length, 'node'), paint),
      paint.dim(`isolation ${isolation.level}`),
    ],
  ]
  const text = sections.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'))
  return `${text.join('\n\n')}\n`
}

const noSource: Source = { code: '' }

const signs: Record<WorkflowStatus, string> = {
  succeeded: '✓',
  'partial-succeeded': '!',
  failed: '✗',
  cancelled: '■',
}

function drawStatus({ status, workflow, exceptionsCount }: WorkflowRecord, paint: Paint): string {
  const colour = {
    succeeded: paint.green,
    'partial-succeeded': paint.yellow,
    failed: paint.red,
    cancelled: paint.yellow,
  }[status]
  const handled = exceptionsCount > 0 ? ` (${countOf(exceptionsCount, 'recovered error')})` : ''
  return `${colour(`${signs[status]} ${status}`)}${handled}  ${paint.bold(showSafely(workflow.name))}`
}
