import { isObject } from 'codenode/contract'
import { toText } from './sort-rows.ts'

const mostCharacters = 72
const mostOfText = 24

/** A folded value in one line, such as `{city: "Oslo", cost: 10}`; what is inside of it, or too long, is left out. */
export function preview(value: unknown): string {
  if (Array.isArray(value)) return listed(value.map(inside), '[', ']')
  if (!isObject(value)) return inside(value)
  return listed(
    Object.entries(value).map(([name, member]) => `${name}: ${inside(member)}`),
    '{',
    '}',
  )
}

/** A text with its quotes told apart from those around it. */
export function quote(text: string): string {
  return `"${text.replaceAll(/[\\"]/g, '\\$&')}"`
}

function listed(members: readonly string[], open: string, close: string): string {
  let shown = ''
  for (const [index, member] of members.entries()) {
    const next = index === 0 ? member : `, ${member}`
    if (shown.length + next.length > mostCharacters) return `${open}${shown}${index === 0 ? '' : ', '}…${close}`
    shown += next
  }
  return open + shown + close
}

function inside(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? '[]' : '[…]'
  if (isObject(value)) return Object.keys(value).length === 0 ? '{}' : '{…}'
  if (typeof value !== 'string') return toText(value)
  const line = value.replaceAll('\n', '↵')
  return line.length > mostOfText ? `${quote(line.slice(0, mostOfText)).slice(0, -1)}…"` : quote(line)
}
