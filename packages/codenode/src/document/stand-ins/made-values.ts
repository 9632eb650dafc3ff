import { isObject, type JsonValue } from '../../contract/values.ts'
import type { UsedAs } from './uses.ts'

type Values = Record<string, JsonValue>

/** A value of a type, as Dify's settings spell it; `text` is what a text says. */
export function sampleOf(type: unknown, text: string): JsonValue {
  switch (type) {
    case 'number':
    case 'integer':
      return 1
    case 'boolean':
    case 'bool':
      return true
    case 'object':
      return {}
    case 'file':
      return null
    case 'array':
    case 'array[any]':
    case 'array[file]':
      return []
    case 'array[string]':
      return [text]
    case 'array[number]':
      return [1]
    case 'array[boolean]':
      return [true]
    case 'array[object]':
      return [{}]
    default:
      return text
  }
}

/** A value that a later node can work with. */
export function sampleFor(as: UsedAs | null, text: string): JsonValue {
  switch (as) {
    case 'number':
      return 1
    case 'boolean':
      return true
    case 'object':
      return {}
    case 'list':
    case 'list of texts':
      return [text]
    case 'list of objects':
      return [{}]
    case 'text':
    case null:
      return text
  }
}

/** Schemas stand nowhere as deep. */
const maxDepth = 16

/** A value that fits a JSON schema, such as that of an LLM's structured output. */
export function sampleOfSchema(schema: unknown, text: string, depth = 0): JsonValue {
  if (!isObject(schema) || depth > maxDepth) return text
  if (Array.isArray(schema.enum) && schema.enum.length > 0) return schema.enum[0] as JsonValue
  if (isObject(schema.properties)) {
    const members = Object.entries(schema.properties)
    return Object.fromEntries(members.map(([name, member]) => [name, sampleOfSchema(member, text, depth + 1)]))
  }
  return schema.type === 'array' ? [sampleOfSchema(schema.items, text, depth + 1)] : sampleOf(schema.type, text)
}

/** Adds what is read of a variable, without changing what is there. */
export function addSteps(values: Values, [name = '', ...steps]: readonly string[], leaf: JsonValue): void {
  if (steps.length === 0) {
    values[name] ??= leaf
    return
  }
  const own = Object.hasOwn(values, name) ? values[name] : undefined
  // What is read of a list is read by number or not at all.
  if (Array.isArray(own)) return
  const inside: Values = isObject(own) ? own : {}
  values[name] = inside
  addSteps(inside, steps, leaf)
}
