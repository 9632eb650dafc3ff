import type { Issue, WorkflowIssue } from '../../contract/failures.ts'
import { cutName, enoughIssues } from '../../contract/issues.ts'
import { type NodeType, toNodeType } from '../../contract/node-types.ts'
import type { CheckedStandIn } from '../../contract/stand-in.ts'
import { isObject, quote } from '../../contract/values.ts'
import { nodeEntrySchema } from '../../contract/workflow-document.ts'
import { explainZodIssue } from '../../reading/explain-zod-issue.ts'

/** A node as it stands in the document, with its own head read and its settings still raw. */
export type Entry = {
  id: string
  title: string
  /** For example `workflow.graph.nodes[3]`. */
  path: string
  /** Null: a type that is not run. */
  type: NodeType | null
  /** The id of the iteration that it stands in. */
  parentId: string | null
  data: Record<string, unknown>
  /** What it gives instead of being run. */
  standIn: CheckedStandIn | null
  /** It stands inside a node that is not run, or that is stood in for: it is not looked at. */
  isHidden: boolean
}

/** All nodes but the notes on the canvas; each problem of what a node has beside its settings. */
export function readEntries(
  nodes: readonly unknown[],
  graphPath: string,
): { entries: Entry[]; issues: WorkflowIssue[] } {
  const entries: Entry[] = []
  const issues: WorkflowIssue[] = []
  const firstPlace = new Map<string, string>()
  for (const [index, raw] of nodes.entries()) {
    if (isNote(raw)) continue
    if (issues.length >= enoughIssues) break
    const path = `${graphPath === '' ? '' : `${graphPath}.`}nodes[${index}]`
    const read = readEntry(raw, path)
    if ('issues' in read) {
      issues.push(...read.issues)
      continue
    }
    const { entry } = read
    const first = firstPlace.get(entry.id)
    if (first === undefined) {
      firstPlace.set(entry.id, path)
      entries.push(entry)
    } else issues.push(issueOf(entry, 'id', `is ${quote(entry.id)}, as that of ${first}; ids must be unique.`))
  }
  return { entries, issues }
}

/** An issue of a node; `path` is counted from the node. */
export function issueOf(entry: Entry, path: string, message: string): WorkflowIssue {
  return { path: joinPaths(entry.path, path), message, node: nameOf(entry) }
}

/** What issues call a node. */
export function nameOf({ id, title }: Pick<Entry, 'id' | 'title'>): { id: string; title: string } {
  return { id: cutName(id), title: cutName(title) }
}

/** Issues of a node's settings, whose paths are counted from its `data`; `node` means the settings as a whole. */
export function issuesOfSettings(entry: Entry, issues: readonly Issue[]): WorkflowIssue[] {
  return issues.map(({ path, message }) => issueOf(entry, path === 'node' ? 'data' : joinPaths('data', path), message))
}

function joinPaths(start: string, rest: string): string {
  return rest === '' || rest.startsWith('[') ? start + rest : `${start}.${rest}`
}

function isNote(raw: unknown): boolean {
  return isObject(raw) && (raw.type === 'custom-note' || (isObject(raw.data) && raw.data.type === 'custom-note'))
}

function readEntry(raw: unknown, path: string): { entry: Entry } | { issues: WorkflowIssue[] } {
  const parsed = nodeEntrySchema.safeParse(raw, { reportInput: true })
  if (parsed.error) {
    const issues = parsed.error.issues.flatMap(explainZodIssue)
    const toPath = (it: Issue): string => (it.path === 'node' ? path : joinPaths(path, it.path))
    return { issues: issues.map((it) => ({ path: toPath(it), message: it.message, node: null })) }
  }
  const { id, parentId, data } = parsed.data
  const type = toNodeType(data.type)
  const title = data.title || data.type || 'Node'
  const parent = parentId || data.iteration_id || data.loop_id || null
  return { entry: { id, title, path, type, parentId: parent, data, standIn: null, isHidden: false } }
}
