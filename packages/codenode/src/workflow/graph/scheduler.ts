import type { WorkflowGraph } from '../../document/workflow.ts'

/** A graph as the scheduler sees it: made once, shared by all runs of it. */
export type GraphShape = {
  /** The nodes that are run first; other nodes to which no edge leads are not connected to them. */
  entries: readonly number[]
  /** The edges that leave each node. */
  outgoing: readonly (readonly { to: number; handle: string }[])[]
  /** How many edges lead to each node. */
  incoming: Uint32Array
}

/** What is to be done with a node now. */
export type Move = { kind: 'run' | 'skip'; node: number }

export function buildShape(graph: {
  nodes: { readonly length: number }
  edges: WorkflowGraph['edges']
  entries: readonly number[]
}): GraphShape {
  const outgoing: { to: number; handle: string }[][] = Array.from({ length: graph.nodes.length }, () => [])
  const incoming = new Uint32Array(graph.nodes.length)
  for (const { from, to, handle } of graph.edges) {
    outgoing[from]?.push({ to, handle })
    incoming[to] = (incoming[to] ?? 0) + 1
  }
  return { entries: graph.entries, outgoing, incoming }
}

/**
 * Decides which nodes run and which are skipped. A node is decided when every edge into it is: it runs if one of them was
 * taken, else it is skipped, and so is what hangs on it alone. Each edge is looked at once.
 */
export class Scheduler {
  readonly #shape: GraphShape
  /** Edges into each node that are not decided yet. */
  readonly #open: Uint32Array
  readonly #isTaken: Uint8Array
  readonly #isDecided: Uint8Array

  constructor(shape: GraphShape) {
    this.#shape = shape
    this.#open = shape.incoming.slice()
    this.#isTaken = new Uint8Array(shape.incoming.length)
    this.#isDecided = new Uint8Array(shape.incoming.length)
  }

  /** The entries run; other nodes to which no edge leads are skipped. */
  start(): Move[] {
    const { entries, incoming } = this.#shape
    const moves: Move[] = entries.map((node) => ({ kind: 'run', node }))
    for (const node of entries) this.#isDecided[node] = 1
    for (let node = 0; node < incoming.length; node++) if (incoming[node] === 0) this.#decide(node, moves)
    this.#skipOnward(moves)
    return moves
  }

  /** A node has ended. The edges of its branch are taken, all others not; null: none is. */
  finish(node: number, branch: string | null): Move[] {
    const moves: Move[] = []
    this.#resolve(node, branch, moves)
    this.#skipOnward(moves)
    return moves
  }

  /** The list grows while it is walked. */
  #skipOnward(moves: Move[]): void {
    for (let place = 0; place < moves.length; place++) {
      const move = moves[place]
      if (move?.kind === 'skip') this.#resolve(move.node, null, moves)
    }
  }

  #resolve(node: number, branch: string | null, moves: Move[]): void {
    for (const { to, handle } of this.#shape.outgoing[node] ?? []) {
      if (handle === branch) this.#isTaken[to] = 1
      const open = (this.#open[to] ?? 0) - 1
      this.#open[to] = open
      if (open === 0) this.#decide(to, moves)
    }
  }

  #decide(node: number, moves: Move[]): void {
    if (this.#isDecided[node]) return
    this.#isDecided[node] = 1
    moves.push({ kind: this.#isTaken[node] ? 'run' : 'skip', node })
  }
}
