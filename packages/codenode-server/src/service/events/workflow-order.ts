import { isDeepStrictEqual } from 'node:util'
import type { WorkflowEvent } from 'codenode/internal/contract/workflow-events'
import type { WorkflowRecord } from 'codenode/internal/contract/workflow-record'
import { eventsOfNode, type NodeEvent, placedNodes } from './node-events.ts'

/** An event that the record does not give, without the run's id: that of an item whose nodes are not in the record. */
type OwnEvent = { type: NodeEvent['type'] } & Record<string, unknown>

/**
 * The order in which a workflow's nodes told their events.
 * `steps`: a source and how many of its events come next, and so on. Sources are the places of nodes in `placedNodes`, and the
 * two below. `waits`: the `retryInMs` of a node's retries, by its place. `own`: events that are kept themselves.
 */
export type WorkflowOrder = { steps: number[]; waits: Record<number, number[]>; own: OwnEvent[] }

/** Events that are no longer known. */
const gone = -1
const own = -2

/** `events`: all that were told, from the first `status` to `result`; undefined: no longer known. */
export function orderOf(events: readonly (WorkflowEvent | undefined)[], record: WorkflowRecord): WorkflowOrder {
  // Between the first status and the last there are events of nodes alone.
  const told = events.slice(1, -2) as (NodeEvent | undefined)[]
  const expected = expectEvents(told, record)
  const order: WorkflowOrder = { steps: [], waits: {}, own: [] }
  for (const event of told) {
    const source = event ? findSource(event, expected.get(keyOf(event)) ?? []) : gone
    if (event && source === own) order.own.push(toOwn(event))
    addStep(order.steps, source)
  }
  for (const { place, waits } of [...expected.values()].flat()) if (waits.length > 0) order.waits[place] = waits
  return order
}

/** `order`: null where nothing is known of what happened between start and end. */
export function toWorkflowEvents(record: WorkflowRecord, order: WorkflowOrder | null): (WorkflowEvent | undefined)[] {
  const runId = record.id
  const events: (WorkflowEvent | undefined)[] = [{ type: 'status', runId, status: 'running' }]
  const { steps, waits, own: kept } = order ?? { steps: [], waits: {}, own: [] }
  const ofNodes = placedNodes(record).map((node, place) => eventsOfNode(node, runId, waits[place] ?? []).values())
  const ofTheirOwn = kept.map((event) => fromOwn(event, runId)).values()
  for (let at = 0; at < steps.length; at += 2) {
    const source = steps[at] ?? gone
    const from = source === own ? ofTheirOwn : ofNodes[source]
    for (let left = steps[at + 1] ?? 0; left > 0; left--) events.push(from?.next().value)
  }
  events.push({ type: 'status', runId, status: record.status }, { type: 'result', runId, record })
  return events
}

/** A node of the record with the events that it gives, of which `next` is the first that was not met yet. */
type Expected = { place: number; waits: number[]; events: NodeEvent[]; next: number }

/** By node and item; items of an iteration that is itself inside an iteration can share a key. */
function expectEvents(
  told: readonly (NodeEvent | undefined)[],
  record: WorkflowRecord,
): Map<string, readonly Expected[]> {
  const waitsOf = new Map<string, number[]>()
  for (const event of told) {
    if (event?.type !== 'node' || event.status !== 'retry') continue
    waitsOf.set(keyOf(event), [...(waitsOf.get(keyOf(event)) ?? []), event.retryInMs])
  }
  const all = placedNodes(record).map((placed, place) => {
    const key = keyOf({ nodeId: placed.node.id, iteration: placed.iteration })
    const waits = waitsOf.get(key) ?? []
    return { key, place, waits, events: eventsOfNode(placed, record.id, waits), next: 0 }
  })
  return Map.groupBy(all, ({ key }) => key)
}

function keyOf({ nodeId, iteration }: Pick<NodeEvent, 'nodeId' | 'iteration'>): string {
  return JSON.stringify([nodeId, iteration?.nodeId, iteration?.index])
}

function findSource(event: NodeEvent, candidates: readonly Expected[]): number {
  const found = candidates.find(({ events, next }) => isDeepStrictEqual(events[next], event))
  if (!found) return own
  found.next++
  return found.place
}

function addStep(steps: number[], source: number): void {
  const last = steps.length - 1
  if (steps[last - 1] === source) steps[last] = (steps[last] ?? 0) + 1
  else steps.push(source, 1)
}

function toOwn({ type, runId: _runId, ...event }: NodeEvent): OwnEvent {
  // Entries of the record stand there alone: only where a mistake of ours ended the run, it lacks some.
  return 'record' in event ? { type, ...event, record: null } : { type, ...event }
}

function fromOwn({ type, ...event }: OwnEvent, runId: string): WorkflowEvent {
  // It was one before.
  return { type, runId, ...event } as unknown as WorkflowEvent
}
