import type { Draft, DraftGraph } from './draft.ts'
import type { WorkflowGraph, WorkflowNode } from './workflow.ts'

/** The checked graph of drafts. Those whose settings are wrong are left out: without an issue they are never run. */
export function assembleGraph(draft: DraftGraph, graphs: ReadonlyMap<Draft | null, DraftGraph>): WorkflowGraph {
  const nodes = draft.nodes.filter((node) => isWhole(node, graphs))
  const places = new Map(nodes.map((node, index) => [node, index]))
  const placeOf = (node: Draft | null): number => (node && places.get(node)) ?? 0
  return {
    nodes: nodes.map((node) => assembleNode(node, graphs)),
    edges: draft.edges
      .filter(({ from, to }) => places.has(from) && places.has(to))
      .map(({ from, to, handle }) => ({ from: placeOf(from), to: placeOf(to), handle })),
    entry: placeOf(draft.entry),
  }
}

function isWhole(draft: Draft, graphs: ReadonlyMap<Draft | null, DraftGraph>): boolean {
  if (draft.settings?.type !== 'iteration') return draft.settings !== null
  return graphs.get(draft)?.nodes.every((node) => isWhole(node, graphs)) ?? false
}

function assembleNode(draft: Draft, graphs: ReadonlyMap<Draft | null, DraftGraph>): WorkflowNode {
  const { entry, settings } = draft
  const inside = graphs.get(draft)
  // Those are left out before.
  if (!settings || (settings.type === 'iteration' && !inside))
    throw new TypeError(`${entry.path} has not been checked.`)
  const { id, title, path } = entry
  if (settings.type !== 'iteration') return { id, title, path, ...settings }
  return { id, title, path, ...settings, body: assembleGraph(inside as DraftGraph, graphs) }
}
