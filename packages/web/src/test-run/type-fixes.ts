import { isObject, type OutputType, type RecordError } from 'codenode/contract'
import { outputsFromResult } from '../diagnostics/outputs-from.ts'
import type { Values } from '../run-state/node-tests.ts'

/** The type that would have let a returned value pass. `path`: the output, and the names of members below it. */
export type TypeFix = { path: readonly string[]; type: OutputType }

/** What main returned, where a failure is about that. */
export function returnedIn({ details }: RecordError): { values: Values; isWhole: boolean } | null {
  const { result } = details
  return isObject(result) && isObject(result.value) ? { values: result.value, isWhole: result.isWhole === true } : null
}

/** One for each output, or member of one, that came back as another type than declared, where the value tells which. */
export function typeFixes(error: RecordError): TypeFix[] {
  const returned = returnedIn(error)
  const { problems } = error.details
  if (!returned || !Array.isArray(problems)) return []
  const fixes = new Map<string, TypeFix>()
  for (const problem of problems) {
    if (!isObject(problem) || problem.code !== 'output_wrong_type' || typeof problem.path !== 'string') continue
    const steps = stepsOf(problem.path)
    const path = steps.filter((step) => typeof step === 'string')
    const type = typeOf(steps.reduce<unknown>(memberOf, returned.values))
    if (path.length > 0 && type) fixes.set(path.join('.'), { path, type })
  }
  return [...fixes.values()]
}

/** `outputs.rows[3].price` as `rows`, 3, `price`. Of elements it is the list whose type is declared. */
function stepsOf(path: string): (string | number)[] {
  if (!/^outputs(\.[\w$]+|\[\d+\])+$/.test(path)) return []
  const steps = [...path.matchAll(/\.([\w$]+)|\[(\d+)\]/g)].map(([, name, index]) => name ?? Number(index))
  return steps.slice(0, steps.findLastIndex((step) => typeof step === 'string') + 1)
}

function memberOf(value: unknown, step: string | number): unknown {
  if (Array.isArray(value)) return typeof step === 'number' ? value[step] : undefined
  return isObject(value) && Object.hasOwn(value, step) ? value[step] : undefined
}

/** Null: the value does not tell. */
function typeOf(value: unknown): OutputType | null {
  const untold = { type: 'string' } as const
  const { it } = outputsFromResult({ it: value }, { it: untold })
  return it === undefined || it === untold ? null : it.type
}
