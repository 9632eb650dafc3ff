import { CodenodeError } from '../contract/error.ts'
import { systemNames } from '../contract/selector.ts'
import { isObject } from '../contract/values.ts'
import { referencesOf } from '../document/references.ts'
import type { Workflow, WorkflowGraph } from '../document/workflow.ts'
import { checkSecretNames, explainMasked } from '../secrets/named-secrets.ts'
import { maskText, SecretMask } from '../secrets/secret-mask.ts'

/** The secrets of a run. `names`: as its inputs are called, `env.NAME` for variables of the environment. */
export type Secrets = { names: string[]; mask: SecretMask | null }

type Environment = Pick<Workflow, 'environment' | 'environmentTypes'>
type Inputs = Readonly<Record<string, unknown>>

/**
 * The secrets of a workflow with these inputs: environment variables of type `secret`, inputs `env.NAME` of which the document
 * does not say another type, and inputs that are marked. Throws `inputs_invalid` for names that mark nothing, and for secrets
 * that nodes read and that are given masked.
 */
export function findSecrets(workflow: Workflow, inputs: unknown, marked: readonly string[] = []): Secrets {
  const given = isObject(inputs) ? inputs : {}
  const variables = secretVariablesOf(workflow, given)
  if (variables.length === 0 && marked.length === 0) return { names: [], mask: null }
  const secrets = new Map<string, unknown[]>()
  for (const name of variables) {
    secrets.set(`env.${name}`, [workflow.environment[name], given[`env.${name}`]])
  }
  for (const name of marked) secrets.set(name, [...(secrets.get(name) ?? []), given[name]])
  const issues = [
    ...checkSecretNames(marked, given, inputNamesOf(workflow)),
    ...findMasked(workflow, given, { variables, marked }).map(explainMasked),
  ]
  if (issues.length > 0) throw new CodenodeError('inputs_invalid', { issues })
  return toSecrets(secrets)
}

/** Only those that have a value. */
export function toSecrets(values: ReadonlyMap<string, readonly unknown[]>): Secrets {
  const known = [...values].map(([name, all]) => [name, all.filter(isKnown)] as const)
  const names = known.flatMap(([name, all]) => (all.length > 0 ? [name] : []))
  return { names, mask: SecretMask.of(known.flatMap(([, all]) => all)) }
}

/** Whether an environment variable is secret; `isGiven`: its value comes from the caller. */
export function isSecretVariable({ environmentTypes }: Environment, name: string, isGiven: boolean): boolean {
  const type = Object.hasOwn(environmentTypes, name) ? environmentTypes[name] : null
  return type === 'secret' || (isGiven && type == null)
}

function isKnown(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '' && value !== maskText
}

function secretVariablesOf(workflow: Environment, given: Inputs): string[] {
  const names = Object.keys(workflow.environment)
  return names.filter((name) => isSecretVariable(workflow, name, Object.hasOwn(given, `env.${name}`)))
}

type Named = { variables: readonly string[]; marked: readonly string[] }

function findMasked(workflow: Workflow, given: Inputs, { variables, marked }: Named): string[] {
  const read = readVariablesOf(workflow.graph)
  const masked = variables
    .filter((name) => read.has(name))
    .filter((name) => (given[`env.${name}`] ?? workflow.environment[name]) === maskText)
  const names = [...masked.map((name) => `env.${name}`), ...marked.filter((name) => given[name] === maskText)]
  return [...new Set(names)]
}

/** The environment variables that nodes read, those inside iterations included. */
function readVariablesOf({ nodes }: WorkflowGraph): Set<string> {
  const names = nodes.flatMap((node) => [
    ...referencesOf(node, { data: {} }).flatMap(({ selector: [source, name = ''] }) =>
      source === 'env' ? [name] : [],
    ),
    ...(node.type === 'iteration' ? readVariablesOf(node.body) : []),
  ])
  return new Set(names)
}

function inputNamesOf({ graph, environment, conversation }: Workflow): string[] {
  const entry = graph.nodes[graph.entry]
  const variables = entry?.type === 'start' ? (entry.settings.variables ?? []) : []
  return [
    ...variables.map(({ variable }) => variable),
    ...systemNames.map((name) => `sys.${name}`),
    ...Object.keys(environment).map((name) => `env.${name}`),
    ...Object.keys(conversation).map((name) => `conversation.${name}`),
  ]
}
