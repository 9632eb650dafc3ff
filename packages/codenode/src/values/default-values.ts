import type * as z from 'zod'
import type { Issue } from '../contract/failures.ts'
import type { OutputLimits } from '../contract/limits.ts'
import { describeProblem } from '../contract/output-problems.ts'
import { formatPath } from '../contract/paths.ts'
import {
  describeValue,
  isObject,
  type JsonValue,
  type OutputSpec,
  type OutputType,
  quote,
  typeNames,
} from '../contract/values.ts'
import { copyExact } from '../json/exact-numbers.ts'
import { parseLossless, parseMember } from '../json/json.ts'
import { JsonError } from '../json/json-scan.ts'
import { checkOne } from './check-value.ts'

/** A default value as written in a node. */
export type DefaultValue = { key: string; type: OutputType; value?: unknown }

/** The default values of a checked node as outputs: texts for types other than string are parsed, booleans for numbers are 1 or 0. */
export function toDefaultOutputs(defaults: readonly DefaultValue[] | null | undefined): Record<string, JsonValue> {
  const outputs: Record<string, JsonValue> = {}
  for (const { key, type, value } of defaults ?? []) {
    // A checked node has only values of JSON here.
    const read = readDefault(type, value) as { value: JsonValue }
    outputs[key] = read.value
    // Dify's form writes numbers as text; `7.0` is a float.
    if (typeof read.value === 'number' && typeof value === 'string' && Number.isFinite(read.value)) {
      parseMember(plainNumber(value), outputs, key)
    }
  }
  return outputs
}

/**
 * Checks the default values of declared outputs, if the node uses them: with another error strategy they are
 * left over from an earlier choice and harm nobody. Reads the raw settings, so what is not of the right shape is skipped:
 * the schema reports it.
 */
export function checkDefaultValues(
  settings: Record<string, unknown>,
  outputSchema: z.ZodType<OutputSpec>,
  limits: OutputLimits,
): Issue[] {
  const { error_strategy: strategy, default_value: defaults, outputs } = settings
  if (strategy !== 'default-value' || !Array.isArray(defaults) || !isObject(outputs)) return []
  const issues: Issue[] = []
  const keys = new Set<string>()
  for (const [index, entry] of defaults.entries()) {
    if (!isObject(entry) || typeof entry.key !== 'string') continue
    // Those of no output are passed over.
    if (!Object.hasOwn(outputs, entry.key)) continue
    const path = formatPath('', ['default_value', index])
    if (keys.has(entry.key))
      issues.push({ path: `${path}.key`, message: `is ${quote(entry.key)} again; each output has one default.` })
    keys.add(entry.key)
    const spec = outputSchema.safeParse(outputs[entry.key])
    if (spec.success) issues.push(...checkDefault(path, entry, spec.data, limits))
  }
  return issues
}

function checkDefault(path: string, entry: Record<string, unknown>, spec: OutputSpec, limits: OutputLimits): Issue[] {
  if (entry.type !== spec.type) {
    return [
      { path: `${path}.type`, message: `is ${describeValue(entry.type)}; the output is declared as ${spec.type}.` },
    ]
  }
  const read = readDefault(spec.type, entry.value)
  if ('problem' in read) return [{ path: `${path}.value`, message: read.problem }]
  return checkOne(`${path}.value`, read.value, spec, limits).map((problem) => ({
    path: problem.path,
    message: `${describeProblem(problem)}.`,
  }))
}

/** A text for a type other than string is parsed, since Dify's form writes `"0"`, `"{}"` and `"[]"`. */
export function readDefault(type: OutputType, value: unknown): { value: unknown } | { problem: string } {
  if (value === undefined) return { value: null }
  if (type === 'number' && typeof value === 'boolean') return { value: value ? 1 : 0 }
  if (type === 'string' || typeof value !== 'string') return { value: toNumbers(type, value) }
  const text = value.trim()
  if (type === 'number' && /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return { value: parseNumber(text) }
  if (type === 'boolean' && /^(true|false)$/i.test(text)) return { value: text.toLowerCase() === 'true' }
  try {
    return { value: toNumbers(type, parseLossless(text)) }
  } catch (error) {
    if (!(error instanceof JsonError)) throw error
    return { problem: `is ${describeValue(value)}, which cannot be read as ${typeNames[type]}.` }
  }
}

/** Whole numbers keep all their digits; others are read as JavaScript does, which also takes `.5` and `+1`. */
function parseNumber(text: string): unknown {
  return /^-?[1-9]\d*$/.test(text) ? parseLossless(text) : Number(text)
}

/** `+1`, `.5` and `1.` as JSON has them. */
function plainNumber(text: string): string {
  const [, sign = '', whole = '', fraction, exponent = ''] =
    /^([+-]?)(\d*)(?:\.(\d*))?(e[+-]?\d+)?$/i.exec(text.trim()) ?? []
  const digits = whole.replace(/^0+(?=\d)/, '') || '0'
  return `${sign === '-' ? '-' : ''}${digits}${fraction === undefined ? '' : `.${fraction || '0'}`}${exponent}`
}

function toNumbers(type: OutputType, value: unknown): unknown {
  if (type !== 'array[number]' || !Array.isArray(value)) return value
  return copyExact(
    value,
    value.map((element: unknown) => (typeof element === 'boolean' ? Number(element) : element)),
  )
}
