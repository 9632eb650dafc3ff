import { isObject, type JsonValue } from '../../contract/values.ts'
import type { Entry } from '../parts/read-entries.ts'
import { addSteps, sampleFor, sampleOf, sampleOfSchema } from './made-values.ts'
import type { Use } from './uses.ts'
import type { WayOut } from './ways-out.ts'

type Values = Record<string, JsonValue>

/**
 * Outputs of the right types for a node that is not run: those that its type has, those that it declares, and whatever later
 * nodes read. A node that branches takes its first way.
 */
export function makeStandIn(entry: Entry, uses: readonly Use[], ways: readonly WayOut[]): Values {
  const text = `(made up for ${entry.title})`
  const outputs = outputsOfType(entry, text)
  for (const { name, steps, as } of uses) {
    if (isOfWay(entry, name)) continue
    addSteps(outputs, [name, ...steps], sampleFor(as, text))
  }
  const [first] = ways
  return ways.length > 1 && first && first.handle !== 'source' ? { branch: first.handle, ...outputs } : outputs
}

/** Such outputs come from the way that is taken. */
function isOfWay({ type, data }: Entry, name: string): boolean {
  return type === 'if-else' || (data.type === 'question-classifier' && name.startsWith('class_'))
}

function outputsOfType({ type, data }: Entry, text: string): Values {
  switch (type) {
    case 'code':
      return declared(data.outputs, text)
    case 'template-transform':
      return { output: text }
    case 'iteration':
      return { output: [sampleOf(elementOf(data.output_type), text)] }
    case 'variable-aggregator':
      return { output: sampleOf(data.output_type, text) }
    case 'answer':
      return { answer: text }
    case 'start':
    case 'if-else':
    case 'iteration-start':
    case 'end':
      return {}
    case null:
      return outputsOfForeign(data, text)
  }
}

/** Of the types that do not run here. What is not known has what later nodes read. */
function outputsOfForeign(data: Record<string, unknown>, text: string): Values {
  switch (data.type) {
    case 'llm':
      return { text, ...structured(data, text) }
    case 'agent':
    case 'tool':
      return { text, files: [], json: [{}] }
    case 'http-request':
      return { status_code: 200, body: '{}', headers: {}, files: [] }
    case 'knowledge-retrieval':
      return { result: [{ title: 'Made up', content: text, url: '', metadata: {} }] }
    case 'document-extractor':
      return { text: data.is_array_file === true ? [text] : text }
    case 'parameter-extractor':
      return { ...parameters(data.parameters, text), __is_success: 1, __reason: '' }
    case 'list-operator':
      return listed(data, text)
    case 'loop':
      return { ...loopVariables(data.loop_variables, text), loop_round: 1 }
    default:
      return {}
  }
}

function declared(outputs: unknown, text: string): Values {
  if (!isObject(outputs)) return {}
  const typed = Object.entries(outputs).map(([name, spec]) => [name, isObject(spec) ? spec.type : null] as const)
  return Object.fromEntries(typed.map(([name, type]) => [name, sampleOf(type, text)]))
}

function structured(
  { structured_output_enabled: isOn, structured_output: output }: Record<string, unknown>,
  text: string,
) {
  const schema = isObject(output) ? output.schema : null
  return isOn === true && isObject(schema) ? { structured_output: sampleOfSchema(schema, text) } : {}
}

function parameters(entries: unknown, text: string): Values {
  const named = (Array.isArray(entries) ? entries : []).filter(isObject)
  return Object.fromEntries(
    named.flatMap(({ name, type, options }) => {
      if (typeof name !== 'string') return []
      const first: unknown = Array.isArray(options) ? options[0] : undefined
      return [[name, typeof first === 'string' ? first : sampleOf(type, text)] as const]
    }),
  )
}

function listed({ var_type: list, item_var_type: item }: Record<string, unknown>, text: string): Values {
  const first = list === 'array[file]' ? null : sampleOf(item ?? elementOf(list), text)
  return { result: first === null ? [] : [first], first_record: first, last_record: first }
}

function loopVariables(entries: unknown, text: string): Values {
  const named = (Array.isArray(entries) ? entries : []).filter(isObject)
  return Object.fromEntries(
    named.flatMap(({ label, var_type: type }) =>
      typeof label === 'string' ? [[label, sampleOf(type, text)] as const] : [],
    ),
  )
}

function elementOf(type: unknown): unknown {
  return /^array\[(.*)\]$/.exec(String(type))?.[1]
}
