import { CodenodeError } from '../contract/error.ts'
import { isObject } from '../contract/values.ts'
import { explainMasked, hasMask } from '../secrets/named-secrets.ts'
import { maskText, type SecretMask } from '../secrets/secret-mask.ts'
import type { Secrets } from './secrets.ts'

/** The inputs of a run as they may be kept: its secrets masked. */
export function keepInputs(inputs: unknown, { names, mask }: Secrets): unknown {
  if (!mask || !isObject(inputs)) return inputs
  const kept = Object.entries(inputs).map(([name, value]) => {
    const isSecret = names.includes(name) && value !== null && value !== undefined
    return [mask.text(name), isSecret ? maskText : mask.value(value)] as const
  })
  return Object.fromEntries(kept)
}

export type Kept = { inputs: Readonly<Record<string, unknown>>; secrets: readonly string[] }
export type Changes = { inputs: Readonly<Record<string, unknown>>; standIns?: unknown }

/**
 * What a run is given that is run again as it was kept, with `changes` and `marked` inputs. Throws `inputs_invalid` with the
 * inputs that are still masked and not given anew; `findSecrets` looks at those of the environment.
 */
export function replayInputs(kept: Kept, changes: Changes, marked: readonly string[] = []) {
  const { standIns } = changes
  const isMasked = (name: string): boolean => !Object.hasOwn(changes.inputs, name) && hasMask(kept.inputs[name])
  // Not every variable of the environment is read.
  const missing = Object.keys(kept.inputs).filter((name) => isMasked(name) && !name.startsWith('env.'))
  const issues = missing.map(explainMasked)
  if (kept.secrets.length > 0 && hasMask(standIns)) issues.push({ ...explainMasked(''), path: 'standIns' })
  if (issues.length > 0) throw new CodenodeError('inputs_invalid', { issues })
  const names = [...kept.secrets.filter((name) => !name.startsWith('env.')), ...marked]
  return { inputs: { ...kept.inputs, ...changes.inputs }, secrets: [...new Set(names)], standIns }
}

/** A document as it may be kept. Short secrets are masked where they stand as variables of the environment alone. */
export function keepDocument(document: unknown, mask: SecretMask | null): unknown {
  return mask
    ? mapVariables(mask.document(document), (value) => (value === '' || value === null ? value : maskText))
    : document
}

/** Whether more was masked of a kept document than values of its environment, so that it cannot be run any more. */
export function isMaskedElsewhere(document: unknown): boolean {
  return hasMask(mapVariables(document, () => null))
}

/** Secret variables of the environment: those of type `secret`, wherever the document begins. */
function mapVariables(document: unknown, change: (value: unknown) => unknown): unknown {
  if (!isObject(document)) return document
  const whole = isObject(document.workflow) ? { ...document, workflow: mapOwn(document.workflow, change) } : document
  return mapOwn(whole, change)
}

function mapOwn(block: Record<string, unknown>, change: (value: unknown) => unknown): Record<string, unknown> {
  const { environment_variables: variables } = block
  if (!Array.isArray(variables)) return block
  const mapped = variables.map((row: unknown) =>
    isObject(row) && row.value_type === 'secret' ? { ...row, value: change(row.value) } : row,
  )
  return { ...block, environment_variables: mapped }
}
