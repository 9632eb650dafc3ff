import { formatSelector, type Selector } from '../../contract/selector.ts'
import type { JsonValue } from '../../contract/values.ts'
import { isEmptyOutput } from '../../document/node-settings.ts'
import { referencesOf } from '../../document/references.ts'
import type { NodeContext, NodeExecutor, SharedRun } from '../graph/node-context.ts'
import { fail, type NodeEnd, succeed } from '../graph/node-end.ts'
import type { PlannedNode } from '../graph/plan.ts'
import type { Scope } from '../values/scope.ts'
import { fillText } from '../values/text.ts'
import { chooseCase } from './choose-case.ts'
import { runIteration } from './run-iteration.ts'
import { runProgram } from './run-program.ts'
import { standInFor } from './stand-in-for.ts'

type Values = Record<string, JsonValue>
type OfType<Type extends PlannedNode['node']['type']> = Extract<PlannedNode['node'], { type: Type }>

/** Runs one node of a workflow, whatever its type. */
export const executeNode: NodeExecutor = async (planned, scope, at) => {
  switch (planned.kind) {
    case 'code':
    case 'template':
      return await executeWith(planned, readVariables(planned.node.settings.variables, scope), at)
    case 'iteration':
      return await runIteration(planned, scope, at)
    case 'stand-in':
      return standInFor(planned.node, at)
    case 'plain':
      return executePlain(planned.node, scope, at.run)
  }
}

/** Runs a node that has programs with these inputs, by the names of its variables. */
export function executeWith(
  planned: Extract<PlannedNode, { kind: 'code' | 'template' }>,
  inputs: Values,
  at: NodeContext,
): Promise<NodeEnd> {
  const given = planned.kind === 'code' ? inputs : { template: planned.node.settings.template, variables: inputs }
  return runProgram({ ...planned, inputs, given }, at)
}

function executePlain(node: Extract<PlannedNode, { kind: 'plain' }>['node'], scope: Scope, run: SharedRun): NodeEnd {
  switch (node.type) {
    case 'start': {
      // Their checked values stand in the scope from the beginning.
      const values = scope.outputsOf(node.id) as Values
      return succeed(values, values)
    }
    case 'iteration-start':
      return succeed({}, {})
    case 'if-else':
      return branch(node, scope, run)
    case 'variable-aggregator':
      return aggregate(node, scope)
    case 'end': {
      const named = node.settings.outputs.filter((output) => !isEmptyOutput(output))
      const outputs = readVariables(named, scope)
      return succeed(outputs, outputs)
    }
    case 'answer':
      return answer(node, scope, run)
  }
}

function readVariables(variables: readonly { variable: string; value_selector: Selector }[], scope: Scope): Values {
  const values: Values = {}
  for (const { variable, value_selector: selector } of variables) {
    if (variable !== '') scope.copyTo(selector, values, variable)
  }
  return values
}

/** For nodes that give their inputs no names: by the selectors' texts. */
function readReferences(node: OfType<'if-else' | 'variable-aggregator' | 'answer'>, scope: Scope): Values {
  const values: Values = {}
  for (const { selector } of referencesOf(node, { data: {} })) scope.copyTo(selector, values, formatSelector(selector))
  return values
}

function branch(node: OfType<'if-else'>, scope: Scope, run: SharedRun): NodeEnd {
  const inputs = readReferences(node, scope)
  const choice = chooseCase(node.settings.cases, scope, run.textBytes)
  if ('failure' in choice) return fail(choice.failure, inputs)
  const { caseId } = choice
  return succeed(inputs, { result: caseId !== null, selected_case_id: caseId ?? 'false' }, caseId ?? 'false')
}

function answer(node: OfType<'answer'>, scope: Scope, { budget, textBytes }: SharedRun): NodeEnd {
  const text = fillText(node.settings.answer, scope, textBytes)
  budget.spend(text.length)
  return succeed(readReferences(node, scope), { answer: text })
}

/** The first variable that has a value: of branches, those that were not taken have none. */
function aggregate(node: OfType<'variable-aggregator'>, scope: Scope): NodeEnd {
  const { variables, advanced_settings: advanced } = node.settings
  const firstOf = (selectors: readonly Selector[]): Values => {
    const output: Values = { output: null }
    const first = selectors.find((selector) => scope.get(selector) !== null)
    if (first) scope.copyTo(first, output, 'output')
    return output
  }
  const outputs = advanced?.group_enabled
    ? Object.fromEntries(advanced.groups.map((group) => [group.group_name, firstOf(group.variables)]))
    : firstOf(variables)
  return succeed(readReferences(node, scope), outputs)
}
