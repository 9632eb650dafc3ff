import type { Operator } from '../../contract/operators.ts'
import { describeValue, isObject, type JsonValue } from '../../contract/values.ts'
import { parseLossless } from '../../json/json.ts'
import { toText } from './text.ts'

/** `impossible`: the operator cannot look at such a value. */
export type Comparison = { holds: boolean } | { impossible: { found: string; allowed: string } }

/**
 * Compares as Dify does: what is null fails every comparison but `empty`, `null`, `not exists`, `not contains` and `not in`;
 * `empty` also holds for 0 and false. Unlike there, a number may be given as text, and text compared with any scalar.
 */
export function compare(operator: Operator, actual: JsonValue, expected: JsonValue): Comparison {
  switch (operator) {
    case 'null':
    case 'not exists':
      return { holds: actual === null }
    case 'not null':
    case 'exists':
      return { holds: actual !== null }
    case 'empty':
      return { holds: isEmpty(actual) }
    case 'not empty':
      return { holds: !isEmpty(actual) }
    case 'contains':
      return contains(actual, expected)
    case 'not contains':
      return invert(contains(actual, expected))
    case 'start with':
      return ofText(actual, (text) => text.startsWith(toText(expected)))
    case 'end with':
      return ofText(actual, (text) => text.endsWith(toText(expected)))
    case 'is':
      return actual === null ? { holds: false } : isSame(actual, expected)
    case 'is not':
      return actual === null ? { holds: false } : invert(isSame(actual, expected))
    case 'in':
      return isAmong(actual, expected)
    case 'not in':
      return invert(isAmong(actual, expected))
    case 'all of':
      return hasAll(actual, expected)
    case '=':
    case '≠':
    case '>':
    case '<':
    case '≥':
    case '≤':
      return compareNumbers(operator, actual, expected)
  }
}

function invert(comparison: Comparison): Comparison {
  return 'holds' in comparison ? { holds: !comparison.holds } : comparison
}

function impossible(value: JsonValue, allowed: string): Comparison {
  return { impossible: { found: describeValue(value), allowed } }
}

/** What Python takes for false. */
function isEmpty(value: JsonValue): boolean {
  if (Array.isArray(value)) return value.length === 0
  if (isObject(value)) return Object.keys(value).length === 0
  return !value
}

function ofText(actual: JsonValue, holds: (text: string) => boolean): Comparison {
  if (isEmpty(actual)) return { holds: false }
  return typeof actual === 'string' ? { holds: holds(actual) } : impossible(actual, 'a string')
}

function contains(actual: JsonValue, expected: JsonValue): Comparison {
  if (isEmpty(actual)) return { holds: false }
  if (typeof actual === 'string') return { holds: actual.includes(toText(expected)) }
  if (Array.isArray(actual)) return { holds: actual.some((element) => isEqual(element, expected)) }
  return impossible(actual, 'a string or an array')
}

function isSame(actual: JsonValue, expected: JsonValue): Comparison {
  return typeof actual === 'object'
    ? impossible(actual, 'a string, a number, or true or false')
    : { holds: isEqual(actual, expected) }
}

function isAmong(actual: JsonValue, expected: JsonValue): Comparison {
  if (isEmpty(actual)) return { holds: false }
  const list = toList(expected)
  return list
    ? { holds: list.some((element) => isEqual(actual, element)) }
    : impossible(expected, 'an array to look in')
}

function hasAll(actual: JsonValue, expected: JsonValue): Comparison {
  if (isEmpty(actual)) return { holds: false }
  const list = toList(expected)
  if (!list) return impossible(expected, 'an array to look for')
  const results = list.map((element) => contains(actual, element))
  return results.find((it) => 'impossible' in it) ?? { holds: results.every((it) => 'holds' in it && it.holds) }
}

/** Forms write lists as JSON text or as one value. */
function toList(expected: JsonValue): JsonValue[] | null {
  if (Array.isArray(expected)) return expected
  if (typeof expected !== 'string') return null
  if (!expected.trimStart().startsWith('[')) return [expected]
  const parsed = tryParse(expected)
  return Array.isArray(parsed) ? (parsed as JsonValue[]) : [expected]
}

/** What is compared with stands in the document as text, also for numbers and true or false. */
function isEqual(actual: JsonValue, expected: JsonValue): boolean {
  if (typeof actual === 'boolean') return actual === toBoolean(expected)
  if (typeof actual === 'number' || typeof actual === 'bigint') {
    const number = toNumber(expected)
    return number !== null && !(number < actual) && !(number > actual)
  }
  return actual !== null && toText(actual) === toText(expected)
}

function toBoolean(value: JsonValue): boolean | null {
  if (typeof value === 'boolean') return value
  const text = toText(value).trim().toLowerCase()
  if (text === 'true' || text === '1') return true
  return text === 'false' || text === '0' ? false : null
}

function compareNumbers(
  operator: '=' | '≠' | '>' | '<' | '≥' | '≤',
  actual: JsonValue,
  expected: JsonValue,
): Comparison {
  if (actual === null) return { holds: false }
  const left = toNumber(actual)
  const right = toNumber(expected)
  if (left === null) return impossible(actual, 'a number')
  if (right === null) return impossible(expected, 'a number to compare with')
  // A bigint compares exactly with a number only by < and >.
  const isLess = left < right
  const isMore = left > right
  const results = {
    '=': !isLess && !isMore,
    '≠': isLess || isMore,
    '>': isMore,
    '<': isLess,
    '≥': !isLess,
    '≤': !isMore,
  }
  return { holds: results[operator] }
}

function toNumber(value: JsonValue): number | bigint | null {
  if (typeof value === 'number' || typeof value === 'bigint') return value
  if (typeof value === 'boolean') return Number(value)
  if (typeof value !== 'string') return null
  const text = value.trim()
  if (/^-?(0|[1-9]\d*)$/.test(text)) return parseLossless(text) as number | bigint
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : null
}

function tryParse(text: string): unknown {
  try {
    return parseLossless(text)
  } catch {
    // No JSON: then it is one value.
    return null
  }
}
