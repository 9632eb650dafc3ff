import { toNodeType } from 'codenode/contract'
import { nodesOf } from '../graph/access.ts'
import type { FieldProblem, GraphNode, WorkflowDocument } from '../graph/document.ts'
import { describeProblem } from '../graph/problems.ts'
import { labels } from '../labels/editor.ts'

/** What the service says of a workflow, in the words of the editor: titles of nodes instead of places in a file. */
export function sayIssue(document: WorkflowDocument, { path, message }: FieldProblem): string {
  const [, index, rest = ''] = /^workflow\.graph\.nodes\[(\d+)\]\.?(?:data\.?)?(.*)$/s.exec(path) ?? []
  const node = index === undefined ? undefined : nodesOf(document)[Number(index)]
  if (node) return `${node.data.title || node.data.type}: ${sayProblem(node, { path: rest, message })}`
  const whole = labels.problemList.places[path]
  return whole === undefined ? `${path} ${message}`.trim() : `${whole} ${message}`
}

/** A problem of a node, whose path is counted from its settings. */
export function sayProblem(node: GraphNode, problem: FieldProblem): string {
  return problem.path === 'type' && isUnsupported(node) ? labels.unsupported.problem : describeProblem(problem)
}

/** Whether a node is of a type that is kept and given out again, and cannot be run here. */
export function isUnsupported({ type, data }: GraphNode): boolean {
  return type !== 'custom-note' && toNodeType(data.type) === null
}
