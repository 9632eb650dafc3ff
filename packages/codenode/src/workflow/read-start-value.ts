import { describeValue, isObject, type JsonValue, typeNames } from '../contract/values.ts'
import type { StartVariable } from '../document/node-settings.ts'
import { parseLossless, parseMember } from '../json/json.ts'
import { checkText } from '../values/check-scalar.ts'

/** `holder`: what holds the value as `value`, where a number in it may be exact. */
export type StartValue = { holder: { value: JsonValue } } | { problem: string }

/** The value of a variable of the start node: what is given, else its default, else null where it is not required. */
export function readStartValue(variable: StartVariable, given: JsonValue | undefined): StartValue {
  if (!isMissing(variable, given)) return readByType(variable, given as JsonValue)
  // Documents hold JSON values.
  const standard = variable.default as JsonValue | undefined
  if (!isMissing(variable, standard)) return readByType(variable, standard as JsonValue)
  if (variable.required) return { problem: `is missing; it must be ${describeAllowed(variable)}.` }
  return hold(null)
}

/** Forms send an empty text for what was left empty. */
function isMissing({ type, required, options }: StartVariable, value: JsonValue | undefined): boolean {
  if (value == null) return true
  if (type === 'select' && value === '' && options?.includes('')) return false
  return value === '' && (required === true || (type !== 'text-input' && type !== 'paragraph'))
}

function readByType(variable: StartVariable, value: JsonValue): StartValue {
  switch (variable.type) {
    case 'text-input':
    case 'paragraph':
      return readText(variable, value)
    case 'select':
      return typeof value === 'string' && (variable.options ?? []).includes(value)
        ? hold(value)
        : refuse(variable, value)
    case 'multi-select':
    case 'array[string]':
    case 'array[number]':
    case 'array[boolean]':
    case 'array[object]':
      return readList(variable, value)
    case 'number':
      return readNumber(variable, value)
    case 'checkbox':
      return readBoolean(variable, value)
    case 'json':
    case 'json_object':
      return readObject(variable, value)
    case 'file':
      return isObject(value) ? hold(value) : refuse(variable, value)
    case 'file-list':
      return Array.isArray(value) && value.every((file) => isObject(file)) ? hold(value) : refuse(variable, value)
    case 'external_data_tool':
      return hold(value)
  }
}

function readText(variable: StartVariable, value: JsonValue): StartValue {
  if (typeof value !== 'string') return refuse(variable, value)
  const { max_length: most } = variable
  const refusal = most ? checkText(value, { maxStringLength: most }) : null
  return refusal ? { problem: `is ${refusal.found}; it must be ${refusal.allowed}.` } : hold(value)
}

function readNumber(variable: StartVariable, value: JsonValue): StartValue {
  if (typeof value === 'number' || typeof value === 'bigint') return hold(value)
  const text = typeof value === 'string' ? value.trim() : ''
  // Whole numbers keep all their digits.
  if (/^-?(0|[1-9]\d*)(\.\d+)?(e[+-]?\d+)?$/i.test(text)) return parseHeld(text)
  return refuse(variable, value)
}

function readBoolean(variable: StartVariable, value: JsonValue): StartValue {
  if (typeof value === 'boolean') return hold(value)
  if (value === 1 || value === 'true') return hold(true)
  return value === 0 || value === 'false' ? hold(false) : refuse(variable, value)
}

function readObject(variable: StartVariable, value: JsonValue): StartValue {
  if (isObject(value)) return hold(value)
  if (typeof value !== 'string') return refuse(variable, value)
  const parsed = tryParse(value)
  return isObject(parsed) ? hold(parsed) : refuse(variable, value)
}

/** Forms send lists as JSON text as well. */
function readList(variable: StartVariable, value: JsonValue): StartValue {
  const list = typeof value === 'string' ? tryParse(value) : value
  if (variable.type === 'multi-select' && Array.isArray(list)) {
    const at = list.findIndex((item) => !isItemOf(variable, item))
    const found = at === -1 ? null : `has ${describeValue(list[at])} at [${at}]`
    if (found) return { problem: `${found}; it must be ${describeAllowed(variable)}.` }
  }
  return Array.isArray(list) && list.every((item) => isItemOf(variable, item)) ? hold(list) : refuse(variable, value)
}

function isItemOf({ type, options }: StartVariable, item: JsonValue): boolean {
  if (type === 'multi-select') return typeof item === 'string' && (options ?? []).includes(item)
  if (type === 'array[string]') return typeof item === 'string'
  if (type === 'array[number]') return typeof item === 'number' || typeof item === 'bigint'
  return type === 'array[boolean]' ? typeof item === 'boolean' : isObject(item)
}

function tryParse(text: string): JsonValue {
  try {
    return parseLossless(text) as JsonValue
  } catch {
    // No JSON: refused like any other text.
    return null
  }
}

const hold = (value: JsonValue): StartValue => ({ holder: { value } })

function parseHeld(text: string): StartValue {
  const holder = { value: null }
  parseMember(text, holder, 'value')
  return { holder }
}

function refuse(variable: StartVariable, value: JsonValue): StartValue {
  return { problem: `is ${describeValue(value)}; it must be ${describeAllowed(variable)}.` }
}

function describeAllowed({ type, options }: StartVariable): string {
  switch (type) {
    case 'text-input':
    case 'paragraph':
      return 'a string'
    case 'select':
      return `one of ${listOptions(options)}`
    case 'multi-select':
      return `an array of ${listOptions(options)}`
    case 'array[string]':
    case 'array[number]':
    case 'array[boolean]':
    case 'array[object]':
      return `${typeNames[type]}, or a JSON string of one`
    case 'number':
      return 'a number'
    case 'checkbox':
      return 'true or false'
    case 'json':
    case 'json_object':
      return 'an object, or a JSON string of one'
    case 'file':
      return 'an object that describes a file'
    case 'file-list':
      return 'an array of objects that describe files'
    case 'external_data_tool':
      return 'any value'
  }
}

function listOptions(options: readonly string[] | null | undefined): string {
  const named = (options ?? []).filter((option) => option !== '')
  return [...named, ...(options?.includes('') ? ['empty text'] : [])].join(', ')
}
