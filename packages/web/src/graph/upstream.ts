import { isObject, systemNames } from 'codenode/contract'
import { labels } from '../labels/editor.ts'
import { edgesOf, findNode, nodesOf, parentOf } from './access.ts'
import { idsBefore, idsBehind } from './connect.ts'
import type { GraphNode, UpstreamVariable, WorkflowDocument } from './document.ts'
import { failureNames, typeOfValue, type Variable, variablesOf } from './variables.ts'

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
      .flatMap((source) => afterHandle(document, source, levels)),
    ...specialVariables(document),
  ]
}

/** The one variable that a new field can only mean: the only one of the nodes right before, or of all before. */
export function obviousVariable(
  document: WorkflowDocument,
  nodeId: string,
  upstream: readonly UpstreamVariable[],
): UpstreamVariable | null {
  const wanted = upstream.filter(({ nodeId: source, selector, noValue }) => {
    if (selector.length !== 2 || noValue !== undefined || source in specialTitles) return false
    const { type, error_strategy: strategy } = findNode(document, source)?.data ?? { type: '' }
    return type !== 'if-else' && !(strategy === 'default-value' && failureNames.has(selector[1] ?? ''))
  })
  const nearest = edgesOf(document).flatMap(({ source, target }) => (target === nodeId ? [source] : []))
  // Behind the beginning of an iteration it is the item.
  const items = nearest.flatMap((id) => findNode(document, id) ?? []).map((node) => `${parentOf(node)} item`)
  const near = wanted.filter(
    ({ selector }) => nearest.includes(selector[0] ?? '') || items.includes(selector.join(' ')),
  )
  const [only = null, ...more] = near.length > 0 ? near : wanted
  return more.length === 0 ? only : null
}

/**
 * What a node with a fail branch gives to a node behind one of its handles: first what has a value there. What was declared
 * has none after a failure, and the error has none after a success.
 */
function afterHandle(document: WorkflowDocument, source: GraphNode, levels: readonly GraphNode[]): UpstreamVariable[] {
  const variables = variablesOfNode(document, source)
  if (source.data.error_strategy !== 'fail-branch') return variables
  const isBehind = (handle: string): boolean => {
    const ids = idsBehind(document, source.id, handle)
    return levels.some(({ id }) => ids.has(id))
  }
  const ofFailure = variables.filter(({ selector }) => failureNames.has(selector[1] ?? ''))
  const ofSuccess = variables.filter((variable) => !ofFailure.includes(variable))
  const [succeeded, failed] = [isBehind('source'), isBehind('fail-branch')]
  if (succeeded && failed) return variables
  const never = (list: readonly UpstreamVariable[], noValue: string) => list.map((it) => ({ ...it, noValue }))
  return failed
    ? [...ofFailure, ...never(ofSuccess, labels.variable.noValue.failed)]
    : [...ofSuccess, ...never(ofFailure, labels.variable.noValue.succeeded)]
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
