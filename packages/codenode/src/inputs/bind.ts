import { CodenodeError } from '../contract/error.ts'
import { buildFailure } from '../contract/failure-values.ts'
import { formatPath } from '../contract/paths.ts'
import type { ExecutionFailure } from '../contract/program.ts'
import type { Warning } from '../contract/record.ts'
import { copyMember } from '../json/exact-numbers.ts'
import { stringifyLossless } from '../json/json.ts'
import { utf8Length } from '../json/json-scan.ts'
import { checkJson, readInputsObject } from '../values/check-json.ts'

export type BoundInputs =
  | { status: 'bound'; inputsJson: string; inputNames: string[]; warnings: Warning[] }
  | { status: 'refused'; failure: ExecutionFailure }

/**
 * Gives each declared variable its value: null where there is none. Inputs that are not declared are dropped with a
 * warning. Inputs past `inputBytes` are refused as a value, since data decides about it; what is not JSON is the caller's
 * mistake and throws `inputs_invalid`.
 */
export function bindInputs(
  variables: readonly { variable: string }[],
  inputs: unknown,
  limits: { inputBytes: number },
): BoundInputs {
  const given = readInputsObject(inputs)

  const inputNames = variables.map(({ variable }) => variable)
  const bound: Record<string, unknown> = Object.fromEntries(inputNames.map((name) => [name, null]))
  for (const name of inputNames)
    if (Object.hasOwn(given, name) && given[name] != null) copyMember(given, name, bound, name)
  const issues = inputNames.flatMap((name) => checkJson(bound[name], ['inputs', name]))
  if (issues.length > 0) throw new CodenodeError('inputs_invalid', { issues })

  const inputsJson = stringifyLossless(bound)
  if (utf8Length(inputsJson, limits.inputBytes) > limits.inputBytes) {
    return { status: 'refused', failure: buildFailure('inputs_too_large', { inputBytes: limits.inputBytes }) }
  }
  return { status: 'bound', inputsJson, inputNames, warnings: warnUndeclared(given, inputNames) }
}

function warnUndeclared(given: Record<string, unknown>, inputNames: readonly string[]): Warning[] {
  return Object.keys(given)
    .filter((name) => !inputNames.includes(name))
    .slice(0, 100)
    .map((name) => {
      const path = formatPath('inputs', [name])
      return {
        code: 'input_undeclared',
        path,
        message: `${path} is not a variable of the node and was dropped.`,
      }
    })
}
