import { checkWorkflow } from 'codenode/contract'
import type { FieldProblem, WorkflowDocument } from './document.ts'

/**
 * What keeps a workflow from running, by node, with the API's own text. Paths are counted from the node's data, and are
 * empty for what belongs to the node as a whole. Problems of no node stand under ''.
 */
export function problemsByNode(document: WorkflowDocument): Map<string, FieldProblem[]> {
  const byNode = new Map<string, FieldProblem[]>()
  for (const { path, message, node } of checkWorkflow(document)) {
    const id = node?.id ?? ''
    const problems = byNode.get(id) ?? []
    byNode.set(id, problems)
    problems.push({ path: node ? toFieldPath(path) : path, message })
  }
  return byNode
}

function toFieldPath(path: string): string {
  return /^workflow\.graph\.nodes\[\d+\]\.(?:data\.?)?(.*)$/s.exec(path)?.[1]?.replace(/^(?=\[)/, '') ?? ''
}
