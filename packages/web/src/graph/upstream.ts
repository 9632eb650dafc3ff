import { isObject, systemNames } from 'codenode/contract'
import { findNode, nodesOf, parentOf } from './access.ts'
import { idsBefore } from './connect.ts'
import type { GraphNode, UpstreamVariable, WorkflowDocument } from './document.ts'
import { typeOfValue, type Variable, variablesOf } from './variables.ts'

/** What stands for the sources that are no nodes. */
export const specialTitles = { env: 'Environment', conversation: 'Conversation', sys: 'System' } as const

/**
 * Every variable that a node can read: of the iterations around it, of all nodes before it by edges, of the environment,
 * and what the system gives. Members of declared objects follow their object.
 */
export function upstreamVariables(document: WorkflowDocument, nodeId: string): UpstreamVariable[] {
  const node = findNode(document, nodeId)
  if (!node) return []
  const around = iterationsAround(document, node)
  const levels = [node, ...around]
  const before = new Set(levels.flatMap((level) => [...idsBefore(document, level.id)]))
  return [
    ...around.flatMap((iteration) => toUpstream(iteration.id, titleOf(iteration), itemOf(document, iteration))),
    ...nodesOf(document)
      .filter(({ id }) => before.has(id) && !levels.some((level) => level.id === id))
      .flatMap((source) => variablesOfNode(document, source)),
    ...specialVariables(document),
  ]
}

/** What an iteration can give as its output: the variables of the nodes inside of it. */
export function variablesInside(document: WorkflowDocument, iterationId: string): UpstreamVariable[] {
  return nodesOf(document)
    .filter((node) => parentOf(node) === iterationId)
    .flatMap((node) => variablesOfNode(document, node))
}

/** The variables that other nodes can read from a node. */
export function variablesOfNode(document: WorkflowDocument, node: GraphNode): UpstreamVariable[] {
  return toUpstream(
    node.id,
    titleOf(node),
    variablesOf(node.data, (selector) => typeOf(document, selector)),
  )
}

/** The type of what a selector points to, `any` where it is not known. */
export function typeOf(document: WorkflowDocument, selector: readonly string[], depth = 0): string {
  const [source = '', name = ''] = selector
  // Aggregators and iterations take their type from others, which may go in a circle while a workflow is built.
  if (selector.length < 2 || depth > 20) return 'any'
  const node = findNode(document, source)
  const variables = node
    ? [
        ...variablesOf(node.data, (from) => typeOf(document, from, depth + 1)),
        ...(node.data.type === 'iteration' ? itemOf(document, node, depth + 1) : []),
      ]
    : specialVariables(document)
        .filter(({ nodeId }) => nodeId === source)
        .map(({ selector, type }) => ({ steps: selector.slice(1), type }))
  const steps = node?.data.type === 'start' && name.startsWith('sys.') ? [name.slice('sys.'.length)] : selector.slice(1)
  return variables.find((it) => it.steps.join('\n') === steps.join('\n'))?.type ?? 'any'
}

function itemOf(document: WorkflowDocument, { data }: GraphNode, depth = 0): Variable[] {
  const selector = Array.isArray(data.iterator_selector) ? data.iterator_selector : []
  const list = typeOf(document, selector as string[], depth + 1)
  return [
    { steps: ['item'], type: /^array\[(.+)\]$/.exec(list)?.[1] ?? 'any' },
    { steps: ['index'], type: 'number' },
  ]
}

/** From the innermost to the outermost. */
function iterationsAround(document: WorkflowDocument, node: GraphNode): GraphNode[] {
  const around: GraphNode[] = []
  for (let at = findNode(document, parentOf(node) ?? ''); at && !around.includes(at); ) {
    around.push(at)
    at = findNode(document, parentOf(at) ?? '')
  }
  return around
}

function specialVariables({ app, workflow }: WorkflowDocument): UpstreamVariable[] {
  const isChat = isObject(app) && app.mode === 'advanced-chat'
  const system = systemNames.filter((name) => runNames.has(name) || (isChat && chatNames.has(name)))
  return [
    ...toUpstream('env', specialTitles.env, storedVariables(workflow.environment_variables)),
    ...toUpstream('conversation', specialTitles.conversation, storedVariables(workflow.conversation_variables)),
    ...toUpstream(
      'sys',
      specialTitles.sys,
      system.map((name) => ({ steps: [name], type: systemTypes[name] ?? 'string' })),
    ),
  ]
}

const runNames: ReadonlySet<string> = new Set([
  'user_id',
  'app_id',
  'workflow_id',
  'workflow_run_id',
  'timestamp',
  'files',
])
const chatNames: ReadonlySet<string> = new Set(['query', 'conversation_id', 'dialogue_count'])
const systemTypes: Readonly<Record<string, string>> = {
  files: 'array[file]',
  timestamp: 'number',
  dialogue_count: 'number',
}

function storedVariables(entries: unknown): Variable[] {
  if (!Array.isArray(entries)) return []
  return entries.flatMap((entry: unknown) => {
    if (!isObject(entry) || typeof entry.name !== 'string') return []
    const type = typeof entry.value_type === 'string' ? entry.value_type : typeOfValue(entry.value)
    return [{ steps: [entry.name], type }]
  })
}

function toUpstream(nodeId: string, nodeTitle: string, variables: readonly Variable[]): UpstreamVariable[] {
  return variables.map(({ steps, type }) => ({ nodeId, nodeTitle, selector: [nodeId, ...steps], type }))
}

function titleOf({ data }: GraphNode): string {
  return data.title || data.type
}
