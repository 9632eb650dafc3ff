import { isObject, parseLossless } from 'codenode/contract'
import { type InputField, readInputs } from '../form/input-fields.ts'
import { formatValue } from '../form/values.ts'

/** The inputs of a test run as they are written: as a form and as JSON. Changing between them keeps the values. */
export type InputsDraft = {
  readonly mode: 'form' | 'json'
  /** By the name of the input; null is the value null, which a text field cannot say otherwise. */
  readonly texts: Readonly<Record<string, string | null>>
  readonly json: string
}

export type InputsRead =
  | { status: 'read'; inputs: Record<string, unknown> }
  /** By the name of the input, or of the JSON as a whole. */
  | { status: 'wrong'; problems: Record<string, string>; jsonProblem: string | null }

export const emptyDraft: InputsDraft = { mode: 'form', texts: {}, json: '{}' }

/** A draft that holds these inputs. */
export function draftOf(
  fields: readonly InputField[],
  inputs: Readonly<Record<string, unknown>>,
  mode: InputsDraft['mode'],
): InputsDraft {
  const texts = fields.map(({ name, type, editor }) => {
    const value = inputs[name]
    // An input that is not given is null for the code; of a text, an empty field would be an empty text.
    const isNull = value === null || (value === undefined && editor === 'text')
    return [name, isNull ? null : formatValue(type, value)] as const
  })
  return { mode, texts: Object.fromEntries(texts), json: formatValue('object', inputs) }
}

export function readDraft(fields: readonly InputField[], draft: InputsDraft, notObject: string): InputsRead {
  if (draft.mode === 'json') {
    const inputs = parseObject(draft.json)
    return inputs ? { status: 'read', inputs } : { status: 'wrong', problems: {}, jsonProblem: notObject }
  }
  const { inputs, problems } = readInputs(fields, draft.texts)
  return Object.keys(problems).length === 0
    ? { status: 'read', inputs }
    : { status: 'wrong', problems, jsonProblem: null }
}

/** Changes between form and JSON; null when the JSON cannot be read, and so cannot be shown as a form. */
export function switchMode(
  fields: readonly InputField[],
  draft: InputsDraft,
  mode: InputsDraft['mode'],
): InputsDraft | null {
  if (mode === draft.mode) return draft
  const written = parseObject(draft.json)
  if (mode === 'json') {
    // What only the JSON names is kept, for inputs that are declared later.
    const { inputs } = readInputs(fields, draft.texts)
    const others = Object.entries(written ?? {}).filter(([name]) => !fields.some((field) => field.name === name))
    return { ...draft, mode, json: formatValue('object', { ...inputs, ...Object.fromEntries(others) }) }
  }
  return written && { ...draftOf(fields, written, mode), json: draft.json }
}

/** A draft that was kept as text; null when it is none. */
export function parseDraft(text: string | null): InputsDraft | null {
  const draft = text === null ? null : parseObject(text)
  if (!draft || !isObject(draft.texts) || typeof draft.json !== 'string') return null
  const texts = Object.entries(draft.texts).filter(
    (entry): entry is [string, string | null] => typeof entry[1] === 'string' || entry[1] === null,
  )
  return { mode: draft.mode === 'json' ? 'json' : 'form', texts: Object.fromEntries(texts), json: draft.json }
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
