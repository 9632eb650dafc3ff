import type { WorkflowIssue } from '../contract/failures.ts'
import { quote } from '../contract/values.ts'
import type { Draft, DraftGraph, Found } from './draft.ts'
import { issueOf } from './parts/read-entries.ts'

/**
 * Sorts the nodes into the graph at the top, which is the first, and those inside iterations. `ofInside`: what is wrong inside
 * iterations, which is no matter where nothing leads to them. `noEnd`: that nothing gives the workflow outputs.
 */
export function buildGraphs(
  drafts: readonly Draft[],
  graphPath: string,
): Found<DraftGraph[]> & { ofInside: WorkflowIssue[]; noEnd: WorkflowIssue | null } {
  const byId = new Map(drafts.map((draft) => [draft.entry.id, draft]))
  const top: DraftGraph = { owner: null, nodes: [], edges: [], entry: null }
  const inside = new Map<Draft, DraftGraph>()
  const issues: WorkflowIssue[] = []
  for (const draft of drafts) {
    if (isRunIteration(draft)) inside.set(draft, { owner: draft, nodes: [], edges: [], entry: null })
  }
  for (const draft of drafts) {
    if (draft.entry.isHidden) continue
    const parent = findParent(draft, byId)
    if (parent.issue) issues.push(parent.issue)
    // What is inside a node that is not run is not looked at; the node itself is an issue already.
    if (parent.isUnknown) continue
    const graph = parent.draft ? inside.get(parent.draft) : top
    graph?.nodes.push(draft)
  }
  const nodesPath = graphPath === '' ? 'nodes' : `${graphPath}.nodes`
  // An answer inside an iteration is a part of the workflow's.
  const hasAnswer = drafts.some(({ entry }) => entry.type === 'answer' && !entry.isHidden)
  const hasEnd = hasAnswer || top.nodes.some(({ entry }) => entry.type === 'end')
  issues.push(...findTopEntry(top, nodesPath))
  return {
    value: [top, ...inside.values()],
    issues,
    ofInside: [...inside.values()].flatMap(findInnerEntry),
    noEnd: hasEnd ? null : { path: nodesPath, message: 'have no end and no answer node.', node: null },
  }
}

/** One whose inside is run. */
function isRunIteration({ entry }: Draft): boolean {
  return entry.type === 'iteration' && !entry.standIn && !entry.isHidden
}

type Parent = { draft: Draft | null; isUnknown: boolean; issue: WorkflowIssue | null }

function findParent(draft: Draft, byId: ReadonlyMap<string, Draft>): Parent {
  const { parentId } = draft.entry
  if (parentId === null) return { draft: null, isUnknown: false, issue: null }
  const wrong = (message: string): Parent => {
    return { draft: null, isUnknown: true, issue: issueOf(draft.entry, 'parentId', message) }
  }
  const parent = byId.get(parentId)
  if (!parent) return wrong(`is ${quote(parentId)}; no node has that id.`)
  if (parent.entry.type === null || parent.entry.standIn) return { draft: null, isUnknown: true, issue: null }
  if (parent.entry.type !== 'iteration') return wrong(`is ${quote(parentId)}, which is not an iteration.`)
  if (isInsideItself(draft, byId)) return wrong(`is ${quote(parentId)}; an iteration cannot contain itself.`)
  return { draft: parent, isUnknown: false, issue: null }
}

function isInsideItself(draft: Draft, byId: ReadonlyMap<string, Draft>): boolean {
  const parentOf = ({ entry }: Draft): Draft | undefined =>
    entry.parentId === null ? undefined : byId.get(entry.parentId)
  // Another node's circle must not be walked for ever.
  const seen = new Set<Draft>()
  for (let at = parentOf(draft); at && !seen.has(at); at = parentOf(at)) {
    if (at === draft) return true
    seen.add(at)
  }
  return false
}

function findTopEntry(top: DraftGraph, nodesPath: string): WorkflowIssue[] {
  const starts = top.nodes.filter(({ entry }) => entry.type === 'start')
  // A trigger begins the workflow in the place of a start node.
  const triggers = top.nodes.filter(({ entry }) => isTrigger(entry))
  top.entry = starts[0] ?? triggers.find(({ entry }) => entry.standIn) ?? null
  const issues = starts
    .slice(1)
    .map(({ entry }) => issueOf(entry, 'data.type', 'is a second start node; a workflow has one.'))
  // A trigger without a stand-in is an issue of its own.
  if (starts.length === 0 && triggers.length === 0)
    issues.push({ path: nodesPath, message: 'have no start node; a workflow has one.', node: null })
  for (const { entry } of top.nodes) {
    if (entry.type === 'iteration-start')
      issues.push(issueOf(entry, 'parentId', 'is missing; it belongs to an iteration.'))
  }
  return issues
}

function isTrigger({ data }: Draft['entry']): boolean {
  const type = String(data.type)
  return type.startsWith('trigger-') || type === 'datasource'
}

/** In versions before 0.1.2 an iteration named the first of its own nodes; later it has a node `iteration-start`. */
function findInnerEntry(graph: DraftGraph): WorkflowIssue[] {
  const { owner, nodes } = graph
  if (!owner) return []
  if (nodes.length === 0) return [issueOf(owner.entry, '', 'has no nodes inside; an iteration runs at least one.')]
  const issues = nodes
    .filter(({ entry }) => entry.type === 'start' || entry.type === 'end')
    .map(({ entry }) => issueOf(entry, 'data.type', `is ${entry.type}, which is not allowed inside an iteration.`))

  const startId = owner.entry.data.start_node_id
  const starts = nodes.filter(({ entry }) => entry.type === 'iteration-start')
  if (typeof startId === 'string' && startId !== '') {
    graph.entry = nodes.find(({ entry }) => entry.id === startId) ?? null
    const message = `is ${quote(startId)}; it must be one of the nodes inside the iteration.`
    if (!graph.entry) issues.push(issueOf(owner.entry, 'data.start_node_id', message))
  } else if (starts[0]) graph.entry = starts[0]
  else issues.push(issueOf(owner.entry, 'data.start_node_id', 'is missing; it must name the node that is run first.'))
  const others = starts.filter((draft) => draft !== graph.entry)
  if (graph.entry) {
    issues.push(
      ...others.map(({ entry }) => issueOf(entry, 'data.type', 'is a second iteration-start; an iteration has one.')),
    )
  }
  return issues
}
