import { edgesOf, nodesOf, parentOf } from '../graph/access.ts'
import type { GraphNode, WorkflowDocument } from '../graph/document.ts'

/**
 * The nodes along the graph: each after those before it, from left to right and top to bottom where that leaves a choice;
 * what stands inside an iteration comes right behind it.
 */
export function inGraphOrder(document: WorkflowDocument): GraphNode[] {
  const nodes = nodesOf(document)
  const ids = new Set(nodes.map(({ id }) => id))
  const inside = Map.groupBy(nodes, (node) => (ids.has(parentOf(node) ?? '') ? parentOf(node) : null))
  const incoming = new Map(nodes.map(({ id }) => [id, 0]))
  const next = Map.groupBy(edgesOf(document), ({ source }) => source)
  for (const { target } of edgesOf(document)) incoming.set(target, (incoming.get(target) ?? 0) + 1)

  const order: GraphNode[] = []
  const walk = (level: readonly GraphNode[]): void => {
    const byId = new Map(level.map((node) => [node.id, node]))
    const waiting = new Set(level)
    while (waiting.size > 0) {
      const free = [...waiting].filter(({ id }) => (incoming.get(id) ?? 0) <= 0)
      // A circle has no first node; then the leftmost is taken.
      const node = leftmost(free.length > 0 ? free : [...waiting])
      waiting.delete(node)
      order.push(node)
      for (const { target } of next.get(node.id) ?? []) {
        if (byId.has(target)) incoming.set(target, (incoming.get(target) ?? 0) - 1)
      }
      const children = inside.get(node.id)
      if (children) walk(children)
    }
  }
  walk(inside.get(null) ?? [])
  return order
}

function leftmost(nodes: readonly GraphNode[]): GraphNode {
  // Called with at least one node.
  return nodes.reduce((best, node) =>
    node.position.x < best.position.x || (node.position.x === best.position.x && node.position.y < best.position.y)
      ? node
      : best,
  )
}
