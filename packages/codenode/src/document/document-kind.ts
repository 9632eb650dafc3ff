import { isObject } from '../contract/values.ts'

/** Whether a document is that of a workflow (an export, its `workflow` block or a graph), rather than a node alone. */
export function isWorkflowDocument(document: unknown): boolean {
  if (!isObject(document)) return false
  const { workflow, graph, nodes, app, model_config: model } = document
  // An app of Dify's without a workflow is told as such, not as a node.
  return isObject(workflow) || isObject(graph) || Array.isArray(nodes) || isObject(app) || isObject(model)
}
