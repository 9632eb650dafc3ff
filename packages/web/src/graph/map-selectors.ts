import { isObject, splitText } from 'codenode/contract'
import type { NodeData } from './document.ts'

export type ChangeSelector = (selector: readonly string[]) => readonly string[]

/**
 * A node's settings with every selector changed: lists such as `value_selector`, the variables of an aggregator, and
 * `{{#node.variable#}}` in texts. Nodes of any type, also those that are not run. Parts that do not change stay the same
 * objects.
 */
export function mapSelectors(data: NodeData, change: ChangeSelector): NodeData {
  return mapMembers(data, change) as NodeData
}

/** Each selector with the path of the place where it stands. */
export function selectorsIn(data: NodeData): { selector: readonly string[]; path: string }[] {
  const found: { selector: readonly string[]; path: string }[] = []
  walk(data, '', (selector, path) => {
    found.push({ selector, path })
    return selector
  })
  return found
}

/** Keys whose text is a program or for people: what looks like a selector in it is none. */
const ownTexts = new Set(['code', 'template', 'title', 'desc', 'type', 'id'])

function mapMembers(data: Readonly<Record<string, unknown>>, change: ChangeSelector): unknown {
  return walk(data, '', (selector) => change(selector))
}

type Visit = (selector: readonly string[], path: string) => readonly string[]

function walk(value: unknown, path: string, visit: Visit, key = ''): unknown {
  if (typeof value === 'string') return ownTexts.has(key) ? value : mapText(value, path, visit)
  if (Array.isArray(value)) {
    if (isSelector(value, key)) {
      const changed = visit(value, path)
      return isSame(value, changed) ? value : changed
    }
    const items = value.map((item: unknown, index) => walk(item, `${path}[${index}]`, visit, key))
    return items.every((item, index) => item === value[index]) ? value : items
  }
  if (!isObject(value)) return value
  const members = Object.entries(value).map(
    ([name, member]) => [name, walk(member, path === '' ? name : `${path}.${name}`, visit, name)] as const,
  )
  return members.every(([name, member]) => member === value[name]) ? value : Object.fromEntries(members)
}

/** A list of texts under a key that holds selectors: `…_selector`, or `variables` whose elements are selectors. */
function isSelector(value: readonly unknown[], key: string): value is string[] {
  return (
    value.length >= 2 &&
    value.every((step) => typeof step === 'string') &&
    (key.endsWith('selector') || key === 'variables')
  )
}

function mapText(text: string, path: string, visit: Visit): string {
  if (!text.includes('{{#')) return text
  return splitText(text)
    .map((part) => (typeof part === 'string' ? part : `{{#${visit(part, path).join('.')}#}}`))
    .join('')
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((step, index) => step === b[index])
}
