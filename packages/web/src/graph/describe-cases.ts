import { isObject, stringifyLossless } from 'codenode/contract'
import type { NodeData } from './document.ts'
import { takesValue } from './operators.ts'

/** The first condition of an if-else node as people read it, and how many more there are; null: none is chosen yet. */
export function describeCases({ cases, conditions }: NodeData): string | null {
  const lists = Array.isArray(cases) && cases.length > 0 ? cases.filter(isObject) : [{ conditions }]
  const all = lists.flatMap((entry) => (Array.isArray(entry.conditions) ? entry.conditions.filter(isObject) : []))
  const [first, ...more] = all
  const text = first && describeCondition(first)
  return text ? text + (more.length > 0 ? ` +${more.length}` : '') : null
}

function describeCondition(condition: Readonly<Record<string, unknown>>): string | null {
  const { variable_selector: selector, comparison_operator: operator, value } = condition
  if (!Array.isArray(selector) || selector.length < 2 || typeof operator !== 'string') return null
  const text = typeof value === 'string' ? value : stringifyLossless(value ?? '')
  const compared = takesValue(operator) ? ` ${text}` : ''
  return `${selector.slice(1).join('.')} ${operator}${compared}`.trim()
}
