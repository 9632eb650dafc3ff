import { isObject } from 'codenode/contract'
import { edgesOf, findNode, nodesOf, parentOf, withData, withGraph, withInside } from '../graph/access.ts'
import { idsBefore } from '../graph/connect.ts'
import type { GraphEdge, GraphNode, WorkflowDocument } from '../graph/document.ts'
import { mapSelectors } from '../graph/map-selectors.ts'

/** Neither is the id of a node that people make. */
const endId = 'codenode-end-of-part'
const indexName = 'codenode_first_index'

/**
 * What comes before a node, as a workflow that ends where the node would begin. Of iterations around the node, the first
 * item is taken: what stands inside stands there instead of the iteration.
 */
export function partBefore(whole: WorkflowDocument, nodeId: string, name: string): WorkflowDocument {
  let document = whole
  for (let parent = parentIn(document, nodeId); parent !== null; parent = parentIn(document, nodeId)) {
    document = unfold(document, parent)
  }
  const ids = idsBefore(document, nodeId)
  const nodes = withInside(document, [...ids]).filter(({ data }) => data.type !== 'end')
  const kept = new Set(nodes.map(({ id }) => id))
  const edges = edgesOf(document).flatMap((edge): GraphEdge[] => {
    if (!kept.has(edge.source)) return []
    if (edge.target === nodeId) return [{ ...edge, id: `${edge.id}-${endId}`, target: endId }]
    return kept.has(edge.target) ? [edge] : []
  })
  const end: GraphNode = { id: endId, position: { x: 0, y: 0 }, data: { type: 'end', title: name, outputs: [] } }
  const part = withGraph(document, { nodes: [...nodes, end], edges })
  const app = isObject(part.app) ? part.app : {}
  return { ...part, app: { ...app, name, mode: 'workflow' } }
}

function parentIn(document: WorkflowDocument, nodeId: string): string | null {
  const node = findNode(document, nodeId)
  const parent = node ? parentOf(node) : null
  return parent !== null && findNode(document, parent) ? parent : null
}

/** The document with the inside of an iteration, for the first item, in the place of the iteration. */
function unfold(document: WorkflowDocument, iterationId: string): WorkflowDocument {
  const iteration = findNode(document, iterationId)
  if (!iteration) return document
  const { iterator_selector: list, start_node_id: first } = iteration.data
  const inside = nodesOf(document).filter((node) => parentOf(node) === iterationId)
  const starts = new Set(inside.filter(({ data }) => data.type === 'iteration-start').map(({ id }) => id))
  const entries = new Set([
    ...edgesOf(document)
      .filter(({ source }) => starts.has(source))
      .map(({ target }) => target),
    ...(typeof first === 'string' && !starts.has(first) ? [first] : []),
  ])
  const around = parentOf(iteration)
  const toItem = ([source, name, ...steps]: readonly string[]): readonly string[] => {
    if (source !== iterationId) return [source ?? '', name ?? '', ...steps]
    if (name === 'index') return ['env', indexName]
    return Array.isArray(list) ? [...(list as string[]), '0', ...steps] : []
  }
  const isGone = (id: string): boolean => id === iterationId || starts.has(id)
  const nodes = nodesOf(document)
    .filter(({ id }) => !isGone(id))
    .map((node) => (inside.includes(node) ? moveTo(node, around) : node))
    .map((node) => withData(node, mapSelectors(node.data, toItem)))
  const edges = edgesOf(document).flatMap((edge): GraphEdge[] => {
    if (edge.target === iterationId) {
      return [...entries].map((target) => ({ ...edge, id: `${edge.id}-${target}`, target }))
    }
    return isGone(edge.source) || isGone(edge.target) ? [] : [edge]
  })
  const { workflow } = withGraph(document, { nodes, edges })
  const stored = Array.isArray(workflow.environment_variables) ? (workflow.environment_variables as unknown[]) : []
  const index = { name: indexName, value_type: 'number', value: 0 }
  return { ...document, workflow: { ...workflow, environment_variables: [...stored, index] } }
}

function moveTo(inner: GraphNode, parent: string | null): GraphNode {
  const { parentId: _, ...node } = inner
  const { iteration_id: _id, isInIteration: _is, ...data } = node.data
  return { ...node, data, ...(parent === null ? {} : { parentId: parent }) }
}
