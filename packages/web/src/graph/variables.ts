import { isObject, toNodeType } from 'codenode/contract'
import type { NodeData } from './document.ts'

/** A variable of a node: `steps` is its name and the keys below it. */
export type Variable = { readonly steps: readonly string[]; readonly type: string }

/** The variables that a node gives. Settings that are not yet right are read as far as they go. */
export function variablesOf(data: NodeData, typeOf: (selector: readonly string[]) => string): Variable[] {
  switch (toNodeType(data.type)) {
    case 'start':
      return namesIn(data.variables, 'variable').map(([name, entry]) => ({
        steps: [name],
        type: inputTypes[typeof entry.type === 'string' ? entry.type : ''] ?? 'string',
      }))
    case 'code':
      return [...membersOf(data.outputs, []), ...failureVariables(data)]
    case 'template-transform':
      return [{ steps: ['output'], type: 'string' }, ...failureVariables(data)]
    case 'if-else':
      return [
        { steps: ['result'], type: 'boolean' },
        { steps: ['selected_case_id'], type: 'string' },
      ]
    case 'variable-aggregator':
      return aggregated(data, typeOf)
    case 'iteration':
      return [{ steps: ['output'], type: iterationType(data, typeOf) }]
    case 'answer':
      return [{ steps: ['answer'], type: 'string' }]
    case 'end':
    case 'iteration-start':
    case null:
      return []
  }
}

/** The types of a start node's inputs, by their kind, where they are no text. */
export const inputTypes: Readonly<Record<string, string>> = {
  number: 'number',
  checkbox: 'boolean',
  json: 'object',
  json_object: 'object',
  file: 'file',
  'file-list': 'array[file]',
}

/** Declared outputs with the members of objects; those of array[object] belong to its elements and have no selector. */
function membersOf(specs: unknown, above: readonly string[]): Variable[] {
  if (!isObject(specs) || above.length > 20) return []
  return Object.entries(specs).flatMap(([name, spec]) => {
    if (!isObject(spec)) return []
    const steps = [...above, name]
    const type = typeof spec.type === 'string' ? spec.type : 'any'
    return [{ steps, type }, ...(type === 'object' ? membersOf(spec.children, steps) : [])]
  })
}

/** What a node with an error strategy gives beside its outputs. */
export const failureNames: ReadonlySet<string> = new Set(['error_message', 'error_type'])

function failureVariables({ error_strategy: strategy }: NodeData): Variable[] {
  if (strategy !== 'fail-branch' && strategy !== 'default-value') return []
  return [...failureNames].map((name) => ({ steps: [name], type: 'string' }))
}

function aggregated(data: NodeData, typeOf: (selector: readonly string[]) => string): Variable[] {
  const { advanced_settings: advanced } = data
  if (!isObject(advanced) || advanced.group_enabled !== true) {
    return [{ steps: ['output'], type: firstType(data.variables, typeOf, data.output_type) }]
  }
  // A group's value is an object with the output in it, as in Dify.
  return namesIn(advanced.groups, 'group_name').flatMap(([name, group]) => [
    { steps: [name], type: 'object' },
    { steps: [name, 'output'], type: firstType(group.variables, typeOf, group.output_type) },
  ])
}

/** All that are gathered should have the same type: the first that is known tells it. */
function firstType(selectors: unknown, typeOf: (selector: readonly string[]) => string, declared: unknown): string {
  const known = (Array.isArray(selectors) ? selectors : []).map((it: unknown) => (isSelector(it) ? typeOf(it) : 'any'))
  return known.find((type) => type !== 'any') ?? (typeof declared === 'string' && declared !== '' ? declared : 'any')
}

function iterationType(data: NodeData, typeOf: (selector: readonly string[]) => string): string {
  const inner = isSelector(data.output_selector) ? typeOf(data.output_selector) : 'any'
  if (inner.startsWith('array')) return data.flatten_output === false ? 'array' : inner
  return inner === 'any' ? 'array' : `array[${inner}]`
}

function isSelector(value: unknown): value is string[] {
  return Array.isArray(value) && value.length >= 2 && value.every((step) => typeof step === 'string')
}

function namesIn(entries: unknown, key: string): [string, Record<string, unknown>][] {
  if (!Array.isArray(entries)) return []
  return entries.flatMap((entry: unknown): [string, Record<string, unknown>][] =>
    isObject(entry) && typeof entry[key] === 'string' && entry[key] !== '' ? [[entry[key], entry]] : [],
  )
}

/** The type of a value as Dify names it. */
export function typeOfValue(value: unknown): string {
  if (Array.isArray(value)) {
    const types = new Set(value.filter((item) => item !== null).map(typeOfValue))
    const [only = ''] = types
    return types.size === 1 && elementTypes.has(only) ? `array[${only}]` : 'array'
  }
  if (isObject(value)) return 'object'
  if (typeof value === 'bigint') return 'number'
  return elementTypes.has(typeof value) ? typeof value : 'any'
}

const elementTypes: ReadonlySet<string> = new Set(['string', 'number', 'boolean', 'object'])
