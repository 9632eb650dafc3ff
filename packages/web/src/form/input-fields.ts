import { isObject } from 'codenode/contract'
import type { NodeData, UpstreamVariable } from '../graph/document.ts'
import { inputTypes } from '../graph/variables.ts'
import { labels } from '../labels/editor.ts'
import { editorOf, formatValue, type Parsed, parseValue, type ValueEditor } from './values.ts'

/** One input of a test run. */
export type InputField = {
  readonly name: string
  readonly label: string
  /** As Dify names it; `any` where it is not known. */
  readonly type: string
  readonly editor: ValueEditor | 'choice'
  readonly isRequired: boolean
  readonly options: readonly string[]
  readonly maxLength: number | null
  /** What stands in the field at first. */
  readonly text: string
  /** Where the value comes from in a run of the workflow. */
  readonly selector: readonly string[]
}

/** The inputs that a test run of a node asks for: a start node's own, or the variables of another. */
export function inputFields(data: NodeData, upstream: readonly UpstreamVariable[]): InputField[] {
  const entries = Array.isArray(data.variables) ? data.variables.filter(isObject) : []
  return entries.flatMap((entry) => {
    const { variable: name } = entry
    if (typeof name !== 'string' || name === '') return []
    return [data.type === 'start' ? startField(name, entry) : nodeField(name, entry, upstream)]
  })
}

/** The inputs of a run from the texts of a form, null where null is given; every field that cannot be read, by its name. */
export function readInputs(
  fields: readonly InputField[],
  texts: Readonly<Record<string, string | null>>,
): { inputs: Record<string, unknown>; problems: Record<string, string> } {
  const inputs: Record<string, unknown> = {}
  const problems: Record<string, string> = {}
  for (const field of fields) {
    const text = texts[field.name]
    const parsed = readInput(field, text ?? (text === null ? '' : field.text))
    if ('problem' in parsed) problems[field.name] = parsed.problem
    else if (text === null) inputs[field.name] = null
    // An optional field that is left empty is not given, so that the workflow's own default holds.
    else if (parsed.value !== null || field.isRequired) inputs[field.name] = parsed.value
  }
  return { inputs, problems }
}

/** The value of one field, or what is wrong with its text. */
export function readInput(field: InputField, text: string): Parsed {
  if (field.isRequired && text === '') return { problem: labels.fieldProblems.required }
  if (field.editor === 'choice') {
    if (text === '' || field.options.includes(text)) return { value: text === '' ? null : text }
    return { problem: labels.fieldProblems.oneOf(field.options) }
  }
  if (field.maxLength !== null && Array.from(text).length > field.maxLength) {
    return { problem: labels.fieldProblems.tooLong(field.maxLength) }
  }
  return parseValue(field.type, text)
}

function nodeField(name: string, entry: Record<string, unknown>, upstream: readonly UpstreamVariable[]): InputField {
  const selector = Array.isArray(entry.value_selector) ? entry.value_selector.map(String) : []
  const source = upstream.find((it) => it.selector.join('\n') === selector.join('\n'))
  const declared = typeof entry.value_type === 'string' ? entry.value_type : 'any'
  const type = source && source.type !== 'any' ? source.type : declared
  return { ...plain, name, label: name, type, editor: editorOf(type), selector }
}

function startField(name: string, entry: Record<string, unknown>): InputField {
  const kind = typeof entry.type === 'string' ? entry.type : 'text-input'
  const type = inputTypes[kind] ?? 'string'
  const options = Array.isArray(entry.options) ? entry.options.filter((it) => typeof it === 'string') : []
  const { default: usual, max_length: most } = entry
  return {
    ...plain,
    name,
    label: typeof entry.label === 'string' && entry.label !== '' ? entry.label : name,
    type,
    editor: kind === 'select' ? 'choice' : editorOf(type),
    isRequired: entry.required === true,
    options: kind === 'select' ? options : [],
    maxLength: type === 'string' && typeof most === 'number' && most > 0 ? most : null,
    text: usual === undefined ? '' : formatValue(type, usual),
  }
}

const plain = { isRequired: false, options: [], maxLength: null, text: '', selector: [] } as const
