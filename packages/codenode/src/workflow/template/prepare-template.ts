import { buildFailure } from '../../contract/failure-values.ts'
import type { ServerLimits } from '../../contract/limits.ts'
import { parseNode } from '../../contract/node.ts'
import type { RunLimits } from '../../contract/program.ts'
import { isObject } from '../../contract/values.ts'
import type { TemplateSettings } from '../../contract/workflow/node-settings.ts'
import { type CheckedOutputs, readOutputs } from '../../outputs/check-outputs.ts'
import { type PreparedNode, prepareNode } from '../../prepare-node.ts'
import { toText } from '../text.ts'
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
  return {
    ...prepareNode(node, limits),
    readResult: (resultJson, runLimits) => readRendered(resultJson, limits, runLimits),
  }
}

function readRendered(resultJson: string, limits: ServerLimits, { resultBytes }: RunLimits): CheckedOutputs {
  const read = readOutputs(resultJson, 'any', { ...limits, resultBytes })
  if (read.status === 'refused' || !isObject(read.outputs.problem)) return read
  const { reason, line } = read.outputs.problem
  return {
    status: 'refused',
    failure: buildFailure('template_failed', {
      reason: toText(reason ?? null),
      line: typeof line === 'number' ? line : null,
    }),
  }
}
