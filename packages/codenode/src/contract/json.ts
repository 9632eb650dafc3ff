import { type JsonBounds, JsonError, scanJson } from './json-scan.ts'

/**
 * Parses JSON without rounding: a whole number beyond ±(2^53 − 1) becomes a bigint, everything else is as with JSON.parse.
 * A key `__proto__` is an ordinary own key. Throws `JsonError`.
 */
export function parseLossless(source: string | Uint8Array, bounds: JsonBounds = {}): unknown {
  const scan = scanJson(source, bounds)
  if (scan.status === 'refused') throw new JsonError(scan.problem)

  const value = parseStrictly(scan.text)
  if (scan.longIntegers.length === 0) return value
  // Parsed a second time, with each long number as a marked text; the first parse made sure that the text is JSON.
  return restoreIntegers(JSON.parse(markIntegers(scan.text, scan.longIntegers)))
}

/**
 * JSON text of a value in which bigint may occur, as plain digits. Otherwise as JSON.stringify, which is used whenever
 * it can be; values nested too deep for it are written too. Throws TypeError for a value that contains itself.
 */
export function stringifyLossless(value: unknown): string {
  try {
    return JSON.stringify(value) ?? 'null'
  } catch (error) {
    // TypeError: a bigint or a cycle; RangeError: nested too deep for the recursive writer.
    if (error instanceof TypeError || error instanceof RangeError) return write(value)
    throw error
  }
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

/** Random, so that no text can be mistaken for a marked number. */
const marker = `integer:${Math.random().toString(36).slice(2)}${Math.random().toString(36).slice(2)}:`

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

function markIntegers(text: string, longIntegers: readonly number[]): string {
  const parts: string[] = []
  let done = 0
  for (let i = 0; i < longIntegers.length; i += 2) {
    const [from = 0, end = 0] = longIntegers.slice(i, i + 2)
    const start = text[from - 1] === '-' ? from - 1 : from
    parts.push(text.slice(done, start), '"', marker, text.slice(start, end), '"')
    done = end
  }
  parts.push(text.slice(done))
  return parts.join('')
}

/** Turns marked texts into numbers, in place and without recursion. */
function restoreIntegers(value: unknown): unknown {
  const root = [value]
  const open: object[] = [root]
  for (let container = open.pop(); container; container = open.pop()) {
    // The containers come from JSON.parse: plain objects and arrays, whose own keys can be set freely.
    const members = container as Record<string, unknown>
    for (const key of Object.keys(container)) {
      const member = members[key]
      if (typeof member === 'object' && member !== null) open.push(member)
      else if (typeof member === 'string' && member.startsWith(marker)) {
        // The member exists, so that also an assignment to `__proto__` sets it and not the prototype.
        members[key] = toInteger(member.slice(marker.length))
      }
    }
  }
  return root[0]
}

function toInteger(digits: string): number | bigint {
  const number = Number(digits)
  if (digits.replace('-', '').length > maxBigintDigits) return number
  return Number.isSafeInteger(number) ? number : BigInt(digits)
}

type OpenContainer = { value: object; keys: string[] | null; length: number; next: number }

function write(root: unknown): string {
  return [...writeParts(root)].join('')
}

/** A JSON writer with its own stack. */
function* writeParts(root: unknown): Generator<string> {
  const open: OpenContainer[] = []
  const inside = new Set<object>()

  const begin = (raw: unknown): string => {
    const value = plain(raw)
    if (typeof value === 'bigint') return String(value)
    if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
    if (inside.has(value)) throw new TypeError('The value contains itself and cannot be written as JSON.')
    inside.add(value)
    const keys = Array.isArray(value) ? null : Object.keys(value).filter((key) => isWritten(value, key))
    open.push({ value, keys, length: keys ? keys.length : (value as unknown[]).length, next: 0 })
    return keys ? '{' : '['
  }

  yield begin(root)
  for (let top = open.at(-1); top; top = open.at(-1)) {
    if (top.next === top.length) {
      yield top.keys ? '}' : ']'
      inside.delete(top.value)
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
