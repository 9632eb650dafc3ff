import { isObject } from 'codenode/contract'
import type { UpstreamVariable } from '../../graph/document.ts'

export type Entry = Readonly<Record<string, unknown>>

/** The entries of a list in a node's data; what is no object is passed over. */
export function entriesOf(value: unknown): Entry[] {
  return Array.isArray(value) ? value.filter(isObject) : []
}

export function replaceAt<Item>(list: readonly Item[], index: number, item: Item): Item[] {
  return list.map((before, at) => (at === index ? item : before))
}

export function removeAt<Item>(list: readonly Item[], index: number): Item[] {
  return list.filter((_, at) => at !== index)
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' || typeof value === 'bigint' ? String(value) : ''
}

/** Whether a selector is that of a variable. */
export function isSelector(selector: unknown, variable: UpstreamVariable | null): boolean {
  return Array.isArray(selector) && variable !== null && selector.join('\n') === variable.selector.join('\n')
}
