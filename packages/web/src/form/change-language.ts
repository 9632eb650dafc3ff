import { isObject, type Language, languages } from 'codenode/contract'
import type { NodeData } from '../graph/document.ts'
import { outputsToRows, rowsToOutputs } from './output-rows.ts'
import { buildStub, inputNames, type NamedInput } from './stubs.ts'

export function languageOf({ code_language: language }: NodeData): Language {
  return languages.find((known) => known === language) ?? 'python3'
}

/** Changes the language. The user's code is kept; only a stub that nobody touched becomes that of the new language. */
export function changeLanguage(data: NodeData, language: Language): NodeData {
  if (language === data.code_language) return data
  const changed = { ...data, code_language: language }
  return isUntouched(data) ? { ...changed, code: buildStub(language, inputsOf(data), outputsOf(data)) } : changed
}

/** Replaces the code by the stub of the node's language: when people agree to lose theirs. */
export function resetCode(data: NodeData): NodeData {
  return { ...data, code: buildStub(languageOf(data), inputsOf(data), outputsOf(data)) }
}

/** Whether the code is empty or a stub as it was given, for the node's inputs and outputs or those of a new node. */
export function isUntouched(data: NodeData): boolean {
  const code = typeof data.code === 'string' ? data.code.trim() : ''
  if (code === '') return true
  const language = languageOf(data)
  const first = [{ name: 'text', type: 'string' }]
  const inputs = [inputsOf(data), inputsOf(data).map(({ name }) => ({ name })), first]
  const outputs = [outputsOf(data), { result: { type: 'string' } } as const]
  return inputs.some((names) => outputs.some((specs) => buildStub(language, names, specs).trim() === code))
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
