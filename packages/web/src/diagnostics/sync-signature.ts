import type { CodeLanguage } from 'codenode/contract'
import { type NamedInput, pythonHint, scriptType, writeParameters } from '../graph/stubs.ts'
import type { TextChange } from './diagnostic.ts'
import type { Main, Parameter } from './program.ts'
import { readProgram } from './read-program.ts'

/**
 * The code with the parameters of `main` made those of the inputs; nothing else changes. Parameters that stay keep their
 * hints and default values.
 */
export function syncSignature(code: string, language: CodeLanguage, inputs: readonly NamedInput[]): string {
  const change = signatureChange(code, language, inputs)
  return change ? code.slice(0, change.from) + change.insert + code.slice(change.to) : code
}

/** The change that `syncSignature` makes; null when there is none, or no single `main` whose parameters can be seen. */
export function signatureChange(
  code: string,
  language: CodeLanguage,
  inputs: readonly NamedInput[],
): TextChange | null {
  const { main } = readProgram(code, language)
  return main && changeOf(code, language, main, inputs)
}

/** As `signatureChange`, for a program that is read already. */
export function changeOf(
  code: string,
  language: CodeLanguage,
  main: Main,
  inputs: readonly NamedInput[],
): TextChange | null {
  if (!main.list) return null
  const list = language === 'python3' ? pythonList(code, main, inputs) : scriptList(code, main, language, inputs)
  if (list === null) return null
  const { from, to } = main.list
  const insert = main.hasParentheses ? list : `(${list})`
  const isSame = code.slice(from, to) === list || (!main.hasParentheses && code.slice(from, to) === list)
  return isSame ? null : { from, to, insert }
}

/** Those without a default come first, as Python wants it. */
function pythonList(code: string, { parameters }: Main, inputs: readonly NamedInput[]): string {
  const plain = inputs.map(({ name, type }) => {
    const before = parameters.find((it) => it.kind === 'plain' && it.name === name)
    const hint = pythonHint(type)
    const text = before ? code.slice(before.from, before.to) : hint ? `${name}: ${hint}` : name
    return { text, hasDefault: before?.hasDefault ?? false }
  })
  const keywords = parameters.find(({ kind }) => kind === 'keywords')
  return [
    ...plain.filter(({ hasDefault }) => !hasDefault).map(({ text }) => text),
    ...plain.filter(({ hasDefault }) => hasDefault).map(({ text }) => text),
    ...(keywords ? [code.slice(keywords.from, keywords.to)] : []),
  ].join(', ')
}

/** Null: the form of the parameters takes any inputs, or is none that is known. */
function scriptList(
  code: string,
  { parameters, takesObject }: Main,
  language: 'javascript' | 'typescript',
  inputs: readonly NamedInput[],
): string | null {
  const [first] = parameters
  if (!first) return inputs.length === 0 ? null : writeParameters(language, inputs)
  if (first.kind === 'destructured') return first.pattern ? destructured(code, first, language, inputs) : null
  const names = new Set(inputs.map(({ name }) => name))
  const isByName = parameters.some((it) => it.kind === 'plain' && names.has(it.name))
  if (first.kind !== 'plain' || (!isByName && (takesObject || inputs.length === 0))) return null
  const rest = parameters.filter(({ kind }) => kind === 'rest')
  return [
    ...inputs.map((input) => plainParameter(code, parameters, language, input)),
    ...rest.map(({ from, to }) => code.slice(from, to)),
  ].join(', ')
}

function plainParameter(
  code: string,
  parameters: readonly Parameter[],
  language: 'javascript' | 'typescript',
  { name, type }: NamedInput,
): string {
  const before = parameters.find((it) => it.kind === 'plain' && it.name === name)
  if (before) return code.slice(before.from, before.to)
  return language === 'typescript' ? `${name}: ${scriptType(type)}` : name
}

function destructured(
  code: string,
  parameter: Parameter,
  language: 'javascript' | 'typescript',
  inputs: readonly NamedInput[],
): string | null {
  const { properties, pattern, annotation } = parameter
  if (!pattern) return null
  const kept = inputs.map(({ name }) => {
    const before = properties.find((it) => !it.isRest && it.name === name)
    return before ? code.slice(before.from, before.to) : name
  })
  const rest = properties.filter(({ isRest }) => isRest).map(({ from, to }) => code.slice(from, to))
  const names = [...kept, ...rest]
  const isSame =
    names.length === properties.length && properties.every((it, index) => code.slice(it.from, it.to) === names[index])
  if (isSame) return null
  const braces = names.length === 0 ? '{}' : `{ ${names.join(', ')} }`
  // What follows the braces: `: Type`, ` = {}`.
  const after = code.slice(pattern.to, parameter.to)
  const type = annotation && code.slice(annotation.from, annotation.to)
  const isLiteralType = type !== null && /^:\s*\{/.test(type)
  if (language === 'javascript' || !isLiteralType) return braces + after
  return `${braces}: ${literalType(type, inputs)}${code.slice(annotation?.to ?? parameter.to, parameter.to)}`
}

/** The members of the type that stay are kept as they are written. */
function literalType(type: string, inputs: readonly NamedInput[]): string {
  const members = membersOfType(type)
  const written = inputs.map(({ name, type }) => members.get(name) ?? `${name}: ${scriptType(type)}`)
  return written.length === 0 ? '{}' : `{ ${written.join('; ')} }`
}

/** The members between the outermost braces, by name. */
function membersOfType(type: string): Map<string, string> {
  const inner = type.slice(type.indexOf('{') + 1, type.lastIndexOf('}'))
  const members = new Map<string, string>()
  let depth = 0
  let start = 0
  for (let at = 0; at <= inner.length; at++) {
    const char = inner[at] ?? ';'
    if ('({[<'.includes(char)) depth++
    // The arrow of a function's type closes nothing.
    else if (')}]'.includes(char) || (char === '>' && inner[at - 1] !== '=')) depth--
    else if (depth === 0 && (char === ';' || char === ',' || char === '\n')) {
      const member = inner.slice(start, at).trim()
      const name = /^(?:readonly\s+)?['"]?([\w$]+)['"]?\??\s*:/.exec(member)?.[1]
      if (name) members.set(name, member)
      start = at + 1
    }
  }
  return members
}
