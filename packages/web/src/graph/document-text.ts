import { CodenodeError, checkShape, isObject, readWorkflowText, writeWorkflowText } from 'codenode/contract'
import { edgeId } from './connect.ts'
import type { FieldProblem, GraphEdge, GraphNode, WorkflowDocument } from './document.ts'
import { autoLayout } from './layout.ts'
import { frameOf } from './new-document.ts'

/** A workflow from the text of an export, YAML or JSON; a graph alone is taken, too. */
export function readDocument(text: string): { document: WorkflowDocument } | { problems: FieldProblem[] } {
  if (text.trim() === '') return { problems: [{ path: 'workflow', message: 'is empty.' }] }
  try {
    return toDocument(readWorkflowText(text))
  } catch (error) {
    if (!(error instanceof CodenodeError)) throw error
    return { problems: toProblems(error.details) }
  }
}

/** A workflow from an export that is read already. */
export function toDocument(raw: unknown): { document: WorkflowDocument } | { problems: FieldProblem[] } {
  const { whole, issues } = checkShape(raw)
  if (issues.length > 0) return { problems: issues }
  // Checked: an object with a graph whose nodes and edges are objects.
  const read = whole as { workflow: { graph: { nodes: unknown[]; edges?: unknown[] | null } } }
  const { workflow } = read
  const nodes = workflow.graph.nodes.map((node) => completeNode(node as GraphNode))
  const edges = (workflow.graph.edges ?? []).map((edge) => completeEdge(edge as GraphEdge))
  // What was read keeps the order of its keys.
  const frame = Object.keys(read).length > 1 ? read : frameOf('Workflow')
  const document = { ...frame, workflow: { ...workflow, graph: { ...workflow.graph, nodes, edges } } }
  const isPlaced = workflow.graph.nodes.every((node) => hasPosition(node as GraphNode))
  return { document: isPlaced ? document : autoLayout(document) }
}

/** The text of an export, as YAML that Dify reads. */
export function writeDocument(document: WorkflowDocument): string {
  return writeWorkflowText(document)
}

function hasPosition({ position }: { position?: unknown }): boolean {
  return isObject(position) && Number.isFinite(position.x) && Number.isFinite(position.y)
}

function completeNode(node: GraphNode): GraphNode {
  const position = hasPosition(node) ? {} : { position: { x: 0, y: 0 } }
  const data = typeof node.data.type === 'string' ? {} : { data: { ...node.data, type: '' } }
  return { ...node, ...position, ...data }
}

function completeEdge(edge: GraphEdge): GraphEdge {
  if (typeof edge.id === 'string' && edge.id !== '') return edge
  return { ...edge, id: edgeId(edge.source, edge.sourceHandle || 'source', edge.target) }
}

function toProblems(details: unknown): FieldProblem[] {
  const issues = isObject(details) && Array.isArray(details.issues) ? details.issues : []
  return issues.map(({ path, message }: FieldProblem) => ({ path, message }))
}
