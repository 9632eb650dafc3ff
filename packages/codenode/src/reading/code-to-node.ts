import { CodenodeError } from '../contract/error.ts'
import type { Issue } from '../contract/failures.ts'
import type { NodeLimits } from '../contract/limits.ts'
import type { CodeNodeInput } from '../contract/node.ts'
import { codeLanguageOf, type Language, languages, namePattern } from '../contract/node-words.ts'
import { formatPath } from '../contract/paths.ts'
import { describeValue } from '../contract/values.ts'
import { readInputsObject } from '../values/check-json.ts'

export type CodeOptions = {
  /** What the result must have. Default: whatever `main` returns is kept. */
  outputs?: CodeNodeInput['outputs'] | undefined
  /** Default: "Code". */
  title?: string | undefined
  limits?: NodeLimits | undefined
}

/**
 * A program as the Code node that runs it: its variables are the names of the inputs that are given. Throws `node_invalid` for
 * a language that there is not, and `inputs_invalid` for inputs with names that `main` cannot be given.
 */
export function codeToNode(
  language: Language,
  code: string,
  inputs: unknown,
  { outputs = {}, title, limits }: CodeOptions = {},
): CodeNodeInput {
  checkLanguage(language)
  const names = Object.keys(readInputsObject(inputs))
  const issues = names.flatMap(checkInputName)
  if (issues.length > 0) throw new CodenodeError('inputs_invalid', { issues })
  return {
    type: 'code',
    code_language: codeLanguageOf[language],
    code,
    variables: names.map((variable) => ({ variable, value_selector: [] })),
    outputs,
    ...(title === undefined ? {} : { title }),
    ...(limits === undefined ? {} : { limits }),
  }
}

/** The types say so; who calls from JavaScript has no types. */
function checkLanguage(language: unknown): void {
  if (languages.some((known) => known === language)) return
  const message = `is ${describeValue(language)}; it must be python, javascript or typescript.`
  throw new CodenodeError('node_invalid', { issues: [{ path: 'language', message }] })
}

/** What is wrong with the name of an input, which `main` gets as a parameter. */
export function checkInputName(name: string): Issue[] {
  if (namePattern.test(name) && name !== '__proto__') return []
  const rule = 'letters, digits and underscores, no digit at the beginning, at most 30 characters.'
  return [{ path: formatPath('inputs', [name]), message: `has a name that main cannot be given; allowed are ${rule}` }]
}
