import type { Draft, DraftGraph } from './draft.ts'

/** Which nodes come before which, in one graph without cycles. */
export type Reach = {
  isUpstream: (source: Draft, of: Draft) => boolean
  isReached: (draft: Draft) => boolean
}

/** `cycle`: the nodes of one cycle in their order; `order`: all nodes, each after those before it. */
export type Order<Node> = { order: Node[]; cycle: Node[] }

type Graph<Node> = { nodes: readonly Node[]; edges: readonly { from: Node; to: Node }[] }

/** Sorts the nodes so that each edge points forward; what is left over has a cycle in it. */
export function sortGraph<Node>({ nodes, edges }: Graph<Node>): Order<Node> {
  const incoming = new Map(nodes.map((node) => [node, 0]))
  const next = new Map<Node, Node[]>(nodes.map((node) => [node, []]))
  for (const { from, to } of edges) {
    incoming.set(to, (incoming.get(to) ?? 0) + 1)
    next.get(from)?.push(to)
  }
  const order = nodes.filter((node) => incoming.get(node) === 0)
  // The list grows while it is walked: each node is added when the last edge into it is seen.
  for (const node of order) {
    for (const to of next.get(node) ?? []) {
      const left = (incoming.get(to) ?? 0) - 1
      incoming.set(to, left)
      if (left === 0) order.push(to)
    }
  }
  return { order, cycle: order.length === nodes.length ? [] : findCycle({ nodes, edges }, new Set(order)) }
}

/** The nodes that the entry leads to, with or without cycles. */
export function findReached({ edges, entry }: Pick<DraftGraph, 'edges' | 'entry'>): Set<Draft> {
  const next = Map.groupBy(edges, ({ from }) => from)
  const reached = new Set(entry ? [entry] : [])
  // The set grows while it is walked.
  for (const node of reached) for (const { to } of next.get(node) ?? []) reached.add(to)
  return reached
}

/** Every node that is not sorted has another one before it: walking back must meet a node again. */
function findCycle<Node>({ nodes, edges }: Graph<Node>, sorted: ReadonlySet<Node>): Node[] {
  const before = new Map(edges.filter(({ from }) => !sorted.has(from)).map(({ from, to }) => [to, from]))
  const walked = new Set<Node>()
  let at = nodes.find((node) => !sorted.has(node) && before.has(node))
  while (at !== undefined && !walked.has(at)) {
    walked.add(at)
    at = before.get(at)
  }
  const path = [...walked]
  return at !== undefined ? path.slice(path.indexOf(at)).reverse() : []
}

/** For a graph without cycles, its nodes in order. One bit for each pair of nodes. */
export function findReach({ edges, entry }: DraftGraph, order: readonly Draft[]): Reach {
  const place = new Map(order.map((node, index) => [node, index]))
  const words = Math.ceil(order.length / 32)
  const before = order.map(() => new Uint32Array(words))
  const reached = new Set(entry ? [entry] : [])
  const next = Map.groupBy(edges, ({ from }) => from)
  for (const [index, node] of order.entries()) {
    for (const { to } of next.get(node) ?? []) {
      // Each edge joins two nodes of the order.
      const target = before[place.get(to) as number] as Uint32Array
      const own = before[index] as Uint32Array
      for (let word = 0; word < words; word++) target[word] = (target[word] ?? 0) | (own[word] ?? 0)
      target[index >> 5] = (target[index >> 5] ?? 0) | (1 << (index & 31))
      if (reached.has(node)) reached.add(to)
    }
  }
  return {
    isUpstream: (source, of) => {
      const from = place.get(source)
      const bits = before[place.get(of) ?? -1]
      return from !== undefined && bits !== undefined && ((bits[from >> 5] ?? 0) & (1 << (from & 31))) !== 0
    },
    isReached: (draft) => reached.has(draft),
  }
}
