import { isObject, parseLossless } from 'codenode/contract'
import { type InputField, readInputs } from '../form/input-fields.ts'
import { formatValue } from '../form/values.ts'
import type { InputSource, InputSources } from './input-source.ts'
import type { Values } from './node-tests.ts'
import { isSame } from './same-values.ts'

/** What is typed in the place of the values that the inputs of a test run come by. Form and JSON hold the same values. */
export type InputsDraft = {
  readonly mode: 'form' | 'json'
  /** By the name of the input; null is the value null, which a text field cannot say otherwise. */
  readonly texts: Readonly<Record<string, string | null>>
  /** Null: it says what the form says. In the form it is kept for what only it names. */
  readonly json: string | null
}

export type InputsRead =
  | { status: 'read'; inputs: Record<string, unknown> }
  /** By the name of the input, or of the JSON as a whole. */
  | { status: 'wrong'; problems: Record<string, string>; jsonProblem: string | null }

export const emptyDraft: InputsDraft = { mode: 'form', texts: {}, json: null }

export function isTyped({ mode, texts, json }: InputsDraft): boolean {
  return Object.keys(texts).length > 0 || (mode === 'json' && json !== null)
}

/** Whether something is typed for these inputs; a draft can be of inputs that are gone. */
export function isTypedFor(fields: readonly InputField[], { mode, texts, json }: InputsDraft): boolean {
  return fields.some(({ name }) => texts[name] !== undefined) || (mode === 'json' && json !== null)
}

/** The inputs as they would be run now. */
export function readDraft(
  fields: readonly InputField[],
  draft: InputsDraft,
  sources: InputSources,
  notObject: string,
): InputsRead {
  if (draft.mode === 'json' && draft.json !== null) {
    const inputs = parseObject(draft.json)
    return inputs ? { status: 'read', inputs } : { status: 'wrong', problems: {}, jsonProblem: notObject }
  }
  const isOwn = ({ name }: InputField): boolean => draft.texts[name] !== undefined
  const { inputs: typed, problems } = readInputs(fields.filter(isOwn), draft.texts)
  if (Object.keys(problems).length > 0) return { status: 'wrong', problems, jsonProblem: null }
  const inputs = fields.flatMap((field): [string, unknown][] => {
    const { name } = field
    if (isOwn(field)) return name in typed ? [[name, typed[name]]] : []
    const source = sources[name]
    return hasValue(source) ? [[name, source.value]] : []
  })
  return { status: 'read', inputs: Object.fromEntries(inputs) }
}

export function hasValue(
  source: InputSource | undefined,
): source is Extract<InputSource, { name: 'known' | 'default' }> {
  return source?.name === 'known' || source?.name === 'default'
}

/** The nodes that have to run before these inputs are there. */
export function missingNodes(fields: readonly InputField[], draft: InputsDraft, sources: InputSources): string[] {
  if (draft.mode === 'json' && draft.json !== null) return []
  const missing = fields.flatMap(({ name }) => {
    const source = draft.texts[name] === undefined ? sources[name] : undefined
    return source?.name === 'missing' ? [source.from] : []
  })
  return [...new Set(missing)]
}

/** The JSON of the inputs, as it is typed or as the form has it. */
export function jsonOf(fields: readonly InputField[], draft: InputsDraft, sources: InputSources): string {
  if (draft.mode === 'json' && draft.json !== null) return draft.json
  const read = readDraft(fields, draft, sources, '')
  return formatValue('object', read.status === 'read' ? read.inputs : {})
}

/** Changes between form and JSON; null when the JSON cannot be read, and so cannot be shown as a form. */
export function switchMode(
  fields: readonly InputField[],
  draft: InputsDraft,
  mode: InputsDraft['mode'],
  sources: InputSources,
): InputsDraft | null {
  if (mode === draft.mode) return draft
  const written = draft.json === null ? {} : parseObject(draft.json)
  // What only the JSON names is kept, for inputs that are declared later.
  const others = Object.entries(written ?? {}).filter(([name]) => !fields.some((field) => field.name === name))
  if (mode === 'json') {
    if (others.length === 0) return { ...draft, mode, json: null }
    const read = readDraft(fields, { ...draft, json: null }, sources, '')
    const own = read.status === 'read' ? read.inputs : {}
    return { ...draft, mode, json: formatValue('object', { ...own, ...Object.fromEntries(others) }) }
  }
  if (draft.json === null) return { ...draft, mode }
  const kept = others.length > 0 ? formatValue('object', Object.fromEntries(others)) : null
  return written && { mode, texts: textsOf(fields, written, sources), json: kept }
}

/** The texts of the values that are not those of their sources. */
function textsOf(fields: readonly InputField[], inputs: Values, sources: InputSources): InputsDraft['texts'] {
  const typed = fields.flatMap(({ name, type, editor }): [string, string | null][] => {
    const { [name]: value } = inputs
    const source = sources[name]
    if (hasValue(source) ? isSame(source.value, value) : value === undefined && source !== undefined) return []
    // An input that is not given is null for the code; of a text, an empty field would be an empty text.
    const isNull = value === null || (value === undefined && editor === 'text')
    return [[name, isNull ? null : formatValue(type, value)]]
  })
  return Object.fromEntries(typed)
}

/** A draft that was kept as text; null when it is none. */
export function parseDraft(text: string | null): InputsDraft | null {
  const draft = text === null ? null : parseObject(text)
  if (!draft || !isObject(draft.texts)) return null
  const texts = Object.entries(draft.texts).filter(
    (entry): entry is [string, string | null] => typeof entry[1] === 'string' || entry[1] === null,
  )
  return {
    mode: draft.mode === 'json' ? 'json' : 'form',
    texts: Object.fromEntries(texts),
    json: typeof draft.json === 'string' ? draft.json : null,
  }
}

function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value = parseLossless(text)
    return isObject(value) ? value : null
  } catch {
    // Not JSON; the caller says so.
    return null
  }
}
