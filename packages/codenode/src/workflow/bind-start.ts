import { CodenodeError } from '../contract/error.ts'
import type { Issue } from '../contract/failures.ts'
import { formatPath } from '../contract/paths.ts'
import type { Warning } from '../contract/record.ts'
import { systemNames } from '../contract/selector.ts'
import type { JsonValue } from '../contract/values.ts'
import type { Workflow, WorkflowNode } from '../document/workflow.ts'
import { copyMember } from '../json/exact-numbers.ts'
import { checkJson, readInputsObject } from '../values/check-json.ts'
import { readStartValue } from './read-start-value.ts'

type Values = Record<string, JsonValue>

/** What a run begins with. `sys`, `environment` and `conversation` hold only what the caller gives. */
export type BoundStart = {
  startId: string
  /** The outputs of the start node: its variables, and the system's that were given, as `sys.query`. */
  start: Values
  sys: Values
  environment: Values
  conversation: Values
  warnings: Warning[]
}

/**
 * Gives each variable of the start node its value: given, its default, or null. Inputs may also be called `sys.query`,
 * `env.NAME` and `conversation.name`. Throws `inputs_invalid` with every issue; other inputs are dropped with a warning.
 */
export function bindStart(workflow: Workflow, inputs: unknown): BoundStart {
  const given = readInputsObject(inputs)
  const issues = Object.entries(given).flatMap(([name, value]) =>
    value === undefined ? [] : checkJson(value, ['inputs', name]),
  )
  if (issues.length > 0) throw new CodenodeError('inputs_invalid', { issues })
  // Everything has just been checked to be JSON.
  const values = given as Values

  const node = startOf(workflow)
  const start = node.type === 'start' ? readVariables(node, values) : {}
  const sys = pick(values, 'sys', systemNames)
  for (const name of Object.keys(sys)) copyMember(sys, name, start, `sys.${name}`)
  const environment = pick(values, 'env', Object.keys(workflow.environment))
  const conversation = pick(values, 'conversation', Object.keys(workflow.conversation))
  const known = new Set([...Object.keys(start), ...keysOf('env', environment), ...keysOf('conversation', conversation)])
  const warnings = Object.keys(values)
    .filter((name) => !known.has(name))
    .slice(0, 100)
    .map(warnUndeclared)
  return { startId: node.id, start, sys, environment, conversation, warnings }
}

type StartNode = Extract<WorkflowNode, { type: 'start' }>

/** The start node, or a trigger that is stood in for, which has no variables of its own. */
function startOf({ graph }: Workflow): WorkflowNode {
  // A checked workflow begins with one of them.
  return graph.nodes[graph.entry] as WorkflowNode
}

function readVariables({ settings }: StartNode, given: Values): Values {
  const values: Values = {}
  const issues: Issue[] = []
  for (const variable of settings.variables ?? []) {
    const name = variable.variable
    const read = readStartValue(variable, Object.hasOwn(given, name) ? given[name] : null)
    if ('problem' in read) issues.push({ path: formatPath('inputs', [name]), message: read.problem })
    else if (typeof read.holder.value === 'number' && read.holder.value === given[name])
      copyMember(given, name, values, name)
    else copyMember(read.holder, 'value', values, name)
  }
  if (issues.length > 0) throw new CodenodeError('inputs_invalid', { issues })
  return values
}

function pick(given: Values, prefix: string, names: readonly string[]): Values {
  const found = names.filter((name) => Object.hasOwn(given, `${prefix}.${name}`))
  const values: Values = {}
  for (const name of found) copyMember(given, `${prefix}.${name}`, values, name)
  return values
}

function keysOf(prefix: string, values: Values): string[] {
  return Object.keys(values).map((name) => `${prefix}.${name}`)
}

function warnUndeclared(name: string): Warning {
  const path = formatPath('inputs', [name])
  const message = `${path} is not a variable of the start node and was dropped.`
  return { code: 'input_undeclared', path, message }
}
