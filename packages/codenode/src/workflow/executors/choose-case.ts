import type { ExecutionFailure } from '../../contract/program.ts'
import type { JsonValue } from '../../contract/values.ts'
import type { Case, Condition } from '../../document/node-settings.ts'
import { compare } from '../values/compare.ts'
import type { Scope } from '../values/scope.ts'
import { fillText } from '../values/text.ts'
import { asksForParts, checkParts, type Result, toResult } from './check-parts.ts'

export type Choice = { caseId: string | null } | { failure: ExecutionFailure }

/** The first case whose conditions hold; null: none does, so the way is `false`. */
export function chooseCase(cases: readonly Case[], scope: Scope, textBytes: number): Choice {
  for (const { case_id: caseId, logical_operator: operator, conditions } of cases) {
    const result = checkConditions(conditions, operator, { scope, textBytes })
    if ('failure' in result) return result
    if (result.holds) return { caseId }
  }
  return { caseId: null }
}

/** Stops at the first condition that decides, as Dify does. Without conditions `and` holds, `or` does not. */
type Around = { scope: Scope; textBytes: number }

function checkConditions(conditions: readonly Condition[], operator: 'and' | 'or', around: Around): Result {
  for (const condition of conditions) {
    const result = checkCondition(condition, around)
    if ('failure' in result || result.holds === (operator === 'or')) return result
  }
  return { holds: operator === 'and' }
}

function checkCondition(condition: Condition, around: Around): Result {
  const { variable_selector: selector, comparison_operator: operator } = condition
  const actual = around.scope.get(selector)
  const parts = condition.sub_variable_condition
  if (parts && asksForParts(operator, actual, parts)) return checkParts(actual, parts, selector)
  const comparison = compare(operator, actual, toExpected(condition.value, around))
  return toResult(comparison, selector, operator)
}

function toExpected(value: Condition['value'], { scope, textBytes }: Around): JsonValue {
  if (typeof value === 'string') return fillText(value, scope, textBytes)
  if (Array.isArray(value)) return value.map((element) => fillText(element, scope, textBytes))
  return value ?? null
}
