import {
  type CodeLanguage,
  checkName,
  isObject,
  type OutputSpec,
  type OutputSpecs,
  type OutputType,
} from 'codenode/contract'
import { readProgram } from './read-program.ts'

/**
 * The outputs that the code's returns show, with guessed types; null when they show none. A type that cannot be guessed is
 * that of the declared output, or else text.
 */
export function outputsFromCode(code: string, language: CodeLanguage, declared: OutputSpecs = {}): OutputSpecs | null {
  const types = returnedTypes(code, language)
  if (types.size === 0) return null
  return Object.fromEntries([...types].map(([name, type]) => [name, toSpec(name, type, declared)]))
}

/** The outputs whose types neither the code nor a declaration tells. */
export function untoldOutputs(code: string, language: CodeLanguage, declared: OutputSpecs): string[] {
  return [...returnedTypes(code, language)].flatMap(([name, type]) =>
    type === null && !Object.hasOwn(declared, name) ? [name] : [],
  )
}

function returnedTypes(code: string, language: CodeLanguage): Map<string, OutputType | null> {
  const types = new Map<string, OutputType | null>()
  for (const { name, type } of readProgram(code, language).main?.returns.flatMap(({ members }) => members) ?? []) {
    if (checkName('', name).length > 0) continue
    // A path that returns None, or something unknown, says nothing against the others.
    types.set(name, types.get(name) ?? type)
  }
  return types
}

function toSpec(name: string, type: OutputType | null, declared: OutputSpecs): OutputSpec {
  const before = Object.hasOwn(declared, name) ? declared[name] : undefined
  if (before && (type === null || type === before.type)) return before
  return { type: type ?? 'string', children: null }
}

/**
 * The outputs that a result shows, with the members of its objects. Where a value tells no type (null, an empty or a mixed
 * array), that of the declared output is kept.
 */
export function outputsFromResult(result: unknown, declared: OutputSpecs = {}): OutputSpecs {
  if (!isObject(result)) return {}
  const named = Object.entries(result).filter(([name]) => checkName('', name).length === 0)
  return Object.fromEntries(
    named.map(([name, value]) => {
      const before = Object.hasOwn(declared, name) ? declared[name] : undefined
      return [
        name,
        specOf(value, 1) ?? before ?? { type: Array.isArray(value) ? 'array[string]' : 'string', children: null },
      ]
    }),
  )
}

/** Deeper than this no result can be. */
const maxLevels = 5
const maxLookedAt = 200

/** Null: the value does not tell. */
function specOf(value: unknown, level: number): OutputSpec | null {
  if (Array.isArray(value)) return specOfArray(value, level)
  if (isObject(value)) return { type: 'object', children: childrenOf([value], level) }
  const type = scalarType(value)
  return type && { type, children: null }
}

function specOfArray(array: readonly unknown[], level: number): OutputSpec | null {
  const items = array.slice(0, maxLookedAt).filter((item) => item !== null)
  if (items.length > 0 && items.every(isObject)) return { type: 'array[object]', children: childrenOf(items, level) }
  const types = new Set(items.map(scalarType))
  const [only] = types
  return types.size === 1 && only ? { type: `array[${only}]`, children: null } : null
}

/** Members that each of the objects has, of one type; null when there are none. */
function childrenOf(objects: readonly Record<string, unknown>[], level: number): OutputSpecs | null {
  const [first = {}, ...rest] = objects
  if (level >= maxLevels) return null
  const specs = Object.keys(first).flatMap((name): [string, OutputSpec][] => {
    if (name === '__proto__' || !rest.every((object) => Object.hasOwn(object, name))) return []
    const found = objects.flatMap((object) => specOf(object[name], level + 1) ?? [])
    const [one] = found
    if (!one || found.some(({ type }) => type !== one.type)) return []
    if (!one.children) return [[name, one]]
    const inner = objects.flatMap((object) => object[name]).filter(isObject)
    return [[name, { type: one.type, children: childrenOf(inner, level + 1) }]]
  })
  return specs.length === 0 ? null : Object.fromEntries(specs)
}

function scalarType(value: unknown): 'string' | 'number' | 'boolean' | null {
  if (typeof value === 'bigint') return 'number'
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? (typeof value as 'string' | 'number' | 'boolean')
    : null
}
