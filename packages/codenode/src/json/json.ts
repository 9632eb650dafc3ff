import { copyMember, keepExact, type LongNumber, rawJSON, rawText } from './exact-numbers.ts'
import { hasManyDigits, type JsonBounds, JsonError, scanJson } from './json-scan.ts'
import { roundText } from './round-text.ts'

/**
 * Parses JSON without rounding: a whole number beyond ±(2^53 − 1) becomes a bigint, everything else is as with JSON.parse.
 * Of a number that was written as a float (`7.0`, `1e3`) or with more digits than a double has, the text is kept beside the
 * value, and `stringifyLossless` writes it again. A key `__proto__` is an ordinary own key. Throws `JsonError`.
 */
export function parseLossless(source: string | Uint8Array, bounds: JsonBounds = {}): unknown {
  return parseWithin(source, bounds)[0]
}

/** The same for one member of an object or array: also the text of a number alone is kept with it. Throws `JsonError`. */
export function parseMember(source: string, container: object, key: string | number): void {
  copyMember(parseWithin(source, {}), 0, container, key)
}

/**
 * JSON text of a value in which bigint may occur, as plain digits; otherwise as JSON.stringify. Values nested too deep for that
 * are written too. Throws TypeError for a value that contains itself.
 */
export function stringifyLossless(value: unknown): string {
  // A replacer takes as long again, and few values hold a bigint. The writer of ours is for what would overflow the stack, and
  // for browsers without JSON.rawJSON.
  return stringify(value) ?? stringify(value, withDigits) ?? [...writeParts(value)].join('')
}

/**
 * The same text in pieces, of some `characters` each, for values that take long to write: whoever reads the pieces can do
 * other things in between. A long text is a piece of its own.
 */
export function* stringifyInPieces(value: unknown, characters = 256 * 1024): Generator<string> {
  let parts: string[] = []
  let length = 0
  for (const part of writeParts(value)) {
    parts.push(part)
    length += part.length
    if (length < characters) continue
    yield parts.join('')
    parts = []
    length = 0
  }
  yield parts.join('')
}

/** Python refuses to read a longer whole number as well; it becomes ±Infinity here, which every limit refuses. */
const maxBigintDigits = 4300

/** Random, so that no text is mistaken for a marked number; short, since there can be a million. Few texts begin so. */
const marker = `\x7f${Math.random().toString(36).slice(2, 7)}`
const numberForm = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/
const wholeForm = /^-?\d+$/

/** The value as the only element of an array, since texts of numbers are kept with what they stand in. */
function parseWithin(source: string | Uint8Array, bounds: JsonBounds): unknown[] {
  const scan = scanJson(source, bounds)
  if (scan.status === 'refused') throw new JsonError(scan.problem)
  const { text, exactNumbers } = scan
  return exactNumbers.length === 0 ? [parseStrictly(text)] : parseMarked(text, exactNumbers, bounds.maxPlaces)
}

/**
 * Parses the text with each number that is to be kept as a marked text. A reviver of JSON.parse is given the text of each
 * number too, but is three to eight times as slow, on the thread that serves: 1 MB of rows with one long integer takes it 50 ms
 * and this 15, 1 MB of integers with one float 150 and 20, 1 KB 40 µs and 13. It also overflows the stack at 3,000 levels.
 */
function parseMarked(text: string, exactNumbers: readonly number[], maxPlaces: number | undefined): unknown[] {
  const marked = markNumbers(text, exactNumbers)
  if (marked === null) return [parseStrictly(text)]
  let value: unknown
  try {
    value = JSON.parse(marked)
  } catch {
    // The text itself is malformed in the same way: its parser knows the place.
    return [parseStrictly(text)]
  }
  return restoreNumbers(value, maxPlaces)
}

function parseStrictly(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    const position = /position (\d+)/.exec(why)?.[1]
    throw new JsonError(
      { kind: 'malformed', message: `The JSON is malformed: ${why}.`, position: position ? Number(position) : null },
      { cause },
    )
  }
}

/** Null where one of the numbers is malformed or stands where a name must, which a marked text would hide. */
function markNumbers(text: string, exactNumbers: readonly number[]): string | null {
  // Concatenated, which takes a fraction of the time of joining a million parts.
  let marked = ''
  let done = 0
  for (let i = 0; i < exactNumbers.length; i += 2) {
    // Start and end come in pairs.
    const [from, end] = [exactNumbers[i] as number, exactNumbers[i + 1] as number]
    const start = text[from - 1] === '-' ? from - 1 : from
    const number = text.slice(start, end)
    if (!numberForm.test(number) || text[skipSpace(text, end)] === ':') return null
    marked += `${text.slice(done, start)}"${marker}${number}"`
    done = end
  }
  return marked + text.slice(done)
}

function skipSpace(text: string, from: number): number {
  let at = from
  while (text.charCodeAt(at) <= 0x20) at++
  return at
}

/** Turns marked texts into numbers, in place and without recursion. */
function restoreNumbers(value: unknown, maxPlaces: number | undefined): unknown[] {
  const root = [value]
  const open: object[] = [root]
  for (let container = open.pop(); container; container = open.pop()) {
    const numbers = new Restored(container, maxPlaces)
    // The containers come from JSON.parse: plain objects and arrays, whose own keys can be set freely.
    const visit = (key: string | number, member: unknown): void => {
      if (typeof member === 'object' && member !== null) open.push(member)
      else numbers.take(key, member)
    }
    if (Array.isArray(container)) for (let at = 0; at < container.length; at++) visit(at, container[at])
    else for (const key of Object.keys(container)) visit(key, (container as Record<string, unknown>)[key])
    numbers.keep()
  }
  return root
}

/** The numbers of one container that were marked. */
class Restored {
  readonly #container: object
  readonly #maxPlaces: number | undefined
  readonly #floats: (string | number)[] = []
  readonly #long = new Map<string | number, LongNumber>()
  #hasIntegers = false

  constructor(container: object, maxPlaces: number | undefined) {
    this.#container = container
    this.#maxPlaces = maxPlaces
  }

  take(key: string | number, member: unknown): void {
    if (typeof member === 'string') {
      if (member.charCodeAt(0) === marker.charCodeAt(0) && member.startsWith(marker)) {
        this.#restore(key, member.slice(marker.length))
      }
      // True and false become numbers where one is declared.
    } else if (typeof member === 'boolean' || Number.isInteger(member)) this.#hasIntegers = true
  }

  keep(): void {
    if (this.#floats.length > 0) keepExact(this.#container, this.#hasIntegers ? this.#floats : 'all', this.#long)
  }

  #restore(key: string | number, text: string): void {
    // The member exists, so that also an assignment to `__proto__` sets it and not the prototype.
    const members = this.#container as Record<string | number, unknown>
    if (wholeForm.test(text)) {
      members[key] = toInteger(text)
      this.#hasIntegers = true
      return
    }
    const value = Number(text)
    members[key] = value
    if (!Number.isFinite(value)) return
    this.#floats.push(key)
    if (hasManyDigits(text)) {
      this.#long.set(key, { text: this.#maxPlaces === undefined ? text : roundText(text, this.#maxPlaces), value })
    }
  }
}

function toInteger(digits: string): number | bigint {
  const number = Number(digits)
  if (digits.replace('-', '').length > maxBigintDigits) return number
  return Number.isSafeInteger(number) ? number : BigInt(digits)
}

/** Null where a bigint, a cycle or too many levels stop it. */
function stringify(value: unknown, replacer?: typeof withDigits): string | null {
  try {
    return JSON.stringify(value, replacer) ?? 'null'
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError) return null
    throw error
  }
}

function withDigits(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? (rawJSON?.(String(value)) ?? value) : value
}

type OpenContainer = { value: object; source: object; keys: string[] | null; length: number; next: number }

/** A JSON writer with its own stack, which can stop in between. */
function* writeParts(root: unknown): Generator<string> {
  const open: OpenContainer[] = []
  const inside = new Set<object>()

  const begin = (raw: unknown): string => {
    const value = plain(raw)
    if (typeof value === 'bigint') return String(value)
    if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
    const text = rawText(value)
    if (text !== undefined) return text
    // What `toJSON` gives is another object each time; what it was called on is the same.
    const source = raw as object
    if (inside.has(source)) throw new TypeError('The value contains itself and cannot be written as JSON.')
    inside.add(source)
    const keys = Array.isArray(value) ? null : Object.keys(value).filter((key) => isWritten(value, key))
    open.push({ value, source, keys, length: keys ? keys.length : (value as unknown[]).length, next: 0 })
    return keys ? '{' : '['
  }

  yield begin(root)
  for (let top = open.at(-1); top; top = open.at(-1)) {
    if (top.next === top.length) {
      yield top.keys ? '}' : ']'
      inside.delete(top.source)
      open.pop()
      continue
    }
    const comma = top.next > 0 ? ',' : ''
    const key = top.keys ? (top.keys[top.next] ?? '') : String(top.next)
    const name = top.keys ? `${JSON.stringify(key)}:` : ''
    top.next++
    yield comma + name + begin((top.value as Record<string, unknown>)[key])
  }
}

/** Members that are undefined or a function vanish, as with JSON.stringify. */
function isWritten(value: object, key: string): boolean {
  const type = typeof (value as Record<string, unknown>)[key]
  return type !== 'undefined' && type !== 'function' && type !== 'symbol'
}

function plain(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  const { toJSON } = value as { toJSON?: unknown }
  return typeof toJSON === 'function' ? toJSON.call(value) : value
}
