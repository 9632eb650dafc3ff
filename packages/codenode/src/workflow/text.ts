import { stringifyLossless } from '../contract/json.ts'
import type { JsonValue } from '../contract/values.ts'
import { splitText } from '../contract/workflow/selector.ts'
import type { Scope } from './scope.ts'

/** A value as it stands in a text: text as it is, nothing for null, everything else as JSON. */
export function toText(value: JsonValue): string {
  if (value === null) return ''
  return typeof value === 'string' ? value : stringifyLossless(value)
}

/** A text with the values in place of its references (`{{#node.variable#}}`). */
export function fillText(text: string, scope: Scope): string {
  return splitText(text)
    .map((part) => (typeof part === 'string' ? part : toText(scope.get(part))))
    .join('')
}
