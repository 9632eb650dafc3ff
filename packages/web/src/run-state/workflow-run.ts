import type { Issue, IterationItem, WorkflowEvent, WorkflowNodeRecord, WorkflowRecord } from 'codenode/contract'
import { type LoggedEntry, logsOf } from './node-run-state.ts'
import { type Step, timeOf, toStep } from './step.ts'

/** A node of the run that is shown, as far as it has come. */
export type NodeRun = Step & {
  /** The try that goes on, from 1. */
  attempt: number
  /** Of this page's clock; null: it was not seen to begin. */
  beganAtMs: number | null
  branch: string | null
}

export type WorkflowRun =
  | { name: 'none' }
  | { name: 'refused'; message: string; issues: readonly Issue[] }
  | (Seen & { name: 'running'; id: string | null })
  | (Seen & { name: 'ended'; id: string; record: WorkflowRecord })

type Seen = {
  nodes: Readonly<Record<string, NodeRun>>
  /** The nodes in the order in which they began; those inside iterations are not among them. */
  order: readonly string[]
  logs: readonly LoggedEntry[]
}

export const begun: Extract<WorkflowRun, { name: 'running' }> = {
  name: 'running',
  id: null,
  nodes: {},
  order: [],
  logs: [],
}

/** What is shown at most; the record has it all. */
const maxEntries = 5000

/** The run after an event of it; events of another run change nothing. */
export function afterWorkflowEvent(run: WorkflowRun, event: WorkflowEvent, nowMs: number): WorkflowRun {
  if (run.name !== 'running' || (run.id !== null && run.id !== event.runId)) return run
  switch (event.type) {
    case 'status':
      return { ...run, id: event.runId }
    case 'log': {
      const { entry, attempt, nodeId } = event
      const logged = { ...entry, attempt, source: run.nodes[nodeId]?.title ?? '' }
      return { ...run, logs: [...run.logs, logged].slice(-maxEntries) }
    }
    case 'node': {
      const before = run.nodes[event.nodeId]
      const node = nodeAfter(before, event, nowMs)
      const isListed = event.iteration !== null || run.order.includes(event.nodeId)
      const order = isListed ? run.order : [...run.order, event.nodeId]
      return { ...run, order, nodes: { ...run.nodes, [event.nodeId]: node } }
    }
    case 'result':
      return endedRun(event.record, run)
  }
}

/** A run of the past, or one that ended while it was followed: what was seen inside iterations is kept. */
export function endedRun(
  record: WorkflowRecord,
  seen: Pick<Seen, 'nodes' | 'logs'> = { nodes: {}, logs: [] },
): WorkflowRun {
  const nodes: Record<string, NodeRun> = {}
  for (const node of insideOf(record.nodes)) nodes[node.id] = fromRecord(node)
  for (const [id, node] of Object.entries(seen.nodes)) nodes[id] ??= node
  for (const node of record.nodes) nodes[node.id] = fromRecord(node)
  const logs = seen.logs.length > 0 ? seen.logs : record.nodes.flatMap(logsOfNode)
  return { name: 'ended', id: record.id, record, nodes, order: record.nodes.map(({ id }) => id), logs }
}

export function nodeRunOf(run: WorkflowRun, id: string): NodeRun | undefined {
  return run.name === 'running' || run.name === 'ended' ? run.nodes[id] : undefined
}

export function runIdOf(run: WorkflowRun): string | null {
  return run.name === 'running' || run.name === 'ended' ? run.id : null
}

type NodeEvent = Extract<WorkflowEvent, { type: 'node' }>

function nodeAfter(before: NodeRun | undefined, event: NodeEvent, nowMs: number): NodeRun {
  const { nodeId: id, title, nodeType: type } = event
  const base = { id, title, type, branch: null, durationMs: null, queuedMs: 0, record: null }
  if (event.status === 'started') return { ...base, status: 'running', attempt: 1, beganAtMs: nowMs }
  const beganAtMs = before?.beganAtMs ?? nowMs
  if (event.status === 'retry') return { ...base, status: 'retry', attempt: event.attempt.index + 1, beganAtMs }
  const { status, branch, record } = event
  // Inside iterations the record comes later.
  const took = record ? timeOf(record) : { durationMs: status === 'skipped' ? null : event.durationMs, queuedMs: 0 }
  return { ...base, ...took, status, branch, record, attempt: before?.attempt ?? 1, beganAtMs }
}

function fromRecord(record: WorkflowNodeRecord): NodeRun {
  const { branch, run } = record
  return { ...toStep(record), branch, attempt: run?.attempts.length ?? 1, beganAtMs: null }
}

/** Nodes inside iterations, of the item that is shown. */
function insideOf(nodes: readonly WorkflowNodeRecord[]): WorkflowNodeRecord[] {
  return nodes.flatMap((node) => {
    const inner = shownItem(node)?.nodes ?? []
    return [...inner, ...insideOf(inner)]
  })
}

/** Of the items that are kept whole, the first that failed, or else the first. */
export function shownItem({ iterations }: WorkflowNodeRecord): IterationItem | undefined {
  const whole = iterations?.items.filter(({ nodes }) => nodes !== null) ?? []
  return whole.find(({ status }) => status === 'failed') ?? whole[0]
}

function logsOfNode({ title, run }: WorkflowNodeRecord): LoggedEntry[] {
  return run ? logsOf(run).map((entry) => ({ ...entry, source: title })) : []
}
