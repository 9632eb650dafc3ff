import { CodenodeError } from '../contract/error.ts'
import { describeWorkflowIssue, type WorkflowIssue } from '../contract/failures.ts'
import { cutName, enoughIssues } from '../contract/issues.ts'
import { defaultLimits, type OutputLimits } from '../contract/limits.ts'
import type { Warning } from '../contract/record.ts'
import type { StandInRequest } from '../contract/stand-in.ts'
import { assembleGraph } from './assemble.ts'
import { buildGraphs } from './build-graphs.ts'
import { checkReferences, type MissingReference } from './check-references.ts'
import { unwrapAnswer } from './document-text.ts'
import type { Draft, DraftGraph } from './draft.ts'
import { isEmptyOutput } from './node-settings.ts'
import { issueOf, nameOf, readEntries } from './parts/read-entries.ts'
import { type DocumentHead, readHead } from './parts/read-head.ts'
import { findReach, findReached, type Order, type Reach, sortGraph } from './reach.ts'
import { readEdges } from './read-edges.ts'
import { readSettings } from './read-settings.ts'
import { applyStandIns, groupUnsupported, warnStandIns } from './stand-ins/apply-stand-ins.ts'
import { readStandIns } from './stand-ins/read-stand-ins.ts'
import { Workflow } from './workflow.ts'

/** Far more than a canvas can show; checking takes time and memory that grow with their product. */
const maxNodes = 2000
const maxEdges = 10_000

/** Of the outputs, and what inputs and stand-ins may hold. */
export type WorkflowLimits = OutputLimits & { inputBytes?: number }

/**
 * Reads a workflow: a Dify export (`kind: app`), its `workflow` block, or a graph alone. Throws `workflow_invalid` with
 * every issue. The document is kept as it is, unknown keys included. `standIns`: what nodes give that are not run.
 */
export function parseWorkflow(
  document: unknown,
  limits: WorkflowLimits = defaultLimits,
  standIns: StandInRequest = {},
): Workflow {
  const { workflow, issues, nodesPath } = readWorkflow(document, limits, standIns)
  if (!workflow) throw new CodenodeError('workflow_invalid', { issues: groupUnsupported(issues, nodesPath) })
  return workflow
}

/** Everything that is wrong with a workflow; empty when it can run. */
export function checkWorkflow(
  document: unknown,
  limits: WorkflowLimits = defaultLimits,
  standIns: StandInRequest = {},
): WorkflowIssue[] {
  const { issues, nodesPath } = readWorkflow(document, limits, standIns)
  return groupUnsupported(issues, nodesPath)
}

/** What an editor shows of a workflow beside the document. */
export type WorkflowSurvey = {
  /** What keeps it from running. */
  issues: readonly WorkflowIssue[]
  /** What keeps nodes from running that nothing leads to: the workflow runs without them. */
  idleIssues: readonly WorkflowIssue[]
  /** The ids of these nodes. */
  idleNodes: ReadonlySet<string>
  /** Selectors that read nothing, of all nodes. */
  missing: readonly MissingReference[]
  /** That there is no end and no answer: the workflow runs, and has no outputs. */
  noEnd: WorkflowIssue | null
}

/** Everything that can be said about a workflow without running it: what is wrong with a node is told for each alone. */
export function surveyWorkflow(document: unknown, limits: WorkflowLimits = defaultLimits): WorkflowSurvey {
  return readWorkflow(document, limits, {})
}

type ReadWorkflow = WorkflowSurvey & { workflow: Workflow | null; issues: WorkflowIssue[]; nodesPath: string }

function readWorkflow(given: unknown, limits: WorkflowLimits, request: StandInRequest): ReadWorkflow {
  const document = unwrapAnswer(given)
  const { head, issues: headIssues } = readHead(document)
  if (!head) return refused(headIssues)
  const tooLarge = checkSize(head)
  if (tooLarge.length > 0) return refused(tooLarge)

  const { entries: found, issues } = readEntries(head.nodes, head.path)
  const { inputBytes } = limits
  const { standIns, issues: ofStandIns } = readStandIns(request, { entries: found, edges: head.edges, inputBytes })
  issues.push(...ofStandIns)
  const entries = applyStandIns(found, standIns)
  const ofSettings: WorkflowIssue[] = []
  const passedOver: WorkflowIssue[] = []
  const drafts = entries.map((entry): Draft => {
    if (issues.length + ofSettings.length >= enoughIssues) return { entry, settings: null }
    const { settings, issues: wrong, ignored } = readSettings(entry, limits)
    ofSettings.push(...wrong)
    if (passedOver.length < enoughIssues) passedOver.push(...ignored)
    return { entry, settings }
  })
  if (issues.length + ofSettings.length >= enoughIssues) return refused([...issues, ...ofSettings])
  const { value: graphs, issues: graphIssues, ofInside, noEnd } = buildGraphs(drafts, head.path)
  const edges = readEdges(head.edges, { path: head.path, drafts, graphs })
  issues.push(...graphIssues, ...edges.issues)
  if (issues.length >= enoughIssues) return refused(issues)

  const { cycles, missing, idle, warnings } = checkWiring(head, drafts, graphs)
  const { idle: idleIssues = [], run = [] } = Object.groupBy([...ofInside, ...ofSettings], ({ node }) =>
    node && idle.has(node.id) ? 'idle' : 'run',
  )
  issues.push(...run, ...cycles)
  const nodesPath = head.path === '' ? 'nodes' : `${head.path}.nodes`
  const survey = { issues, idleIssues, idleNodes: idle, missing, noEnd, nodesPath }
  const [top] = graphs
  if (issues.length > 0 || !top) return { workflow: null, ...survey }

  const graph = assembleGraph(top, new Map(graphs.map((graph) => [graph.owner, graph])))
  const { name, mode, version, environment, environmentTypes, conversation } = head
  const ofNodes = passedOver.slice(0, enoughIssues).map(warnSetting)
  const ofUnrun = warnStandIns(entries, { standIns, idle })
  const all = [
    ...head.warnings,
    ...(noEnd ? [warnEndless(noEnd)] : []),
    ...ofUnrun,
    ...edges.warnings,
    ...ofNodes,
    ...warnings,
  ]
  return {
    workflow: new Workflow({
      ...{ name, mode, version, graph, environment, environmentTypes, conversation, document },
      warnings: all,
    }),
    ...survey,
  }
}

function refused(issues: WorkflowIssue[]): ReadWorkflow {
  return { workflow: null, issues, idleIssues: [], idleNodes: new Set(), missing: [], noEnd: null, nodesPath: 'nodes' }
}

function checkSize({ nodes, edges, path }: DocumentHead): WorkflowIssue[] {
  const tooMany = (what: string, count: number, most: number): WorkflowIssue[] => {
    const place = path === '' ? what : `${path}.${what}`
    return count > most ? [{ path: place, message: `are ${count}; at most ${most} are allowed.`, node: null }] : []
  }
  return [...tooMany('nodes', nodes.length, maxNodes), ...tooMany('edges', edges.length, maxEdges)]
}

type Wiring = { cycles: WorkflowIssue[]; missing: MissingReference[]; idle: ReadonlySet<string>; warnings: Warning[] }

/** Cycles, selectors, and the nodes that nothing leads to, which are not run. */
function checkWiring(head: DocumentHead, drafts: readonly Draft[], graphs: readonly DraftGraph[]): Wiring {
  const cycles: WorkflowIssue[] = []
  const missing: MissingReference[] = []
  const warnings: Warning[] = []
  const idle = new Set<string>()
  const reachOf = new Map<DraftGraph, Reach>()
  const reachedInCycles = new Map<DraftGraph, Set<Draft>>()
  for (const graph of graphs) {
    const { order, cycle } = sortReached(graph)
    if (cycle[0]) {
      cycles.push(issueOf(cycle[0].entry, '', explainCycle(cycle)))
      reachedInCycles.set(graph, findReached(graph))
    } else reachOf.set(graph, findReach(graph, order))
  }
  const graphOf = new Map(graphs.flatMap((graph) => graph.nodes.map((draft) => [draft, graph] as const)))
  const byId = new Map(drafts.map((draft) => [draft.entry.id, draft]))
  const isIdle = (draft: Draft): boolean => {
    const graph = graphOf.get(draft)
    if (!graph) return false
    const isReached =
      !graph.entry || (reachOf.get(graph)?.isReached(draft) ?? reachedInCycles.get(graph)?.has(draft) ?? true)
    return !isReached || (graph.owner !== null && isIdle(graph.owner))
  }
  for (const [draft, { owner }] of graphOf) {
    const isNotRun = isIdle(draft)
    if (isNotRun) idle.add(draft.entry.id)
    if (isNotRun && !(owner && isIdle(owner))) warnings.push(warnUnreachable(draft))
    if (missing.length >= enoughIssues) continue
    const found = checkReferences(draft, { head, byId, graphOf, reachOf })
    missing.push(...found)
    if (!isNotRun) warnings.push(...found.map(warnMissing), ...warnEmptyOutputs(draft))
  }
  return { cycles, missing, idle, warnings }
}

/** As `sortGraph`. A cycle that nothing leads to is cut open, since its nodes are never run: what leaves them is dropped. */
function sortReached(graph: DraftGraph): Order<Draft> {
  const whole = sortGraph(graph)
  if (whole.cycle.length === 0 || !graph.entry) return whole
  const reached = findReached(graph)
  const edges = graph.edges.filter(({ from }) => reached.has(from))
  const cut = sortGraph({ nodes: graph.nodes, edges })
  if (cut.cycle.length === 0) graph.edges = edges
  return cut
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

function warnEndless(issue: WorkflowIssue): Warning {
  const message = `${describeWorkflowIssue(issue)} The workflow runs, and has no outputs.`
  return { code: 'end_missing', path: issue.path, message }
}

function warnEmptyOutputs({ entry, settings }: Draft): Warning[] {
  if (settings?.type !== 'end') return []
  return settings.settings.outputs.flatMap((output, index): Warning[] => {
    if (!isEmptyOutput(output)) return []
    const what = output.value_selector.length < 2 ? 'is empty' : 'has no name'
    const issue = issueOf(entry, `data.outputs[${index}]`, `${what}. It is ignored.`)
    return [{ code: 'output_empty', path: issue.path, message: describeWorkflowIssue(issue) }]
  })
}

function warnSetting(issue: WorkflowIssue): Warning {
  return { code: 'setting_ignored', path: issue.path, message: describeWorkflowIssue(issue) }
}

function warnMissing({ issue }: MissingReference): Warning {
  const message = `${describeWorkflowIssue(issue)} Its value is null.`
  return { code: 'variable_missing', path: issue.path, message }
}
