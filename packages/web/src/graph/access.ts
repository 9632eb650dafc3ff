import { isObject } from 'codenode/contract'
import type { Graph, GraphEdge, GraphNode, NodeData, WorkflowDocument } from './document.ts'

export function nodesOf(document: WorkflowDocument): readonly GraphNode[] {
  return document.workflow.graph.nodes
}

export function edgesOf(document: WorkflowDocument): readonly GraphEdge[] {
  return document.workflow.graph.edges
}

export function findNode(document: WorkflowDocument, id: string): GraphNode | undefined {
  return nodesOf(document).find((node) => node.id === id)
}

/** The id of the iteration that a node stands in; older exports say it in the data. */
export function parentOf({ parentId, data }: GraphNode): string | null {
  if (parentId) return parentId
  return typeof data.iteration_id === 'string' && data.iteration_id !== '' ? data.iteration_id : null
}

/** Whether a node that fails is tried again. */
export function isRetrying({ retry_config: config }: NodeData): boolean {
  return isObject(config) && config.retry_enabled === true
}

/** The nodes with these ids and all that stands inside of them, in the order of the document. */
export function withInside(document: WorkflowDocument, ids: readonly string[]): GraphNode[] {
  const wanted = new Set(ids)
  // Inside comes at any depth, and in any order of the document.
  for (let size = -1; size !== wanted.size; ) {
    size = wanted.size
    for (const node of nodesOf(document)) if (wanted.has(parentOf(node) ?? '')) wanted.add(node.id)
  }
  return nodesOf(document).filter(({ id }) => wanted.has(id))
}

/** The document with another graph; the same one when nothing changes. */
export function withGraph(document: WorkflowDocument, change: Partial<Pick<Graph, 'nodes' | 'edges'>>) {
  const { workflow } = document
  const isSame =
    (change.nodes ?? workflow.graph.nodes) === workflow.graph.nodes &&
    (change.edges ?? workflow.graph.edges) === workflow.graph.edges
  if (isSame) return document
  return { ...document, workflow: { ...workflow, graph: { ...workflow.graph, ...change } } } satisfies WorkflowDocument
}

/** The document with changed nodes; nodes that `change` gives back as they are stay the same objects. */
export function mapNodes(document: WorkflowDocument, change: (node: GraphNode) => GraphNode): WorkflowDocument {
  const before = nodesOf(document)
  const nodes = before.map(change)
  return nodes.every((node, index) => node === before[index]) ? document : withGraph(document, { nodes })
}

export function withData(node: GraphNode, data: NodeData): GraphNode {
  return data === node.data ? node : { ...node, data }
}
