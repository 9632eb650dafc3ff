import { CodenodeError } from '../../contract/error.ts'
import { splitText } from '../../contract/selector.ts'
import type { JsonValue } from '../../contract/values.ts'
import { stringifyLossless } from '../../json/json.ts'
import type { Scope } from './scope.ts'

/** A value as it stands in a text: text as it is, nothing for null, everything else as JSON. */
export function toText(value: JsonValue): string {
  if (value === null) return ''
  return typeof value === 'string' ? value : stringifyLossless(value)
}

/**
 * A text with the values in place of its references (`{{#node.variable#}}`). Throws `result_too_large` when it becomes longer
 * than a result may be: a short text can refer to a long value many times.
 */
export function fillText(text: string, scope: Scope, resultBytes: number): string {
  let length = 0
  const parts = splitText(text).map((part) => {
    const filled = typeof part === 'string' ? part : (scope.numberText(part) ?? toText(scope.get(part)))
    length += filled.length
    if (length > resultBytes) throw new CodenodeError('result_too_large', { resultBytes })
    return filled
  })
  return parts.join('')
}
