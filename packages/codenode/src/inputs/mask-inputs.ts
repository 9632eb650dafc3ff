import { CodenodeError } from '../contract/error.ts'
import type { CodeNode } from '../contract/node.ts'
import { isObject } from '../contract/values.ts'
import { checkSecretNames, explainMasked } from '../secrets/named-secrets.ts'
import { maskText, SecretMask } from '../secrets/secret-mask.ts'

/** The names of a node's inputs that are secret: those that the caller marks, and variables of type `secret`. */
export function secretInputsOf({ variables }: Pick<CodeNode, 'variables'>, marked: readonly string[] = []): string[] {
  const typed = variables.filter(({ value_type: type }) => type === 'secret').map(({ variable }) => variable)
  return [...new Set([...marked, ...typed])]
}

/** What hides the secret inputs of a node; null: it has none. Throws `inputs_invalid` where one is marked that is none, or masked. */
export function maskInputs(
  node: Pick<CodeNode, 'variables'>,
  inputs: unknown,
  marked: readonly string[] = [],
): SecretMask | null {
  const names = secretInputsOf(node, marked)
  if (names.length === 0) return null
  const given = isObject(inputs) ? inputs : {}
  const issues = [
    ...checkSecretNames(
      marked,
      given,
      node.variables.map(({ variable }) => variable),
    ),
    ...names.filter((name) => Object.hasOwn(given, name) && given[name] === maskText).map(explainMasked),
  ]
  if (issues.length > 0) throw new CodenodeError('inputs_invalid', { issues })
  return SecretMask.of(names.map((name) => (Object.hasOwn(given, name) ? given[name] : null)))
}
