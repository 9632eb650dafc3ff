import type { Draft, DraftGraph } from './draft.ts'
import type { WorkflowGraph, WorkflowNode } from './workflow.ts'

/** The checked graph of drafts that have no issue. */
export function assembleGraph(draft: DraftGraph, graphs: ReadonlyMap<Draft | null, DraftGraph>): WorkflowGraph {
  const places = new Map(draft.nodes.map((node, index) => [node, index]))
  const placeOf = (node: Draft | null): number => (node && places.get(node)) ?? 0
  return {
    nodes: draft.nodes.map((node) => assembleNode(node, graphs)),
    edges: draft.edges.map(({ from, to, handle }) => ({ from: placeOf(from), to: placeOf(to), handle })),
    entry: placeOf(draft.entry),
  }
}

function assembleNode(draft: Draft, graphs: ReadonlyMap<Draft | null, DraftGraph>): WorkflowNode {
  const { entry, settings } = draft
  const inside = graphs.get(draft)
  // A draft without settings, or an iteration without an inside, has an issue, and then nothing is assembled.
  if (!settings || (settings.type === 'iteration' && !inside))
    throw new TypeError(`${entry.path} has not been checked.`)
  const { id, title, path } = entry
  if (settings.type !== 'iteration') return { id, title, path, ...settings }
  return { id, title, path, ...settings, body: assembleGraph(inside as DraftGraph, graphs) }
}
