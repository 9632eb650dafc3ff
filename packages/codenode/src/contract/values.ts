/** What a declared output can be. Dify's eight types, spelled as in its DSL. */
export const outputTypes = [
  'string',
  'number',
  'boolean',
  'object',
  'array[string]',
  'array[number]',
  'array[boolean]',
  'array[object]',
] as const

export type OutputType = (typeof outputTypes)[number]

/** A value of JSON, with whole numbers beyond ±2^53 as bigint. */
export type JsonValue = null | boolean | number | bigint | string | JsonValue[] | { [key: string]: JsonValue }

/** A declared output. `children` types the members of an object, or of each element of an array[object]. */
export type OutputSpec = { type: OutputType; children?: OutputSpecs | null | undefined }

export type OutputSpecs = { [name: string]: OutputSpec }

/** What each type is called where a value is asked for. */
export const typeNames: Readonly<Record<OutputType, string>> = {
  string: 'a string',
  number: 'a number',
  boolean: 'true or false',
  object: 'an object',
  'array[string]': 'an array of strings',
  'array[number]': 'an array of numbers',
  'array[boolean]': 'an array of booleans',
  'array[object]': 'an array of objects',
}

/** True for what JSON calls an object: not null, not an array. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A value in words for a message, never longer than a line: `the string "abc"`, `the number 5`, `an array (3 items)`. */
export function describeValue(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return `an array (${value.length} ${value.length === 1 ? 'item' : 'items'})`
  if (typeof value === 'object') return 'an object'
  if (typeof value === 'string') return `the string ${quote(value)}`
  if (typeof value === 'number' || typeof value === 'bigint') return describeNumber(value)
  if (typeof value === 'boolean') return String(value)
  return typeof value === 'undefined' ? 'missing' : `a ${typeof value}`
}

/** Text in quotes on one line, cut after 60 characters. */
export function quote(text: string, maxCharacters = 60): string {
  return JSON.stringify(text.length <= maxCharacters ? text : `${text.slice(0, maxCharacters)}…`)
}

/** JSON text such as 1e400, and whole numbers too long to be kept, arrive as Infinity. */
function describeNumber(value: number | bigint): string {
  if (value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY)
    return 'a number of more than 300 digits'
  const digits = String(value)
  if (digits.length <= 40) return digits === 'NaN' ? digits : `the number ${digits}`
  return `the number ${digits.slice(0, 20)}… (${digits.replace('-', '').length} digits)`
}
