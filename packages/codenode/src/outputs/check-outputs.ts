import { buildFailure } from '../contract/failure-values.ts'
import type { OutputLimits } from '../contract/limits.ts'
import type { Language } from '../contract/node-words.ts'
import type { OutputProblem } from '../contract/output-problems.ts'
import type { ExecutionFailure } from '../contract/program.ts'
import type { Warning } from '../contract/record.ts'
import { describeValue, isObject, type JsonValue, type OutputSpecs } from '../contract/values.ts'
import { parseLossless } from '../json/json.ts'
import { JsonError } from '../json/json-scan.ts'
import { checkUndeclared, checkValue, type ValueCheck } from '../values/check-value.ts'
import { shortenValue } from '../values/shorten-value.ts'
import { adviseOutputs } from './hints.ts'

/** The outputs that a result must have; `any`: whatever it holds, within the limits. */
export type ExpectedOutputs = OutputSpecs | 'any'

export type CheckedOutputs =
  | { status: 'passed'; outputs: Record<string, JsonValue>; warnings: Warning[] }
  | { status: 'refused'; failure: ExecutionFailure }

/**
 * Reads and checks what `main` returned, by the rules of docs/writing-code.md. Never throws, whatever the text is. The result is hostile:
 * bytes and nesting are looked at before it is parsed. `language`: whose words a hint uses.
 */
export function readOutputs(
  resultJson: string,
  specs: ExpectedOutputs,
  limits: OutputLimits & { resultBytes: number },
  language: Language = 'python',
): CheckedOutputs {
  try {
    const { resultBytes: maxBytes, maxValues, maxPrecision: maxPlaces } = limits
    return checkOutputs(parseLossless(resultJson, { maxBytes, maxValues, maxPlaces }), specs, limits, language)
  } catch (error) {
    if (!(error instanceof JsonError)) throw error
    return { status: 'refused', failure: toFailure(error, limits) }
  }
}

/** Checks a parsed result against the declared outputs and the limits. */
export function checkOutputs(
  result: unknown,
  specs: ExpectedOutputs,
  limits: OutputLimits,
  language: Language = 'python',
): CheckedOutputs {
  if (!isObject(result)) {
    return { status: 'refused', failure: buildFailure('result_not_object', { found: describeValue(result) }) }
  }
  const check = specs === 'any' ? checkUndeclared(result, limits) : checkValue(result, specs, limits)
  if (check.problemCount > 0)
    return { status: 'refused', failure: buildOutputFailure(check, result, { specs, language }) }
  return { status: 'passed', outputs: check.outputs, warnings: check.undeclared.map(toWarning) }
}

/**
 * One failure for all problems of a result. Its code is that of the first problem: a missing output if there is one,
 * because the result often says why (`{"error": …}`), otherwise the first in declared order.
 */
function buildOutputFailure(
  check: ValueCheck,
  result: Record<string, unknown>,
  { specs, language }: { specs: ExpectedOutputs; language: Language },
): ExecutionFailure {
  const { problems, problemCount } = check
  // There is at least one problem, or this would not be called.
  const first = problems[0] as OutputProblem
  const isMissing = isMissingOutput(first)
  const returned = isMissing ? findReturnedError(result) : undefined
  const returnedKeys = isMissing ? Object.keys(result).slice(0, mostKeys).map(cutKey) : undefined
  const shown = { ...(returned && { returned }), ...(returnedKeys && { returnedKeys }), result: shortenValue(result) }
  const declared = specs === 'any' ? {} : specs
  const hint = adviseOutputs(check, result, { specs: declared, language })
  return buildFailure(first.code, { problems, problemCount, ...shown }, { hint })
}

/** So many keys of a result are named. */
const mostKeys = 20

const cutKey = (key: string): string => (key.length <= 100 ? key : `${key.slice(0, 100)}…`)

/** One of the outputs themselves, not a member of one. */
function isMissingOutput({ code, path }: OutputProblem): boolean {
  return code === 'output_missing' && /^outputs\.\w+$/.test(path)
}

function findReturnedError(result: Record<string, unknown>): { key: string; text: string } | undefined {
  for (const key of ['error', 'message']) {
    const text = Object.hasOwn(result, key) ? result[key] : undefined
    if (typeof text === 'string') return { key, text: text.slice(0, 4000) }
  }
  return undefined
}

function toWarning(path: string): Warning {
  return { code: 'output_undeclared', path, message: `${path} is not declared as an output and was dropped.` }
}

function toFailure({ problem }: JsonError, limits: OutputLimits & { resultBytes: number }): ExecutionFailure {
  switch (problem.kind) {
    case 'too_large':
      return buildFailure('result_too_large', { resultBytes: limits.resultBytes })
    case 'too_many_values':
      return buildFailure('result_too_many_values', { maxValues: limits.maxValues })
    case 'too_deep': {
      const allowed = `nested at most ${limits.maxDepth} levels deep`
      const found = 'nested in more than 1000 levels'
      return buildFailure('output_too_deep', {
        problems: [{ path: 'outputs', code: 'output_too_deep', found, allowed }],
        problemCount: 1,
      })
    }
    case 'not_finite':
    case 'malformed':
      return buildFailure('result_malformed', { reason: problem.message })
  }
}
