import type { ShownValue } from '../contract/output-problems.ts'
import { isObject, type JsonValue } from '../contract/values.ts'

/** About so many characters of JSON are kept: every attempt of a run and every copy of its record has them. */
const mostCharacters = 8000
const mostText = 500
const mostItems = 50
const mostLevels = 8

/**
 * A value that is short enough for a record, whatever it holds: texts and lists are cut, deep parts left out. Each member of
 * an object has an equal share, so that a large one does not hide the others.
 */
export function shortenValue(value: unknown): ShownValue {
  let isWhole = true
  const cut = <Kept extends JsonValue>(kept: Kept): Kept => {
    isWhole = false
    return kept
  }

  const shortenText = (text: string, budget: number): string => {
    const most = Math.min(mostText, Math.max(20, Math.floor(budget)))
    const kept = (text.length <= most ? text : `${text.slice(0, most)}…`).toWellFormed()
    return kept === text ? text : cut(kept)
  }

  const shorten = (at: unknown, budget: number, level: number): JsonValue => {
    if (typeof at === 'string') return shortenText(at, budget)
    if (typeof at === 'boolean' || typeof at === 'bigint' || at === null) return at
    // JSON has no form for what is too large for a number.
    if (typeof at === 'number') return Number.isFinite(at) ? at : cut(null)
    if (Array.isArray(at)) return shortenArray(at, budget, level)
    return isObject(at) ? shortenObject(at, budget, level) : cut(null)
  }

  const shortenArray = (array: readonly unknown[], budget: number, level: number): JsonValue[] => {
    const kept: JsonValue[] = []
    let left = budget
    for (const item of level < mostLevels ? array.slice(0, mostItems) : []) {
      if (left <= 0) break
      const shown = shorten(item, left, level + 1)
      left -= lengthOf(shown)
      kept.push(shown)
    }
    return kept.length === array.length ? kept : cut(kept)
  }

  const shortenObject = (object: Record<string, unknown>, budget: number, level: number): JsonValue => {
    const names = level < mostLevels ? Object.keys(object) : []
    const kept: [string, JsonValue][] = []
    let left = budget
    for (const [place, name] of names.slice(0, mostItems).entries()) {
      if (left <= 0) break
      if (name.length > mostText) continue
      const shown = shorten(object[name], left / (Math.min(names.length, mostItems) - place), level + 1)
      left -= name.length + lengthOf(shown)
      kept.push([name, shown])
    }
    const whole = Object.fromEntries(kept)
    return kept.length === Object.keys(object).length ? whole : cut(whole)
  }

  const shown = shorten(value, mostCharacters, 0)
  return { value: shown, isWhole }
}

/** About how many characters of JSON a value has. */
function lengthOf(value: JsonValue): number {
  if (typeof value === 'string') return value.length + 3
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + lengthOf(item), 2)
  if (!isObject(value)) return String(value).length + 1
  return Object.entries(value).reduce((sum, [name, member]) => sum + name.length + 4 + lengthOf(member), 2)
}
