import { selectorsInText } from '../../contract/selector.ts'
import { isObject } from '../../contract/values.ts'
import type { Entry } from '../parts/read-entries.ts'

/** What a later node takes a variable for. */
export type UsedAs = 'text' | 'number' | 'boolean' | 'object' | 'list' | 'list of texts' | 'list of objects'

/** A variable that later nodes read, and what they need of it. `steps`: the nested keys that are read. */
export type Use = { name: string; steps: readonly string[]; as: UsedAs | null }

/** Deeper than any settings. */
const maxDepth = 32

/** What is read of each node, found in the settings of nodes of whatever type: selectors, and references in texts. */
export function findUses(entries: readonly Entry[]): ReadonlyMap<string, readonly Use[]> {
  const ids = new Set(entries.map(({ id }) => id))
  const uses = new Map<string, Use[]>()
  const add = ([id = '', name, ...steps]: readonly string[], as: UsedAs | null): void => {
    if (name === undefined || !ids.has(id)) return
    const known = uses.get(id)
    if (known) known.push({ name, steps, as })
    else uses.set(id, [{ name, steps, as }])
  }
  for (const { data } of entries) walk(data, { key: '', around: {}, depth: 0 }, add)
  return uses
}

type At = { key: string; around: Record<string, unknown>; depth: number }
type Add = (selector: readonly string[], as: UsedAs | null) => void

function walk(value: unknown, { key, around, depth }: At, add: Add): void {
  if (depth > maxDepth) return
  if (typeof value === 'string') {
    if (value.includes('{{#')) for (const selector of selectorsInText(value)) add(selector, 'text')
  } else if (Array.isArray(value)) {
    if (isSelector(value)) add(value, toUse(key, around))
    for (const item of value) walk(item, { key, around, depth: depth + 1 }, add)
  } else if (isObject(value)) {
    for (const [name, member] of Object.entries(value))
      walk(member, { key: name, around: value, depth: depth + 1 }, add)
  }
}

function isSelector(value: readonly unknown[]): value is readonly string[] {
  return value.length >= 2 && value.every((step) => typeof step === 'string')
}

/** From what stands beside the selector: the type that editors write, or the operator that it is compared with. */
function toUse(key: string, around: Record<string, unknown>): UsedAs | null {
  if (key === 'iterator_selector') return 'list'
  const written = around.value_type ?? around.varType ?? around.variable_type
  const known = typeof written === 'string' ? types[written] : undefined
  if (known) return known
  return numeric.has(String(around.comparison_operator)) ? 'number' : null
}

const types: Readonly<Record<string, UsedAs>> = {
  string: 'text',
  number: 'number',
  boolean: 'boolean',
  object: 'object',
  'array[string]': 'list of texts',
  'array[number]': 'list',
  'array[object]': 'list of objects',
  'array[file]': 'list',
  array: 'list',
}

const numeric = new Set(['>', '<', '≥', '≤', '=', '≠'])
