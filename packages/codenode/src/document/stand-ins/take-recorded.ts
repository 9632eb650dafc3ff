import { toNodeType } from '../../contract/node-types.ts'
import type { StandInRequest, StandIns } from '../../contract/stand-in.ts'
import { isObject } from '../../contract/values.ts'
import type { WorkflowNodeRecord, WorkflowRecord } from '../../contract/workflow-record.ts'

/** `recorded`: the keys whose outputs come from the record. */
export type TakenStandIns = { standIns: unknown; recorded: ReadonlySet<string> }

/**
 * Stand-ins with the outputs of a past run in place of `recorded`, and with those of its nodes that do not run here. Those
 * that are given win.
 */
export function takeRecorded({ standIns, standInsFrom: record }: StandInRequest): TakenStandIns {
  if (!record) return { standIns, recorded: new Set() }
  const isAll = standIns === 'made'
  // What has the wrong form is told by whoever checks it.
  if (standIns != null && !isAll && !isObject(standIns)) return { standIns, recorded: new Set() }
  const given = isObject(standIns) ? standIns : isAll ? { '*': 'made' } : {}
  const found = new Map<string, unknown>()
  for (const id of notRunHere(record.nodes))
    found.set(
      id,
      findOutputs(record, (node) => node.id === id),
    )
  for (const [name, value] of Object.entries(given)) {
    for (const id of idsOf(record.nodes, name)) found.delete(id)
    if (value === 'recorded')
      found.set(
        name,
        findOutputs(record, ({ id, title }) => id === name || title === name),
      )
  }
  const taken = [...found].filter(([, outputs]) => outputs !== null)
  return {
    standIns: { ...given, ...Object.fromEntries(taken) },
    recorded: new Set(taken.map(([name]) => name)),
  }
}

/** The stand-ins as they are kept with a run, which can be run again when the other is gone. */
export function keepStandIns(request: StandInRequest): StandIns | undefined {
  // Checked when the run began.
  return takeRecorded(request).standIns as StandIns | undefined
}

/** Those whose type does not run here, and those that were stood in for. */
function notRunHere(nodes: readonly WorkflowNodeRecord[], found = new Set<string>()): Set<string> {
  for (const { id, type, standIn, iterations } of nodes) {
    if (standIn !== undefined || toNodeType(type) === null) found.add(id)
    for (const item of iterations?.items ?? []) notRunHere(item.nodes ?? [], found)
  }
  return found
}

function idsOf(nodes: readonly WorkflowNodeRecord[], name: string): string[] {
  return nodes.flatMap(({ id, title, iterations }) => [
    ...(id === name || title === name ? [id] : []),
    ...(iterations?.items ?? []).flatMap((item) => idsOf(item.nodes ?? [], name)),
  ])
}

type IsWanted = (node: WorkflowNodeRecord) => boolean

/** Inside an iteration a list, by item; null: the record has none. */
function findOutputs({ nodes }: Pick<WorkflowRecord, 'nodes'>, isWanted: IsWanted): unknown {
  const own = nodes.find(isWanted)
  if (own) return own.outputs && withBranch(own)
  for (const { iterations } of nodes) {
    const items: unknown[] = []
    for (const { index, nodes: inside } of iterations?.items ?? []) {
      const outputs = findOutputs({ nodes: inside ?? [] }, isWanted)
      if (outputs !== null) items[index] = outputs
    }
    if (items.length > 0) return Array.from(items, (outputs) => outputs ?? null)
  }
  return null
}

function withBranch({ outputs, branch }: WorkflowNodeRecord): object {
  return branch === null || branch === 'source' ? { ...outputs } : { branch, ...outputs }
}
