import type { IterationPlace, WorkflowEvent } from 'codenode/internal/contract/workflow-events'
import type { WorkflowNodeRecord, WorkflowRecord } from 'codenode/internal/contract/workflow-record'
import { NodeEventSink } from 'codenode/internal/workflow/graph/event-sink'

/** What a workflow tells of one of its nodes. */
export type NodeEvent = Extract<WorkflowEvent, { nodeId: string }>

/** A node that a record holds, and the item of an iteration in which it ran. */
export type PlacedNode = { node: WorkflowNodeRecord; iteration: IterationPlace | null }

/** Every node of a record, those of iterations behind theirs. */
export function placedNodes(record: WorkflowRecord): PlacedNode[] {
  return record.nodes.flatMap((node) => withInner({ node, iteration: null }))
}

function withInner(placed: PlacedNode): PlacedNode[] {
  const { id: nodeId, iterations } = placed.node
  const inner = (iterations?.items ?? []).flatMap(({ index, nodes }) =>
    (nodes ?? []).flatMap((node) => withInner({ node, iteration: { nodeId, index } })),
  )
  return [placed, ...inner]
}

/** What a node told, if it went on to its end. `waits`: the `retryInMs` of its retries. */
export function eventsOfNode({ node, iteration }: PlacedNode, runId: string, waits: readonly number[]): NodeEvent[] {
  const events: NodeEvent[] = []
  // A teller of nodes tells only what is of nodes.
  const teller = new NodeEventSink((event) => events.push(event as NodeEvent), runId, iteration)
  if (node.status !== 'skipped') teller.started(node)
  for (const [position, attempt] of (node.run?.attempts ?? []).entries()) {
    for (const entry of attempt.logs) teller.log(node, attempt.index, entry)
    const retryInMs = waits[position]
    if (retryInMs !== undefined) teller.retry(node, attempt, retryInMs)
  }
  teller.ended(node)
  return events
}
