import {
  isObject,
  type OutputType,
  outputTypes,
  parseLossless,
  readDefault,
  stringifyLossless,
  typeNames,
} from 'codenode/contract'
import { labels } from '../labels/editor.ts'

/** How a value is edited: a text, a number, a switch, or JSON. */
export type ValueEditor = 'text' | 'number' | 'switch' | 'json'

export function editorOf(type: string): ValueEditor {
  if (type === 'string' || type === 'secret') return 'text'
  if (type === 'number') return 'number'
  return type === 'boolean' ? 'switch' : 'json'
}

export type Parsed = { readonly value: unknown } | { readonly problem: string }

/** The value that a text stands for. An empty one is null for every type but texts. */
export function parseValue(type: string, text: string): Parsed {
  if (editorOf(type) === 'text') return { value: text }
  if (text.trim() === '') return { value: null }
  const output = outputTypes.find((known) => known === type)
  if (output) return parseTyped(output, text)
  const value = parseAny(text)
  if (value === undefined) return type === 'any' ? { value: text } : { problem: labels.fieldProblems.notJson }
  return checkLoosely(type, value)
}

/** The text of a value for its editor; JSON on several lines where that reads better. */
export function formatValue(type: string, value: unknown): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'string' && (editorOf(type) !== 'json' || type === 'any')) return value
  const line = stringifyLossless(value)
  return line.length <= 60 ? line : indent(value, '')
}

/** What a new value of a type is. */
export function emptyValue(type: OutputType): unknown {
  switch (type) {
    case 'string':
      return ''
    case 'number':
      return 0
    case 'boolean':
      return false
    case 'object':
      return {}
    case 'array[string]':
    case 'array[number]':
    case 'array[boolean]':
    case 'array[object]':
      return []
  }
}

/** What was written for another type, if it can be read as the new one. */
export function convertValue(type: OutputType, value: unknown): unknown {
  if (value === undefined || value === null) return emptyValue(type)
  const parsed = parseValue(type, formatValue('any', value))
  return 'value' in parsed && parsed.value !== null ? parsed.value : emptyValue(type)
}

/** As the API reads default values; then the value is looked at, since any JSON can be read. */
function parseTyped(type: OutputType, text: string): Parsed {
  const read = readDefault(type, text)
  if ('problem' in read && editorOf(type) === 'json') return { problem: labels.fieldProblems.notJson }
  return 'value' in read && fits(type, read.value) ? read : { problem: labels.fieldProblems.wrongType(typeNames[type]) }
}

function fits(type: OutputType, value: unknown): boolean {
  if (value === null) return true
  const element = /^array\[(.+)\]$/.exec(type)?.[1] as OutputType | undefined
  if (element) return Array.isArray(value) && value.every((item) => fits(element, item))
  if (type === 'object') return isObject(value)
  return type === 'number' ? typeof value === 'number' || typeof value === 'bigint' : typeof value === type
}

/** Types of inputs that no output has, such as `file` and `array[file]`. */
function checkLoosely(type: string, value: unknown): Parsed {
  if (value === null) return { value }
  if (type.startsWith('array')) return Array.isArray(value) ? { value } : { problem: labels.fieldProblems.notArray }
  if (type === 'file') return isObject(value) ? { value } : { problem: labels.fieldProblems.notObject }
  return { value }
}

function parseAny(text: string): unknown {
  try {
    return parseLossless(text)
  } catch {
    // Not JSON; the caller says what that means.
    return undefined
  }
}

function indent(value: unknown, start: string): string {
  const inner = `${start}  `
  if (Array.isArray(value) && value.length > 0) {
    return `[\n${value.map((item) => inner + indent(item, inner)).join(',\n')}\n${start}]`
  }
  if (!isObject(value) || Object.keys(value).length === 0) return stringifyLossless(value)
  const members = Object.entries(value).map(([key, item]) => `${inner}${JSON.stringify(key)}: ${indent(item, inner)}`)
  return `{\n${members.join(',\n')}\n${start}}`
}
