import { CodenodeError } from '../error.ts'
import type { WorkflowIssue } from '../failures.ts'
import { cutName, enoughIssues } from '../issues.ts'
import { defaultLimits, type OutputLimits } from '../limits.ts'
import type { Warning } from '../record.ts'
import { assembleGraph } from './assemble.ts'
import { buildGraphs } from './build-graphs.ts'
import { checkReferences } from './check-references.ts'
import type { Draft, DraftGraph } from './draft.ts'
import { findReach, type Reach, sortGraph } from './reach.ts'
import { readEdges } from './read-edges.ts'
import { issueOf, nameOf, readEntries } from './read-entries.ts'
import { type Frame, readFrame } from './read-frame.ts'
import { readSettings } from './read-settings.ts'
import { Workflow } from './workflow.ts'

/** Far more than a canvas can show; checking takes time and memory that grow with their product. */
const maxNodes = 2000
const maxEdges = 10_000

/**
 * Reads a workflow: a Dify export (`kind: app`), its `workflow` block, or a graph alone. Throws `workflow_invalid` with
 * every issue. The document is kept as it is, unknown keys included.
 */
export function parseWorkflow(document: unknown, limits: OutputLimits = defaultLimits): Workflow {
  const { workflow, issues } = readWorkflow(document, limits)
  if (!workflow) throw new CodenodeError('workflow_invalid', { issues })
  return workflow
}

/** Everything that is wrong with a workflow; empty when it can run. */
export function checkWorkflow(document: unknown, limits: OutputLimits = defaultLimits): WorkflowIssue[] {
  return readWorkflow(document, limits).issues
}

type ReadWorkflow = { workflow: Workflow | null; issues: WorkflowIssue[] }

function readWorkflow(document: unknown, limits: OutputLimits): ReadWorkflow {
  const { frame, issues: frameIssues } = readFrame(document)
  if (!frame) return { workflow: null, issues: frameIssues }
  const tooLarge = checkSize(frame)
  if (tooLarge.length > 0) return { workflow: null, issues: tooLarge }

  const { entries, issues } = readEntries(frame.nodes, frame.path)
  const drafts = entries.map((entry): Draft => {
    if (issues.length >= enoughIssues) return { entry, settings: null }
    const { settings, issues: wrong } = readSettings(entry, limits)
    issues.push(...wrong)
    return { entry, settings }
  })
  if (issues.length >= enoughIssues) return { workflow: null, issues }
  const { value: graphs, issues: graphIssues } = buildGraphs(drafts, frame.path)
  issues.push(...graphIssues, ...readEdges(frame.edges, { path: frame.path, drafts, graphs }))
  if (issues.length >= enoughIssues) return { workflow: null, issues }
  const { warnings, issues: wiring } = checkWiring(frame, drafts, graphs)
  // A selector in settings that could not be read may be told already.
  issues.push(...wiring.filter(({ path, message }) => !issues.some((it) => it.path === path && it.message === message)))
  const [top] = graphs
  if (issues.length > 0 || !top) return { workflow: null, issues }

  const graph = assembleGraph(top, new Map(graphs.map((graph) => [graph.owner, graph])))
  const { name, mode, version, environment, conversation } = frame
  const all = [...frame.warnings, ...warnings]
  return {
    workflow: new Workflow({ name, mode, version, graph, environment, conversation, warnings: all, document }),
    issues,
  }
}

function checkSize({ nodes, edges, path }: Frame): WorkflowIssue[] {
  const tooMany = (what: string, count: number, most: number): WorkflowIssue[] => {
    const place = path === '' ? what : `${path}.${what}`
    return count > most ? [{ path: place, message: `are ${count}; at most ${most} are allowed.`, node: null }] : []
  }
  return [...tooMany('nodes', nodes.length, maxNodes), ...tooMany('edges', edges.length, maxEdges)]
}

/** Cycles, selectors, and nodes that nothing leads to: those are not run, so what they read is not looked at. */
function checkWiring(
  frame: Frame,
  drafts: readonly Draft[],
  graphs: readonly DraftGraph[],
): { warnings: Warning[]; issues: WorkflowIssue[] } {
  const issues: WorkflowIssue[] = []
  const warnings: Warning[] = []
  const reachOf = new Map<DraftGraph, Reach>()
  for (const graph of graphs) {
    const { order, cycle } = sortGraph(graph)
    if (cycle[0]) issues.push(issueOf(cycle[0].entry, '', explainCycle(cycle)))
    else reachOf.set(graph, findReach(graph, order))
  }
  const graphOf = new Map(graphs.flatMap((graph) => graph.nodes.map((draft) => [draft, graph] as const)))
  const byId = new Map(drafts.map((draft) => [draft.entry.id, draft]))
  for (const [draft, graph] of graphOf) {
    if (issues.length >= enoughIssues) break
    const isReached = reachOf.get(graph)?.isReached(draft) ?? true
    if (isReached || !graph.entry) issues.push(...checkReferences(draft, { frame, byId, graphOf, reachOf }))
    else warnings.push(warnUnreachable(draft))
  }
  return { warnings, issues }
}

function explainCycle(cycle: readonly Draft[]): string {
  const names = [...cycle, cycle[0] as Draft].map(({ entry }) => `"${cutName(entry.title)}" (${cutName(entry.id)})`)
  const shown = names.length > 20 ? [...names.slice(0, 19), '…', ...names.slice(-1)] : names
  return `is part of a cycle: ${shown.join(' → ')}. A node can only run after those before it.`
}

function warnUnreachable({ entry }: Draft): Warning {
  const { title, id } = nameOf(entry)
  const message = `${entry.path} ("${title}", node ${id}) is not connected to the start; it is not run.`
  return { code: 'node_unreachable', path: entry.path, message }
}
