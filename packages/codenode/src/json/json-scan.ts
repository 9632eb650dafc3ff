/**
 * How large and how deep a JSON text may be before it is parsed. `maxDepth` counts arrays and objects alike; `maxValues`
 * counts every value, arrays and objects and what is in them, but not the names of members. `maxPlaces` refuses nothing: of
 * numbers with more digits than a double has, so many decimal places are kept.
 */
export type JsonBounds = { maxBytes?: number; maxDepth?: number; maxValues?: number; maxPlaces?: number }

export type JsonProblem = {
  kind: 'too_large' | 'too_deep' | 'too_many_values' | 'not_finite' | 'malformed'
  message: string
  /** Index into the text where the problem begins; null where there is none. */
  position: number | null
}

export type JsonScan =
  /**
   * `exactNumbers`: start and end, without the sign, of each number that a double may not hold as it is written: a whole one
   * of 16 digits or more, a float whose value is whole, one of more than 17 digits.
   */
  { status: 'sound'; text: string; exactNumbers: number[] } | { status: 'refused'; problem: JsonProblem }

/** A JSON text that cannot be read: too large, too deep, of too many values, malformed, or with NaN or Infinity in it. */
export class JsonError extends Error {
  readonly problem: JsonProblem

  constructor(problem: JsonProblem, options?: ErrorOptions) {
    super(problem.message, options)
    this.name = 'JsonError'
    this.problem = problem
  }
}

const defaultMaxDepth = 1000

/**
 * Looks through a JSON text without building anything: bytes, nesting, NaN and Infinity, numbers whose text matters.
 * One pass, no recursion, so it is safe on hostile text. It does not replace the parser: malformed text can be `sound`.
 * Default: no limit of bytes and values, 1000 levels.
 */
export function scanJson(source: string | Uint8Array, bounds: JsonBounds = {}): JsonScan {
  const { maxBytes = Number.POSITIVE_INFINITY, maxDepth = defaultMaxDepth, maxValues = maxBytes } = bounds
  const bytes = typeof source === 'string' ? utf8Length(source, maxBytes) : source.byteLength
  if (bytes > maxBytes) return refused('too_large', `The JSON is larger than ${maxBytes} bytes.`, null)

  const text = typeof source === 'string' ? source : decode(source)
  if (text === null) return refused('malformed', 'The JSON is not UTF-8 text.', null)

  const exactNumbers: number[] = []
  let depth = 0
  // The outermost value; each comma and each opening bracket that something follows stands before one more.
  let values = 1
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === quoteCode) {
      at = endOfString(text, at)
      if (at < 0) return refused('malformed', 'A string in the JSON has no closing quote.', text.length)
    } else if (code === comma) {
      if (++values > maxValues) return tooMany(maxValues, at)
    } else if (code === openBrace || code === openBracket) {
      if (++depth > maxDepth) return refused('too_deep', `The JSON is nested deeper than ${maxDepth} levels.`, at)
      const next = text.charCodeAt(at + 1)
      if (next !== closeBrace && next !== closeBracket && ++values > maxValues) return tooMany(maxValues, at)
    } else if (code === closeBrace || code === closeBracket) {
      depth--
    } else if (isDigit(code)) {
      const end = endOfNumber(text, at)
      if (isExact(text, at, end)) exactNumbers.push(at, end)
      at = end - 1
    } else if (code === upperN || code === upperI) {
      return refused('not_finite', `The JSON contains ${tokenAt(text, at)}, which is not a JSON value.`, at)
    }
  }
  return { status: 'sound', text, exactNumbers }
}

/** Bytes of a text in UTF-8. With `enough`, only exact where that decides whether there are more. */
export function utf8Length(text: string, enough?: number): number {
  // A unit of UTF-16 is three bytes at most.
  if (enough !== undefined && (text.length > enough || text.length * 3 <= enough)) return text.length
  let bytes = text.length
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code < 0x80) continue
    // A pair of surrogates is four bytes: two for each half. A lone one is counted as two, one less than its replacement.
    bytes += code < 0x800 || (code >= 0xd800 && code < 0xe000) ? 1 : 2
  }
  return bytes
}

const quoteCode = 0x22
const point = 0x2e
const zero = 0x30
const comma = 0x2c
const backslash = 0x5c
const openBrace = 0x7b
const closeBrace = 0x7d
const openBracket = 0x5b
const closeBracket = 0x5d
const upperN = 0x4e
const upperI = 0x49

function refused(kind: JsonProblem['kind'], message: string, position: number | null): JsonScan {
  return { status: 'refused', problem: { kind, message, position } }
}

function tooMany(maxValues: number, at: number): JsonScan {
  return refused('too_many_values', `The JSON has more than ${maxValues} values.`, at)
}

function decode(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    // The only thing that a fatal decoder throws for is malformed UTF-8.
    return null
  }
}

/** Index of the quote that closes the string begun at `start`, or −1. */
function endOfString(text: string, start: number): number {
  let end = start
  for (;;) {
    end = text.indexOf('"', end + 1)
    if (end < 0) return -1
    let before = end - 1
    while (text.charCodeAt(before) === backslash) before--
    if ((end - before) % 2 === 1) return end
  }
}

function endOfNumber(text: string, start: number): number {
  let end = start + 1
  while (end < text.length && isNumberCode(text.charCodeAt(end))) end++
  return end
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39
}

/** Digits, point, sign, e and E. */
function isNumberCode(code: number): boolean {
  return isDigit(code) || code === 0x2e || code === 0x65 || code === 0x45 || code === 0x2b || code === 0x2d
}

/** Whether a number is to be kept as it is written. */
function isExact(text: string, start: number, end: number): boolean {
  let at = start
  while (at < end && isDigit(text.charCodeAt(at))) at++
  if (at === end) return end - start >= 16
  if (text.charCodeAt(at) === point) {
    do at++
    while (at < end && text.charCodeAt(at) === zero)
    if (at === end) return true
    // A fraction; its value is whole only with an exponent.
    while (at < end && isDigit(text.charCodeAt(at))) at++
  }
  if (at < end && isWholeBelowExponents(Number(text.slice(start, end)))) return true
  return end - start > doubleDigits + 1 && countDigits(text, start, end) > doubleDigits
}

/** Whether a number that is no whole one has more digits than a double. */
export function hasManyDigits(number: string): boolean {
  const start = number.startsWith('-') ? 1 : 0
  if (number.length - start <= doubleDigits + 1 || /^-?\d+\.0*$/.test(number)) return false
  return countDigits(number, start, number.length) > doubleDigits
}

/** From 1e21 on JavaScript writes an exponent itself. */
function isWholeBelowExponents(number: number): boolean {
  return Number.isInteger(number) && number < 1e21
}

/** The shortest form of a double never has more. */
const doubleDigits = 17

/** Digits from the first that is not 0, without the exponent. */
function countDigits(text: string, start: number, end: number): number {
  let count = 0
  for (let at = start; at < end; at++) {
    const code = text.charCodeAt(at)
    if (isDigit(code)) count += count > 0 || code !== zero ? 1 : 0
    else if (code !== point) break
  }
  return count
}

function tokenAt(text: string, start: number): string {
  const token = /^\w{1,20}/.exec(text.slice(start, start + 20))?.[0] ?? ''
  return text[start - 1] === '-' ? `-${token}` : token
}
