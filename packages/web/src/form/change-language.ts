import { type CodeLanguage, isObject, type OutputSpecs } from 'codenode/contract'
import { languageOf } from '../graph/code-language.ts'
import type { NodeData } from '../graph/document.ts'
import { buildStub, inputNames, type NamedInput, newStub } from '../graph/stubs.ts'
import { outputsToRows, rowsToOutputs } from './output-rows.ts'

/** Changes the language. The user's code is kept; only a stub that nobody touched becomes that of the new language. */
export function changeLanguage(data: NodeData, language: CodeLanguage): NodeData {
  if (language === data.code_language) return data
  const changed = { ...data, code_language: language }
  const stub = findStub(data)
  return stub ? { ...changed, code: buildStub(language, stub.inputs, stub.outputs) } : changed
}

/** Replaces the code by the stub of the node's language: when people agree to lose theirs. */
export function resetCode(data: NodeData): NodeData {
  return { ...data, code: buildStub(languageOf(data), inputsOf(data), outputsOf(data)) }
}

/** Whether the code is empty or a stub as it was given, for the node's inputs and outputs or those of a new node. */
export function isUntouched(data: NodeData): boolean {
  return findStub(data) !== null
}

type Stub = { inputs: readonly NamedInput[]; outputs: OutputSpecs }

/** What the code, if it is a stub, was made for. */
function findStub(data: NodeData): Stub | null {
  const code = typeof data.code === 'string' ? data.code.trim() : ''
  const own = { inputs: inputsOf(data), outputs: outputsOf(data) }
  if (code === '') return own
  const untyped = own.inputs.map(({ name }) => ({ name }))
  // A stub stays as it was when more inputs are added.
  const before = own.inputs.map((_, count) => own.inputs.slice(0, count))
  const stubs = [own.inputs, untyped, newStub.inputs, ...before].flatMap((inputs) =>
    [own.outputs, newStub.outputs].map((outputs): Stub => ({ inputs, outputs })),
  )
  const language = languageOf(data)
  return stubs.find(({ inputs, outputs }) => buildStub(language, inputs, outputs).trim() === code) ?? null
}

function outputsOf(data: NodeData) {
  return rowsToOutputs(outputsToRows(data.outputs))
}

function inputsOf(data: NodeData): NamedInput[] {
  const entries: unknown[] = Array.isArray(data.variables) ? data.variables : []
  return inputNames(data).map((name) => {
    const entry = entries.find((it) => isObject(it) && it.variable === name)
    return { name, type: isObject(entry) && typeof entry.value_type === 'string' ? entry.value_type : undefined }
  })
}
