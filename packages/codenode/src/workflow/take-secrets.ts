import { CodenodeError } from '../contract/error.ts'
import { formatSelector, type Selector } from '../contract/selector.ts'
import type { JsonValue } from '../contract/values.ts'
import type { Workflow, WorkflowNode } from '../document/workflow.ts'
import { copyMember, mergeMembers } from '../json/exact-numbers.ts'
import { checkSecretNames, explainMasked, hasMask } from '../secrets/named-secrets.ts'
import { isSecretVariable, type Secrets, toSecrets } from './secrets.ts'
import { Scope } from './values/scope.ts'

type Values = Record<string, JsonValue>

export type RecordedRerun = {
  node: WorkflowNode
  workflow: Workflow
  recorded: Readonly<Record<string, unknown>>
  /** In place of recorded inputs, and as `env.NAME` of the document's own values. */
  changes: Readonly<Record<string, unknown>>
  marked: readonly string[] | undefined
}

/**
 * The inputs of a node that is run again. What is masked in the record is taken anew, from `changes` or from the document's
 * environment; it stays a secret. Throws `inputs_invalid` with each that is missing.
 */
export function takeSecrets(rerun: RecordedRerun): { inputs: Values; secrets: Secrets } {
  const { recorded, changes, marked = [] } = rerun
  const environment = environmentOf(rerun)
  const secrets = secretVariablesIn(rerun, environment)
  const missing: string[] = []
  // Recorded inputs are JSON, as are the document and what was checked of the changes.
  const inputs = mergeMembers(recorded, pick(changes, Object.keys(recorded))) as Values
  for (const [name, value] of Object.entries(recorded)) {
    const selector = environmentSelector(rerun.node, name)
    const isMasked = hasMask(value)
    if (Object.hasOwn(changes, name)) {
      if (isMasked) secrets.set(name, [changes[name]])
      continue
    }
    const isTaken = selector !== null && (isMasked || Object.hasOwn(changes, formatSelector(selector.slice(0, 2))))
    const found = isTaken ? environment.get(selector) : value
    if (isMasked && (found === null || found === '' || hasMask(found))) {
      missing.push(isTaken ? formatSelector(selector.slice(0, 2)) : name)
    }
    if (isTaken) inputs[name] = found as JsonValue
  }
  for (const name of marked) secrets.set(name, [inputs[name]])
  const issues = [...checkSecretNames(marked, recorded, []), ...[...new Set(missing)].map(explainMasked)]
  if (issues.length > 0) throw new CodenodeError('inputs_invalid', { issues })
  return { inputs, secrets: toSecrets(secrets) }
}

/** The members that are there, of those names. */
function pick(from: Readonly<Record<string, unknown>>, names: readonly string[]): Record<string, unknown> {
  const picked = {}
  for (const name of names) if (Object.hasOwn(from, name)) copyMember(from, name, picked, name)
  return picked
}

function environmentOf({ workflow, changes }: RecordedRerun): Scope {
  const scope = new Scope()
  const environment = mergeMembers(workflow.environment)
  for (const name of Object.keys(environment)) {
    if (Object.hasOwn(changes, `env.${name}`)) copyMember(changes, `env.${name}`, environment, name)
  }
  scope.set('env', environment)
  return scope
}

function secretVariablesIn({ workflow, changes }: RecordedRerun, environment: Scope): Map<string, unknown[]> {
  const names = Object.keys(workflow.environment)
  const secret = names.filter((name) => isSecretVariable(workflow, name, Object.hasOwn(changes, `env.${name}`)))
  return new Map(secret.map((name) => [`env.${name}`, [environment.get(['env', name]), workflow.environment[name]]]))
}

/** Where an input comes from, if that is the environment. Nodes that give their inputs no names have them by their selectors. */
function environmentSelector(node: WorkflowNode, name: string): Selector | null {
  const hasNames = node.type === 'code' || node.type === 'template-transform'
  const selector = hasNames
    ? (node.settings.variables.find(({ variable }) => variable === name)?.value_selector ?? [])
    : name.split('.')
  return selector[0] === 'env' ? selector : null
}
