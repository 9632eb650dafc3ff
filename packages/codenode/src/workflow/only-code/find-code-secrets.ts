import { CodenodeError } from '../../contract/error.ts'
import { isObject } from '../../contract/values.ts'
import type { CodeNodes } from '../../document/parse-code-nodes.ts'
import { checkSecretNames, explainMasked } from '../../secrets/named-secrets.ts'
import { maskText } from '../../secrets/secret-mask.ts'
import { isSecretVariable, type Secrets, toSecrets } from '../secrets.ts'
import type { BoundCodeNodes } from './bind-code-nodes.ts'

type Bound = { code: CodeNodes; bound: BoundCodeNodes }

/**
 * The secrets of Code nodes that are run alone: what their variables get in place of secret variables of the environment, and
 * inputs that are marked. Throws `inputs_invalid` for names that mark nothing, and for secrets that are given masked.
 */
export function findCodeSecrets({ code, bound }: Bound, inputs: unknown, marked: readonly string[] = []): Secrets {
  const given = isObject(inputs) ? inputs : {}
  const secrets = new Map<string, unknown[]>()
  const add = (name: string, value: unknown): void => {
    secrets.set(name, [...(secrets.get(name) ?? []), value])
  }
  for (const { name, value } of readVariables({ code, bound })) add(name, value)
  for (const [name, value] of Object.entries(code.head.environment)) {
    if (isSecretVariable(code.head, name, false)) add(`env.${name}`, value)
  }
  for (const name of marked) add(name, given[name])
  const read = new Set([...readVariables({ code, bound }).map(({ name }) => name), ...marked])
  const masked = [...secrets].filter(([name, values]) => read.has(name) && values[0] === maskText)
  const issues = [...checkSecretNames(marked, given, []), ...masked.map(([name]) => explainMasked(name))]
  if (issues.length > 0) throw new CodenodeError('inputs_invalid', { issues })
  return toSecrets(secrets)
}

/** What variables get that select secret variables of the environment. */
function readVariables({ code: { nodes, head }, bound }: Bound): { name: string; value: unknown }[] {
  return nodes.flatMap(({ id, settings }) =>
    settings.variables.flatMap(({ variable, value_selector: [sourceId, name = ''] }) => {
      const source = bound.get(id)?.get(variable)
      if (sourceId !== 'env' || source?.kind !== 'value') return []
      const value = source.values[source.name]
      const isGiven = value !== head.environment[name]
      return isSecretVariable(head, name, isGiven) ? [{ name: `env.${name}`, value }] : []
    }),
  )
}
