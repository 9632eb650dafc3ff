import { buildFailure } from '../../contract/failure-values.ts'
import type { Operator } from '../../contract/operators.ts'
import type { ExecutionFailure } from '../../contract/program.ts'
import { formatSelector, type Selector } from '../../contract/selector.ts'
import { isObject, type JsonValue } from '../../contract/values.ts'
import type { PartConditions } from '../../document/node-settings.ts'
import { type Comparison, compare } from '../values/compare.ts'

export type Result = { holds: boolean } | { failure: ExecutionFailure }

/** Whether a condition is about the parts of files, such as their types; of a single file Dify selects the part itself. */
export function asksForParts(
  operator: Operator,
  actual: JsonValue,
  { conditions }: PartConditions,
): actual is JsonValue[] {
  return conditions.length > 0 && ['contains', 'not contains', 'all of'].includes(operator) && Array.isArray(actual)
}

/**
 * As Dify does: a condition holds if one of the files fits, one that says "not" if all do. The operator of the list itself
 * is not asked.
 */
export function checkParts(
  files: readonly JsonValue[],
  { logical_operator: logical, conditions }: PartConditions,
  selector: Selector,
): Result {
  for (const { key, comparison_operator: operator, value = null } of conditions) {
    const isExtension = key === 'extension'
    const expected = isExtension ? withDot(value) : value
    const results = files.map((file) => {
      const part = partOf(file, key)
      return toResult(compare(operator, isExtension ? withDot(part) : part, expected), [...selector, key], operator)
    })
    const failed = results.find((result) => 'failure' in result)
    if (failed) return failed
    const holds = (result: Result): boolean => 'holds' in result && result.holds
    const isMet = operator.includes('not') ? results.every(holds) : results.some(holds)
    if (isMet === (logical === 'or')) return { holds: isMet }
  }
  return { holds: logical === 'and' }
}

export function toResult(comparison: Comparison, selector: Selector, operator: Operator): Result {
  if ('holds' in comparison) return comparison
  const details = { variable: formatSelector(selector), operator, ...comparison.impossible }
  return { failure: buildFailure('comparison_impossible', details) }
}

/** Files are described by Dify's own names, or by the shorter ones of its conditions. */
const otherNames: Readonly<Record<string, string>> = { name: 'filename', url: 'remote_url' }

function partOf(file: JsonValue, key: string): JsonValue {
  if (!isObject(file)) return null
  return file[key] ?? file[otherNames[key] ?? key] ?? null
}

function withDot(extension: JsonValue): JsonValue {
  return typeof extension === 'string' && extension !== '' && !extension.startsWith('.') ? `.${extension}` : extension
}
