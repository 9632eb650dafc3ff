import type { Issue } from './failures.ts'
import { quote } from './values.ts'

/** Names of inputs and outputs: letters, digits, underscore, no leading digit, at most 30 characters. */
export const namePattern = /^[A-Za-z_][A-Za-z0-9_]{0,29}$/

/** What a whole number beyond ±2^53 is in JavaScript: a BigInt with all its digits, or an ordinary number, rounded. */
export const bigIntegerForms = ['bigint', 'number'] as const
export type BigIntegers = (typeof bigIntegerForms)[number]

/** What a program is written in, as every door but Dify's own calls it. */
export const languages = ['python', 'javascript', 'typescript'] as const
export type Language = (typeof languages)[number]

/** The same in the document of a node, whose words are Dify's. */
export const codeLanguages = ['python3', 'javascript', 'typescript'] as const
export type CodeLanguage = (typeof codeLanguages)[number]

export const languageOf: Readonly<Record<CodeLanguage, Language>> = {
  python3: 'python',
  javascript: 'javascript',
  typescript: 'typescript',
}
export const codeLanguageOf: Readonly<Record<Language, CodeLanguage>> = {
  python: 'python3',
  javascript: 'javascript',
  typescript: 'typescript',
}

export const errorStrategies = ['none', 'default-value', 'fail-branch'] as const
export type ErrorStrategy = (typeof errorStrategies)[number]

/** The rule for names of inputs and outputs, as an issue at `path`. */
export function checkName(path: string, name: string): Issue[] {
  if (namePattern.test(name)) return checkReserved(path, name)
  const rule = 'a name has letters, digits and underscores, does not begin with a digit, and has at most 30 characters.'
  return [{ path, message: name === '' ? `is empty; ${rule}` : `is not a possible name (${quote(name)}); ${rule}` }]
}

/** JavaScript would take such a member for the object's prototype. */
export function checkReserved(path: string, name: string): Issue[] {
  return name === '__proto__'
    ? [{ path, message: 'cannot be a name: JavaScript gives __proto__ a meaning of its own.' }]
    : []
}
