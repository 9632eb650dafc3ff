import { buildFailure } from '../../contract/failure-values.ts'
import type { RunLimits, ServerLimits } from '../../contract/limits.ts'
import type { Warning } from '../../contract/record.ts'
import { isObject } from '../../contract/values.ts'
import type { TemplateSettings } from '../../document/node-settings.ts'
import { type CheckedOutputs, readOutputs } from '../../outputs/check-outputs.ts'
import { parseNode } from '../../reading/read-node.ts'
import { type PreparedNode, prepareNode } from '../../run/prepare-node.ts'
import { toText } from '../values/text.ts'
import { templateProgram } from './program.ts'

/** A template as a Code node whose program is ours and whose inputs are the template and its variables. */
export function prepareTemplate(title: string, settings: TemplateSettings, limits: ServerLimits): PreparedNode {
  const { retry_config, error_strategy, default_value } = settings
  const node = parseNode({
    type: 'code',
    title,
    code: templateProgram,
    variables: [{ variable: 'template' }, { variable: 'variables' }],
    outputs: { output: { type: 'string' } },
    retry_config,
    error_strategy,
    default_value,
  })
  const names = settings.variables.map(({ variable }) => variable)
  return {
    ...prepareNode(node, limits),
    readResult: (resultJson, runLimits) => readRendered(resultJson, names, limits, runLimits),
  }
}

function readRendered(
  resultJson: string,
  names: readonly string[],
  limits: ServerLimits,
  { resultBytes }: RunLimits,
): CheckedOutputs {
  const read = readOutputs(resultJson, 'any', { ...limits, resultBytes })
  if (read.status === 'refused') return read
  if (!isObject(read.outputs.problem)) return withoutUnknown(read, names)
  const { reason, line } = read.outputs.problem
  return {
    status: 'refused',
    failure: buildFailure('template_failed', {
      reason: toText(reason ?? null),
      line: typeof line === 'number' ? line : null,
    }),
  }
}

/** The text, and a warning that lists the names in the template that are no variable: they are rendered as nothing. */
function withoutUnknown(read: Extract<CheckedOutputs, { status: 'passed' }>, names: readonly string[]): CheckedOutputs {
  const { output = null, unknown } = read.outputs
  const listed = Array.isArray(unknown) ? unknown.map(toText) : []
  return { ...read, outputs: { output }, warnings: [...read.warnings, ...warnOfUnknown(listed, names)] }
}

function warnOfUnknown(unknown: readonly string[], names: readonly string[]): Warning[] {
  if (unknown.length === 0) return []
  const some = unknown.length === 1 ? `${unknown[0]} is no variable` : `${unknown.join(', ')} are no variables`
  const has = names.length > 0 ? ` The variables are: ${names.join(', ')}.` : ' The node has no variables.'
  const message = `In the template, ${some}, so nothing stands in ${unknown.length === 1 ? 'its' : 'their'} place.${has}`
  return [{ code: 'template_name_unknown', path: 'template', message }]
}
