import type { Language } from '../contract/node-words.ts'
import type { OutputProblem } from '../contract/output-problems.ts'
import type { PathStep } from '../contract/paths.ts'
import type { ExecutionFailure } from '../contract/program.ts'
import { isObject, type OutputSpec, type OutputSpecs, type OutputType } from '../contract/values.ts'
import type { ValueCheck } from '../values/check-value.ts'
import { closeNames } from '../values/close-names.ts'
import { kindOfJsonText } from './json-text.ts'

/** How a language says what its users can write. */
type Words = {
  object: string
  array: string
  nothing: string
  parse: string
  write: string
  text: string
  number: string
  truth: string
  isTrue: string
  each: (call: string) => string
  give: (name: string) => string
}

const python: Words = {
  object: 'dict',
  array: 'list',
  nothing: 'None',
  parse: 'json.loads',
  write: 'json.dumps',
  text: 'str',
  number: 'float',
  truth: 'bool',
  isTrue: 'text.lower() == "true"',
  each: (call) => `[${call}(item) for item in items]`,
  give: (name) => `return {${JSON.stringify(name)}: …}`,
}
const javascript: Words = {
  object: 'object',
  array: 'array',
  nothing: 'null',
  parse: 'JSON.parse',
  write: 'JSON.stringify',
  text: 'String',
  number: 'Number',
  truth: 'Boolean',
  isTrue: "text.toLowerCase() === 'true'",
  each: (call) => `items.map((item) => ${call}(item))`,
  give: (name) => `return { ${name}: … }`,
}

const wordsOf = (language: Language): Words => (language === 'python' ? python : javascript)

/** What would mend the first problem of a result; undefined where the catalogue says it as well. */
export function adviseOutputs(
  { problems, firstAt }: Pick<ValueCheck, 'problems' | 'firstAt'>,
  result: Record<string, unknown>,
  { specs, language }: { specs: OutputSpecs; language: Language },
): string | undefined {
  const words = wordsOf(language)
  const [first] = problems
  if (first?.code === 'output_missing') return adviseMissing(firstAt, result, specs, words)
  if (first?.code === 'output_too_long') return adviseLength(valueAt(result, firstAt))
  if (first?.code !== 'output_wrong_type') return undefined
  return adviseType(first, valueAt(result, firstAt), typeof firstAt.at(-1) === 'number', words)
}

/** What to do about a result that is no object at all, which the child has noticed. */
export function adviseNoObject(
  { code, hint, details }: ExecutionFailure,
  specs: OutputSpecs,
  language: Language,
): string | undefined {
  if (code !== 'result_not_object' || hint !== undefined) return hint
  const words = wordsOf(language)
  const give = `\`${words.give(Object.keys(specs)[0] ?? 'result')}\``
  return ['None', 'null', 'undefined'].includes(String(details.found))
    ? `End every path through main with a return: ${give}.`
    : `Return it under the name of an output: ${give}.`
}

/** The returned key that is likely meant: one that is spelled alike, else the only one whose value fits. */
function adviseMissing(at: readonly PathStep[], result: object, specs: OutputSpecs, words: Words): string | undefined {
  const name = String(at.at(-1))
  const parent = valueAt(result, at.slice(0, -1))
  const declared = specsAt(specs, at.slice(0, -1))
  const type = declared[name]?.type
  if (!isObject(parent) || type === undefined) return undefined
  const undeclared = Object.keys(parent)
    .slice(0, mostKeys)
    .filter((key) => !Object.hasOwn(declared, key))
  const fitting = undeclared.filter((key) => !isExplanation(key) && fits(parent[key], type))
  const likely = closeNames(name, undeclared)[0] ?? (fitting.length === 1 ? fitting[0] : undefined)
  if (likely !== undefined && likely.length <= 100)
    return `Did you mean ${JSON.stringify(likely)}? Return it as ${JSON.stringify(name)}, or rename the output.`
  const give = `\`${words.give(name)}\``
  return `Return every declared output on every path, also after an error: ${give}; ${words.nothing} is allowed.`
}

function adviseType(problem: OutputProblem, value: unknown, isItem: boolean, words: Words): string | undefined {
  // Of a wrong type it is the declared one.
  const type = problem.allowed as OutputType
  const call = (name: string): string => `\`${isItem ? words.each(name) : `${name}(…)`}\``
  if (typeof value === 'string') return adviseText(value, type, call, words)
  if (type === 'string') return `Return ${call(typeof value === 'object' ? words.write : words.text)}.`
  if (type === 'boolean' && typeof value === 'number') return `Return ${call(words.truth)}.`
  if (type === 'object' && Array.isArray(value))
    return `Return one ${words.object}, or declare the output as array[object].`
  if (type.startsWith('array') && !Array.isArray(value)) return `Return it in ${a(words.array)}: \`[…]\`.`
  return undefined
}

type Call = (name: string) => string

function adviseText(text: string, type: OutputType, call: Call, words: Words): string | undefined {
  if (type === 'number') {
    return text.trim() !== '' && Number.isFinite(Number(text))
      ? `Return ${call(words.number)}.`
      : `Return a number, ${words.nothing}, or declare the output as string.`
  }
  if (type === 'boolean') return `Return \`${words.isTrue}\`.`
  const kind = kindOfJsonText(text)
  if (kind === null)
    return type === 'object'
      ? `Return ${a(words.object)}, or declare the output as string.`
      : `Return ${a(words.array)}: \`[text]\`, or \`text.split(…)\`.`
  const fenced = kind.isFenced ? ' in a Markdown fence: take the lines with ``` away, then' : ':'
  const isMeant = (kind.of === 'object') === (type === 'object')
  const declare = isMeant ? '' : `, and declare the output as ${kind.of === 'object' ? 'object' : 'array[…]'}`
  return `It is JSON text${fenced} return ${call(words.parse)}${declare}.`
}

function adviseLength(value: unknown): string | undefined {
  const variable = lengthVariable(value)
  return variable && `Return less, or raise the limit (\`${variable}\`).`
}

function lengthVariable(value: unknown): string | undefined {
  if (typeof value === 'string') return 'CODE_MAX_STRING_LENGTH'
  if (!Array.isArray(value)) return undefined
  const first: unknown = value.find((item) => item !== null)
  if (typeof first === 'string') return 'CODE_MAX_STRING_ARRAY_LENGTH'
  return isObject(first) ? 'CODE_MAX_OBJECT_ARRAY_LENGTH' : 'CODE_MAX_NUMBER_ARRAY_LENGTH'
}

/** A result can have a million. */
const mostKeys = 1000

const isExplanation = (key: string): boolean => key === 'error' || key === 'message'
const a = (noun: string): string => (/^[aeiou]/.test(noun) ? `an ${noun}` : `a ${noun}`)

function fits(value: unknown, type: OutputType): boolean {
  if (type === 'object') return isObject(value)
  if (type.startsWith('array')) return Array.isArray(value)
  return typeof value === type || (type === 'number' && typeof value === 'bigint')
}

function valueAt(value: unknown, steps: readonly PathStep[]): unknown {
  return steps.reduce<unknown>((at, step) => {
    if (Array.isArray(at)) return at[Number(step)]
    return isObject(at) && Object.hasOwn(at, step) ? at[step] : undefined
  }, value)
}

/** The declared members at a place; elements of an array have those of the array. */
function specsAt(specs: OutputSpecs, steps: readonly PathStep[]): OutputSpecs {
  return steps.reduce<OutputSpecs>((at, step) => {
    if (typeof step === 'number') return at
    const spec: OutputSpec | undefined = Object.hasOwn(at, step) ? at[step] : undefined
    return spec?.children ?? {}
  }, specs)
}
