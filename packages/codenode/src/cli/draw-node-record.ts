import type { WorkflowNodeRecord } from '../contract/workflow-record.ts'
import { drawError, type Source } from './draw-error.ts'
import { formatMs } from './draw-figures.ts'
import { drawOutputs } from './draw-outputs.ts'
import { drawRecord, section } from './draw-record.ts'
import { colourOf, signs } from './draw-steps.ts'
import { type Paint, showSafely } from './terminal.ts'

type Options = { paint: Paint; width: number; source: Source | null }

/** One node of a workflow as a person reads it: as a node alone where it ran code. */
export function drawNodeRecord(node: WorkflowNodeRecord, { paint, width, source }: Options): string {
  const { run, status, title, error, outputs, branch, durationMs } = node
  if (run && source) return drawRecord(run, { paint, width, source })
  const way = branch !== null && branch !== 'source' ? `  → ${showSafely(branch)}` : ''
  const sections = [
    [`${colourOf(status, paint)(`${signs[status]} ${status}`)}  ${paint.bold(showSafely(title))}${way}`],
    error ? drawError(error, { code: '' }, paint) : [],
    outputs && Object.keys(outputs).length > 0 ? section('Outputs', paint, drawOutputs(outputs, { paint, width })) : [],
    [paint.dim(formatMs(durationMs))],
  ]
  const text = sections.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'))
  return `${text.join('\n\n')}\n`
}
