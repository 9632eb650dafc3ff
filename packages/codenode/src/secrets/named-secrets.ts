import type { Issue } from '../contract/failures.ts'
import { formatPath } from '../contract/paths.ts'
import { isObject, quote } from '../contract/values.ts'
import { maskText } from './secret-mask.ts'

/** Why a secret cannot be used: its mask was given in its place, as a record or a kept request shows it. */
export function explainMasked(name: string): Issue {
  const message = `is a secret and was given as ${maskText}, which is its mask: its true value is not kept and must be given anew.`
  return { path: formatPath('inputs', [name]), message }
}

/** Names that mark no input: a misspelt one would leave a secret in sight. `known`: what can be marked besides what is given. */
export function checkSecretNames(
  names: readonly string[],
  given: Readonly<Record<string, unknown>>,
  known: readonly string[],
): Issue[] {
  return names.flatMap((name, index) => {
    if (Object.hasOwn(given, name) || known.includes(name)) return []
    const all = [...new Set([...known, ...Object.keys(given)])].slice(0, 20)
    const message = `${quote(name)} is not an input; the inputs are ${all.map((it) => quote(it)).join(', ') || 'none'}.`
    return [{ path: formatPath('secrets', [index]), message }]
  })
}

/** Whether something in a value was hidden when it was kept. */
export function hasMask(value: unknown): boolean {
  if (typeof value === 'string') return value.includes(maskText)
  if (Array.isArray(value)) return value.some(hasMask)
  return isObject(value) && Object.entries(value).some(([key, member]) => key.includes(maskText) || hasMask(member))
}
