import type { StandInSource } from './stand-in-sources.ts'
import { isObject, type JsonValue } from './values.ts'
import type { WorkflowRecord } from './workflow-record.ts'

/**
 * What a node gives instead of being run: its outputs by name; of a node that branches also `branch`, the way that is taken.
 * Of a node inside an iteration either one for all items or a list, one for each; of nested iterations lists in lists, the
 * outermost first.
 */
export type StandInOutputs =
  | Readonly<Record<string, unknown>>
  | readonly (Readonly<Record<string, unknown>> | readonly unknown[] | null)[]

/** `made`: values of the right types, made up. `recorded`: what the node gave in the run of `standInsFrom`. */
export type StandIn = 'made' | 'recorded' | StandInOutputs

/** By the node's id, or its title where no other node has it. `*`: every node of a type that does not run here. */
export type StandIns = 'made' | Readonly<Record<string, StandIn>>

/** What a caller gives, still unchecked. */
export type StandInRequest = {
  standIns?: unknown
  /** A past run: nodes that do not run here, and those that are `recorded`, give what they gave there. */
  standInsFrom?: WorkflowRecord | undefined
}

/** Those of both; where both have one for a node, that of `changes`. */
export function mergeStandIns(standIns: unknown, changes: unknown): unknown {
  if (changes === undefined || changes === null) return standIns ?? undefined
  if (changes === 'made' || !isObject(changes)) return changes
  return { ...(standIns === 'made' ? { '*': 'made' } : isObject(standIns) ? standIns : {}), ...changes }
}

/** How a node ends that is not run. */
export type StandInEnd = {
  status: 'succeeded' | 'exception'
  branch: string
  outputs: Record<string, JsonValue>
}

/** Lists are by item; null: none was given for that item. */
export type StandInEnds = StandInEnd | readonly (StandInEnds | null)[]

/** A checked stand-in. */
export type CheckedStandIn = { source: StandInSource; ends: StandInEnds }

/** Every end that a node can have, of all items. */
export function endsOf(ends: StandInEnds | null): StandInEnd[] {
  if (ends === null) return []
  return isList(ends) ? ends.flatMap(endsOf) : [ends]
}

/** That of an item, by the places in the iterations around the node; null: none was given for it. */
export function endFor(ends: StandInEnds, items: readonly number[]): StandInEnd | null {
  let at: StandInEnds | null = ends
  for (const item of items) {
    if (at === null || !isList(at)) break
    at = at[item] ?? null
  }
  return at === null || isList(at) ? null : at
}

function isList(ends: StandInEnds): ends is readonly (StandInEnds | null)[] {
  return Array.isArray(ends)
}
