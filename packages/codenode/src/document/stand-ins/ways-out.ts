import { isObject } from '../../contract/values.ts'
import type { Entry } from '../parts/read-entries.ts'

/** A way out of a node: the handle of its edges, and what a stand-in may call it. */
export type WayOut = { handle: string; names: readonly string[] }

/** The ways out of a node of any type. `handles`: those of its edges, for types that are not known. */
export function waysOutOf({ data, type }: Entry, handles: ReadonlySet<string>): WayOut[] {
  const plain = [...handles].filter((handle) => handle !== 'fail-branch')
  const own = ownWays(data, type === 'if-else') ?? (plain.length > 0 ? plain : ['source']).map(toWay)
  const isFailing = data.error_strategy === 'fail-branch' && !own.some(({ handle }) => handle === 'fail-branch')
  return isFailing ? [...own, toWay('fail-branch')] : own
}

/** Null: the type has no ways of its own. */
function ownWays(data: Record<string, unknown>, isIfElse: boolean): WayOut[] | null {
  if (isIfElse) {
    const cases = idsIn(data.cases, 'case_id')
    return [...(cases.length > 0 ? cases : ['true']), 'false'].map(toWay)
  }
  if (data.type === 'question-classifier') return namedWays(data.classes, ['name', 'label'])
  if (data.type === 'human-input') return namedWays(data.user_actions, ['title'])
  return null
}

function namedWays(entries: unknown, keys: readonly string[]): WayOut[] | null {
  if (!Array.isArray(entries)) return null
  const ways = entries.filter(isObject).flatMap((entry) => {
    if (typeof entry.id !== 'string') return []
    const names = keys.map((key) => entry[key]).filter((name) => typeof name === 'string' && name !== '')
    return [{ handle: entry.id, names: [entry.id, ...(names as string[])] }]
  })
  return ways.length > 0 ? ways : null
}

function idsIn(entries: unknown, key: string): string[] {
  const ids = (Array.isArray(entries) ? entries : []).map((entry: unknown) => (isObject(entry) ? entry[key] : null))
  return ids.filter((id) => typeof id === 'string')
}

function toWay(handle: string): WayOut {
  return { handle, names: [handle] }
}

/** A way as a message names it. */
export function nameWay({ handle, names }: WayOut): string {
  const [, name] = names
  return name === undefined ? JSON.stringify(handle) : `${JSON.stringify(handle)} (${name})`
}
