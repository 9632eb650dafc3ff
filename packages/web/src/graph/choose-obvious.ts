import { findNode, mapNodes, withData } from './access.ts'
import { languageOf } from './code-language.ts'
import type { GraphNode, NodeData, UpstreamVariable, WorkflowDocument } from './document.ts'
import { newCondition } from './new-node.ts'
import { buildStub, newStub } from './stubs.ts'
import { obviousVariable, upstreamVariables, variablesOfNode } from './upstream.ts'

/** A new node with the one variable chosen that it can only mean; as it was where there is none, or several. */
export function chooseObvious(document: WorkflowDocument, nodeId: string): WorkflowDocument {
  const node = findNode(document, nodeId)
  if (!node) return document
  const upstream = upstreamVariables(document, nodeId)
  const fitting = node.data.type === 'iteration' ? upstream.filter(({ type }) => type.startsWith('array')) : upstream
  const variable = obviousVariable(document, nodeId, fitting)
  const chosen = variable ? { [nodeId]: withVariable(node.data, variable) } : {}
  const around = typeof node.parentId === 'string' ? findNode(document, node.parentId) : undefined
  const data: Record<string, NodeData> = { ...chosen, ...(around ? outputOf(document, around, node) : {}) }
  return mapNodes(document, (it) => withData(it, data[it.id] ?? it.data))
}

/** A name for what reads a variable. */
export function nameFor({ selector }: UpstreamVariable): string {
  return (selector.at(-1) ?? '')
    .replaceAll(/\W/g, '_')
    .replace(/^(?=\d)/, '_')
    .slice(0, 28)
}

/** What an iteration gives of each item: what its first node gives, if that is one variable. */
function outputOf(document: WorkflowDocument, { id, data }: GraphNode, inner: GraphNode): Record<string, NodeData> {
  const [only, ...more] = variablesOfNode(document, inner)
  const isChosen = Array.isArray(data.output_selector) && data.output_selector.length > 0
  if (isChosen || !only || more.length > 0) return {}
  return { [id]: { ...data, output_selector: only.selector, output_type: `array[${only.type}]` } }
}

function withVariable(data: NodeData, variable: UpstreamVariable): NodeData {
  const { selector, type } = variable
  const name = nameFor(variable)
  const row = { variable: name, value_selector: selector, value_type: type }
  switch (data.type) {
    case 'code':
      return { ...data, variables: [row], code: buildStub(languageOf(data), [{ name, type }], newStub.outputs) }
    case 'if-else':
      return { ...data, cases: [{ case_id: 'true', logical_operator: 'and', conditions: [newCondition(variable)] }] }
    case 'variable-aggregator':
      return { ...data, variables: [selector], output_type: type }
    case 'iteration':
      return { ...data, iterator_selector: selector }
    case 'template-transform':
      return { ...data, variables: [row] }
    case 'end':
      return { ...data, outputs: [row] }
    default:
      return data
  }
}
