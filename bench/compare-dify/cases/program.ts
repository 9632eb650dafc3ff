import type { Case, CodeData, Topic } from '../case.ts'
import { fromStart } from '../document.ts'

export type Language = 'python' | 'javascript'

export type ProgramSettings = {
  /** Name → type, or the whole declaration. */
  outputs?: Record<string, string | object>
  /** Name → JSON text. */
  inputs?: Record<string, string>
  [setting: string]: unknown
}

/** A case of one Code node. */
export function program(
  topic: Topic,
  name: string,
  language: Language,
  code: string,
  { outputs = {}, inputs = {}, ...settings }: ProgramSettings = {},
): Case {
  const declared: Record<string, object> = {}
  for (const [key, type] of Object.entries(outputs)) declared[key] = typeof type === 'string' ? declare(type) : type
  const node: CodeData = {
    type: 'code',
    title: 'Code',
    code_language: language === 'python' ? 'python3' : 'javascript',
    code,
    variables: fromStart(...Object.keys(inputs)),
    outputs: declared,
    ...settings,
  }
  return { kind: 'program', topic, name: `${language}: ${name}`, node, inputsJson: writeInputs(inputs) }
}

/** Inputs as JSON text; `inputs`: name → JSON text. */
export function writeInputs(inputs: Record<string, string>): string {
  const members = Object.entries(inputs).map(([key, json]) => `${JSON.stringify(key)}:${json}`)
  return `{${members.join(',')}}`
}

/** A program that returns what an expression gives, as the output `r` of a type. */
export function returning(topic: Topic, language: Language, expression: string, type: string | object): Case {
  const name = `${typeof type === 'string' ? type : JSON.stringify(type)} ← ${expression}`
  return program(topic, name, language, returningCode(language, expression), { outputs: { r: type } })
}

export function returningCode(language: Language, expression: string, parameters = ''): string {
  return language === 'python'
    ? `def main(${parameters}):\n    return {"r": ${expression}}\n`
    : `function main(${parameters}) {\n  return { r: ${expression} }\n}\n`
}

export function declare(type: string, children: Record<string, unknown> | null = null): object {
  return { type, children }
}

export const outputTypes = [
  ...(['string', 'number', 'boolean', 'object'] as const),
  ...(['array[string]', 'array[number]', 'array[boolean]', 'array[object]'] as const),
] as const
