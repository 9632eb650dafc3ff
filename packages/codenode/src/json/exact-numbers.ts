/**
 * Numbers of JSON that a number of JavaScript cannot tell apart or cannot hold: floats whose value is whole (`7.0`, `-0.0`,
 * `1e3`), and those of more digits than a double has. Values are ordinary numbers; what was written is known beside the
 * object or array that they stand in, and is written in their place. Where a member is copied, that is copied with it by
 * the functions below.
 */

type Key = string | number
type Container = object
type Exact = {
  /** The members that are floats, whole or not; `all`: no number in the container is an integer. */
  floats: 'all' | Set<Key>
  /** Texts of more digits than the value has. */
  long: Map<Key, LongNumber>
  /** With copies, so that none may change it for the others. */
  isShared: boolean
}
export type LongNumber = { text: string; value: number }

const exactOf = new WeakMap<Container, Exact>()

// Node 24 and today's browsers have it, TypeScript's library of ES2024 not yet.
export const { rawJSON, isRawJSON } = JSON as unknown as {
  rawJSON?: (json: string) => unknown
  isRawJSON?: (value: unknown) => value is { rawJSON: string }
}

/** Says which numbers of a container are exact. An older browser writes them as it writes any other. */
export function keepExact(container: Container, floats: 'all' | readonly Key[], long: Map<Key, LongNumber>): void {
  keep(container, { floats: floats === 'all' ? 'all' : new Set(floats), long, isShared: false })
}

/** The exact text of a member; undefined where the number says it all. */
export function numberText(container: Container, key: Key): string | undefined {
  const exact = exactOf.get(container)
  return exact && textIn(exact, toKey(container, key), (container as Record<Key, unknown>)[key])
}

/** Sets a member to that of another container, exact as it is there. */
export function copyMember(from: Container, fromKey: Key, to: Container, key: Key): void {
  const value = (from as Record<Key, unknown>)[fromKey]
  // Defined and not assigned where an assignment would set the prototype.
  if (key === '__proto__')
    Object.defineProperty(to, key, { value, enumerable: true, configurable: true, writable: true })
  else (to as Record<Key, unknown>)[key] = value
  if (typeof value !== 'number' || !(exactOf.has(from) || exactOf.has(to))) return
  noteMember(to, toKey(to, key), value, numberText(from, fromKey))
}

/** Sets a member to the number that a text stands for, exact as it is written. */
export function setNumber(container: Container, key: Key, text: string): void {
  const value = Number(text)
  ;(container as Record<Key, unknown>)[key] = value
  noteMember(container, toKey(container, key), value, text)
}

/** For a copy of a container whose members have the same names: its numbers are as exact. */
export function copyExact<Copy extends Container>(from: Container, copy: Copy): Copy {
  const exact = exactOf.get(from)
  if (exact) {
    exact.isShared = true
    keep(copy, exact)
  }
  return copy
}

/** The members of all containers in one new object, exact as they are; of members with one name the last counts. */
export function mergeMembers<Value>(...containers: readonly Readonly<Record<string, Value>>[]): Record<string, Value> {
  const merged: Record<string, Value> = {}
  for (const container of containers) for (const key of Object.keys(container)) copyMember(container, key, merged, key)
  return merged
}

/** The text of what JSON.rawJSON has made; undefined for all else. */
export function rawText(value: object): string | undefined {
  return isRawJSON?.(value) ? value.rawJSON : undefined
}

function keep(container: Container, exact: Exact): void {
  // Where the data has a member of that name, it must stay.
  if (!rawJSON || Object.hasOwn(container, 'toJSON') !== exactOf.has(container)) return
  // Not enumerable: a copy, a comparison or a loop sees the data only, and JSON.stringify what was written.
  if (!exactOf.has(container)) Object.defineProperty(container, 'toJSON', hiddenToJson)
  exactOf.set(container, exact)
}

function noteMember(container: Container, key: Key, value: number, text: string | undefined): void {
  const exact = exactOf.get(container)
  if (!exact && text === undefined) return
  const own = exact && !exact.isShared ? exact : clone(exact)
  own.long.delete(key)
  if (text !== undefined && text !== floatText(value)) own.long.set(key, { text, value })
  if (text !== undefined && own.floats !== 'all') own.floats.add(key)
  else if (text === undefined && Number.isInteger(value)) {
    if (own.floats === 'all') own.floats = new Set(Object.keys(container).map((it) => toKey(container, it)))
    own.floats.delete(key)
  }
  keep(container, own)
}

function clone(exact: Exact | undefined): Exact {
  const { floats = new Set<Key>(), long = new Map<Key, LongNumber>() } = exact ?? {}
  return { floats: floats === 'all' ? 'all' : new Set(floats), long: new Map(long), isShared: false }
}

/** Elements are known by their index. */
function toKey(container: Container, key: Key): Key {
  return Array.isArray(container) ? Number(key) : String(key)
}

function textIn({ floats, long }: Exact, key: Key, value: unknown): string | undefined {
  if (typeof value !== 'number') return undefined
  const known = long.size > 0 ? long.get(key) : undefined
  // A member that was given another value since has no text any more.
  if (known && Object.is(known.value, value)) return known.text
  return Number.isInteger(value) && (floats === 'all' || floats.has(key)) ? floatText(value) : undefined
}

/** From 1e21 on JavaScript writes an exponent, which makes it a float by itself. */
function floatText(value: number): string {
  const text = Object.is(value, -0) ? '-0' : String(value)
  return text.includes('e') ? text : `${text}.0`
}

const hiddenToJson: PropertyDescriptor = {
  configurable: true,
  writable: true,
  value(this: Container): unknown {
    const exact = exactOf.get(this) ?? clone(undefined)
    if (Array.isArray(this)) return this.map((value: unknown, index) => rawOr(textIn(exact, index, value), value))
    const copy: Record<string, unknown> = { ...this }
    const keys = exact.floats === 'all' ? Object.keys(copy) : [...exact.floats, ...exact.long.keys()]
    for (const key of keys) copy[key] = rawOr(textIn(exact, key, copy[key]), copy[key])
    return copy
  },
}

/** The same few numbers occur again and again. */
const rawTexts = new Map<string, unknown>()
const maxRawTexts = 1000

function rawOr(text: string | undefined, value: unknown): unknown {
  if (text === undefined) return value
  const known = rawTexts.get(text)
  if (known) return known
  // What is kept is kept only where there is `rawJSON`.
  const raw = rawJSON?.(text)
  if (rawTexts.size >= maxRawTexts) rawTexts.clear()
  rawTexts.set(text, raw)
  return raw
}
