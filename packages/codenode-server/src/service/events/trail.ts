import { eventsOf } from 'codenode/internal/contract/events-of'
import { type AnyEvent, type AnyRecord, isWorkflowRecord } from 'codenode/internal/contract/run-documents'
import type { WorkflowEvent } from 'codenode/internal/contract/workflow-events'
import { orderOf, toWorkflowEvents, type WorkflowOrder } from './workflow-order.ts'

/**
 * What records do not hold and their events need, so that they are told again as they were, with the same numbers: of a
 * node the `retryInMs` of each attempt, of a workflow the order of its events.
 */
export type Trail = readonly (number | null)[] | WorkflowOrder | CutTrail

/** Of a record that is kept in part: how many events there were. Those between the first and the last two are gone. */
export type CutTrail = { told: number }

/** `events`: as they were told; undefined: no longer known. Null where the record is enough. */
export function trailOf(events: readonly (AnyEvent | undefined)[], record: AnyRecord): Trail | null {
  // The events are those of the record's run.
  if (isWorkflowRecord(record)) return orderOf(events as (WorkflowEvent | undefined)[], record)
  const waits = events.flatMap((event) => (event?.type === 'attempt' ? [event.retryInMs] : []))
  return waits.some((wait) => wait !== null) ? waits : null
}

/** The events that a run told; undefined: no longer known. */
export function toEvents(record: AnyRecord, trail: Trail | null): (AnyEvent | undefined)[] {
  if (trail && 'told' in trail) return toLastEvents(record, trail)
  // A trail is kept with the record that it belongs to.
  if (isWorkflowRecord(record)) return toWorkflowEvents(record, trail as WorkflowOrder | null)
  return eventsOf(record, (trail ?? []) as (number | null)[])
}

function toLastEvents(record: AnyRecord, { told }: CutTrail): (AnyEvent | undefined)[] {
  const { id: runId, status } = record
  const events = new Array<AnyEvent | undefined>(told)
  events[0] = { type: 'status', runId, status: 'running' }
  // The statuses and records of both kinds of runs belong together.
  events.splice(
    told - 2,
    2,
    { type: 'status', runId, status } as AnyEvent,
    { type: 'result', runId, record } as AnyEvent,
  )
  return events
}
