import { explainZodIssue } from '../explain-zod-issue.ts'
import type { WorkflowIssue } from '../failures.ts'
import { listNames } from '../issues.ts'
import { quote } from '../values.ts'
import { edgeEntrySchema } from './document.ts'
import type { Draft, DraftGraph } from './draft.ts'
import { nameOf } from './read-entries.ts'
import type { Settings } from './read-settings.ts'

/** Reads the edges into the graphs of their nodes. */
export function readEdges(
  edges: readonly unknown[],
  { path: graphPath, drafts, graphs }: { path: string; drafts: readonly Draft[]; graphs: readonly DraftGraph[] },
): WorkflowIssue[] {
  const byId = new Map(drafts.map((draft) => [draft.entry.id, draft]))
  const graphOf = new Map(graphs.flatMap((graph) => graph.nodes.map((draft) => [draft, graph] as const)))
  return edges.flatMap((raw, index) => {
    const path = `${graphPath === '' ? '' : `${graphPath}.`}edges[${index}]`
    const parsed = edgeEntrySchema.safeParse(raw, { reportInput: true })
    if (parsed.error) {
      return parsed.error.issues
        .flatMap(explainZodIssue)
        .map((it) => ({ path: it.path === 'node' ? path : `${path}.${it.path}`, message: it.message, node: null }))
    }
    const { source, target, sourceHandle } = parsed.data
    const from = byId.get(source)
    const to = byId.get(target)
    if (!from || !to) {
      return [
        ...(from ? [] : [dangling(`${path}.source`, source)]),
        ...(to ? [] : [dangling(`${path}.target`, target)]),
      ]
    }
    const graph = graphOf.get(from)
    const handle = toHandle(sourceHandle)
    const message = problemOf(from, to, handle, graphOf)
    if (message) return [{ path, message, node: nameOf(from.entry) }]
    graph?.edges.push({ from, to, handle })
    return []
  })
}

function dangling(path: string, id: string): WorkflowIssue {
  return { path, message: `is ${quote(id)}; no node has that id.`, node: null }
}

/** Graphs of some versions call the way of success `success-branch`. */
function toHandle(sourceHandle: string | null | undefined): string {
  return !sourceHandle || sourceHandle === 'success-branch' ? 'source' : sourceHandle
}

function problemOf(from: Draft, to: Draft, handle: string, graphOf: ReadonlyMap<Draft, DraftGraph>): string | null {
  // Inside of nodes that are not run.
  if (!graphOf.has(from) || !graphOf.has(to)) return null
  const into = quote(to.entry.title)
  if (graphOf.get(from) !== graphOf.get(to)) return `leads to ${into} across the border of an iteration.`
  if (to.entry.type === 'start' || to.entry.type === 'iteration-start') {
    return `leads to ${into}; nothing can come before a start node.`
  }
  const handles = from.settings && handlesOf(from.settings)
  if (!handles || handles.has(handle)) return null
  if (handles.size === 0) return `leads to ${into}; nothing can come after an end node.`
  if (handle === 'fail-branch') {
    return `leaves by fail-branch; its source has no fail branch (its error_strategy is not fail-branch).`
  }
  return `has the sourceHandle ${quote(handle)}; its source has ${listNames([...handles])}.`
}

const known = new WeakMap<Settings, ReadonlySet<string>>()

/** The ways out of a node; an if-else node can have thousands, and as many edges. */
function handlesOf(settings: Settings): ReadonlySet<string> {
  const handles = known.get(settings) ?? new Set(listHandles(settings))
  known.set(settings, handles)
  return handles
}

function listHandles(settings: Settings): string[] {
  switch (settings.type) {
    case 'code':
    case 'template-transform':
      return settings.settings.error_strategy === 'fail-branch' ? ['source', 'fail-branch'] : ['source']
    case 'if-else':
      return [...settings.settings.cases.map(({ case_id: id }) => id), 'false']
    case 'end':
      return []
    case 'start':
    case 'variable-aggregator':
    case 'iteration':
    case 'iteration-start':
    case 'answer':
      return ['source']
  }
}
