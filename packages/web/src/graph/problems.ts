import { isObject, type MissingReference, surveyWorkflow, type WorkflowIssue } from 'codenode/contract'
import { labels } from '../labels/editor.ts'
import { findNode, nodesOf } from './access.ts'
import type { FieldProblem, NodeData, WorkflowDocument } from './document.ts'

type ByNode = Map<string, FieldProblem[]>

export type Problems = {
  /** What keeps the workflow from running. */
  readonly blocking: ByNode
  /** What stands beside its field and keeps nothing from running: wrong settings of nodes that nothing leads to. */
  readonly quiet: ByNode
  /** The nodes that nothing leads to. */
  readonly idle: ReadonlySet<string>
}

const nobody: ReadonlySet<string> = new Set()

/**
 * What is wrong with a workflow, by node. Paths are counted from the node's data, and are empty for what belongs to the node
 * as a whole. Problems of no node stand under ''. `tried`: the nodes whose run was asked for; what is not chosen yet is a
 * problem only there.
 */
export function problemsByNode(document: WorkflowDocument, tried: ReadonlySet<string> = nobody): Problems {
  const { issues, idleIssues, idleNodes, missing, noEnd } = surveyWorkflow(document)
  const blocking: ByNode = new Map()
  const quiet: ByNode = new Map()
  for (const issue of issues) put(blocking, issue)
  for (const issue of idleIssues) put(quiet, issue)
  if (noEnd) put(blocking, noEnd)
  for (const one of missing) {
    const id = one.issue.node?.id ?? ''
    const isAsked = one.reason !== 'unset' || (tried.has(id) && !idleNodes.has(id))
    if (isAsked) put(blocking, { ...one.issue, message: explainMissing(document, one) })
  }
  for (const { id, data } of nodesOf(document)) {
    for (const path of emptyCases(data)) {
      const problems = idleNodes.has(id) ? quiet : blocking
      add(problems, id, { path, message: labels.problemList.noCondition })
    }
  }
  return { blocking, quiet, idle: idleNodes }
}

/** The API's text goes on from the path; a sentence of our own stands alone. */
export function describeProblem({ path, message }: FieldProblem): string {
  return /^[a-z]/.test(message) ? `${path} ${message}`.trim() : message
}

function explainMissing(document: WorkflowDocument, { reason, selector }: MissingReference): string {
  if (reason === 'unset') return labels.problemList.unset
  const [source = '', ...steps] = selector
  const name = steps.join('.')
  if (reason !== 'not-before') return labels.variable.gone(name)
  return labels.problemList.notBefore(name, findNode(document, source)?.data.title ?? '')
}

/** A case without conditions is always or never true, which nobody means. */
function emptyCases({ type, cases, conditions }: NodeData): string[] {
  if (type !== 'if-else') return []
  const isEmpty = (entry: unknown): boolean =>
    isObject(entry) && Array.isArray(entry.conditions) && entry.conditions.length === 0
  if (!Array.isArray(cases) || cases.length === 0) return isEmpty({ conditions }) ? ['conditions'] : []
  return cases.flatMap((entry: unknown, index) => (isEmpty(entry) ? [`cases[${index}].conditions`] : []))
}

function put(problems: ByNode, { path, message, node }: WorkflowIssue): void {
  add(problems, node?.id ?? '', { path: node ? toFieldPath(path) : path, message })
}

function add(problems: ByNode, id: string, problem: FieldProblem): void {
  const list = problems.get(id) ?? []
  problems.set(id, list)
  list.push(problem)
}

function toFieldPath(path: string): string {
  return /^workflow\.graph\.nodes\[\d+\]\.(?:data\.?)?(.*)$/s.exec(path)?.[1]?.replace(/^(?=\[)/, '') ?? ''
}
