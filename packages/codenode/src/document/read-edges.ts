import type { Issue, WorkflowIssue } from '../contract/failures.ts'
import { cutName, enoughIssues, listNames } from '../contract/issues.ts'
import type { Warning } from '../contract/record.ts'
import { quote } from '../contract/values.ts'
import { edgeEntrySchema } from '../contract/workflow-document.ts'
import { explainZodIssue } from '../reading/explain-zod-issue.ts'
import { closeNames } from '../values/close-names.ts'
import type { Draft, DraftGraph } from './draft.ts'
import { nameOf } from './parts/read-entries.ts'
import type { Settings } from './read-settings.ts'

/**
 * Reads the edges into the graphs of their nodes. Those that lead from or to nothing, or leave by a way that is gone, are
 * never followed: they are passed over.
 */
export function readEdges(
  edges: readonly unknown[],
  { path: graphPath, drafts, graphs }: { path: string; drafts: readonly Draft[]; graphs: readonly DraftGraph[] },
): { issues: WorkflowIssue[]; warnings: Warning[] } {
  const issues: WorkflowIssue[] = []
  const warnings: Warning[] = []
  const ignore = (path: string, message: string): void => {
    if (warnings.length < enoughIssues) warnings.push({ code: 'edge_ignored', path, message: `${path} ${message}` })
  }
  const byId = new Map(drafts.map((draft) => [draft.entry.id, draft]))
  const graphOf = new Map(graphs.flatMap((graph) => graph.nodes.map((draft) => [draft, graph] as const)))
  for (const [index, raw] of edges.entries()) {
    const path = `${graphPath === '' ? '' : `${graphPath}.`}edges[${index}]`
    const parsed = edgeEntrySchema.safeParse(raw, { reportInput: true })
    if (parsed.error) {
      const wrong = parsed.error.issues.flatMap(explainZodIssue)
      const toPath = (it: Issue): string => (it.path === 'node' ? path : `${path}.${it.path}`)
      issues.push(...wrong.map((it) => ({ path: toPath(it), message: it.message, node: null })))
      continue
    }
    const { source, target, sourceHandle } = parsed.data
    const from = byId.get(source)
    const to = byId.get(target)
    if (!from) ignore(`${path}.source`, explainDangling(source, byId))
    if (!to) ignore(`${path}.target`, explainDangling(target, byId))
    if (!from || !to) continue
    const handle = toHandle(sourceHandle)
    const message = explainWrongEnds(from, to, graphOf)
    const goneWay = message ? null : explainGoneWay(from, handle)
    if (message) issues.push({ path, message, node: nameOf(from.entry) })
    else if (goneWay) ignore(path, goneWay)
    else graphOf.get(from)?.edges.push({ from, to, handle })
  }
  return { issues, warnings }
}

function explainDangling(id: string, byId: ReadonlyMap<string, unknown>): string {
  const [meant] = closeNames(id, [...byId.keys()])
  const hint = meant === undefined ? '' : ` Did you mean ${quote(cutName(meant))}?`
  return `is ${quote(cutName(id))}; no node has that id.${hint} The edge is ignored.`
}

/** Graphs of some versions call the way of success `success-branch`. */
function toHandle(sourceHandle: string | null | undefined): string {
  return !sourceHandle || sourceHandle === 'success-branch' ? 'source' : sourceHandle
}

function explainWrongEnds(from: Draft, to: Draft, graphOf: ReadonlyMap<Draft, DraftGraph>): string | null {
  // Inside of nodes that are not run.
  if (!graphOf.has(from) || !graphOf.has(to)) return null
  const into = quote(to.entry.title)
  if (graphOf.get(from) !== graphOf.get(to)) return `leads to ${into} across the border of an iteration.`
  if (to.entry.type === 'start' || to.entry.type === 'iteration-start') {
    return `leads to ${into}; nothing can come before a start node.`
  }
  return from.settings?.type === 'end' ? `leads to ${into}; nothing can come after an end node.` : null
}

/** Null: the source has that way out, or its settings are wrong. */
function explainGoneWay(from: Draft, handle: string): string | null {
  // Which ways a node has that is not run is not known.
  const handles = from.settings?.type === 'stand-in' ? null : from.settings && handlesOf(from.settings)
  if (!handles || handles.has(handle)) return null
  if (handle === 'fail-branch') {
    return `leaves by fail-branch; its source has no fail branch (its error_strategy is not fail-branch). It is ignored.`
  }
  return `has the sourceHandle ${quote(handle)}; its source has ${listNames([...handles])}. It is ignored.`
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
    case 'stand-in':
      return []
    case 'start':
    case 'variable-aggregator':
    case 'iteration':
    case 'iteration-start':
    case 'answer':
      return ['source']
  }
}
