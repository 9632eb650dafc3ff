import type { Graph } from '@dagrejs/dagre'

/** By the name of an edge: the place of the handle that it leaves by, from the top. */
type HandlePlaces = ReadonlyMap<string, number>

/** An edge between two neighbouring columns: where it leaves and where it arrives, counted from the top. */
type Line = { from: number; to: number }

/**
 * The order in each column, as a step of dagre's: what the upper handle of a node leads to stands above what the lower one
 * leads to, and as few edges cross as can be found by moving nodes to the middle of their neighbours, forth and back.
 */
export function orderColumns(graph: Graph, handlePlaces: HandlePlaces): void {
  let columns = firstOrder(graph, handlePlaces)
  let [best, fewest] = [columns, crossingsOf(graph, handlePlaces, columns)]
  for (let turn = 0; turn < turns && fewest > 0; turn++) {
    columns = sweep(graph, handlePlaces, columns, turn % 2 === 0 ? 'forth' : 'back')
    const crossings = crossingsOf(graph, handlePlaces, columns)
    if (crossings < fewest) [best, fewest] = [columns, crossings]
  }
  for (const column of best) for (const [order, id] of column.entries()) pieceOf(graph, id).order = order
}

const turns = 12

type Columns = readonly (readonly string[])[]

/** Depth first, along the handles from top to bottom. */
function firstOrder(graph: Graph, handlePlaces: HandlePlaces): Columns {
  const columns: string[][] = []
  const seen = new Set<string>()
  const visit = (id: string): void => {
    if (seen.has(id)) return
    seen.add(id)
    const column = pieceOf(graph, id).rank
    columns[column] ??= []
    columns[column].push(id)
    const next = (graph.outEdges(id) ?? []).toSorted(
      (a, b) => handlePlaceOf(graph, handlePlaces, a) - handlePlaceOf(graph, handlePlaces, b),
    )
    for (const { w } of next) visit(w)
  }
  for (const id of graph.nodes().toSorted((a, b) => pieceOf(graph, a).rank - pieceOf(graph, b).rank)) visit(id)
  return Array.from(columns, (column) => column ?? [])
}

/** What dagre keeps of a node: its column, its place in it, and, of one that it made itself, the edge of which it is a part. */
type Piece = { rank: number; order: number; dummy?: string; edgeObj?: Edge }

function pieceOf(graph: Graph, id: string): Piece {
  // dagre types its nodes for callers, and does not know its own steps.
  return graph.node(id) as Piece
}

type Edge = NonNullable<ReturnType<Graph['outEdges']>>[number]

/** dagre has cut edges into pieces, a node between every two; only the first piece leaves by a handle. */
function handlePlaceOf(graph: Graph, handlePlaces: HandlePlaces, { v, w, name }: Edge): number {
  if (pieceOf(graph, v).dummy) return 0
  return handlePlaces.get(pieceOf(graph, w).edgeObj?.name ?? name ?? '') ?? 0
}

function sweep(graph: Graph, handlePlaces: HandlePlaces, before: Columns, direction: 'forth' | 'back'): Columns {
  const columns = [...before]
  const indexes = [...columns.keys()]
  for (const index of direction === 'forth' ? indexes.slice(1) : indexes.reverse().slice(1)) {
    const beside = placesIn(columns[direction === 'forth' ? index - 1 : index + 1] ?? [])
    const middle = new Map(
      (columns[index] ?? []).map((id, place) => {
        const edges = (direction === 'forth' ? graph.inEdges(id) : graph.outEdges(id)) ?? []
        const places = edges.map((edge) =>
          direction === 'forth' ? lineStart(graph, handlePlaces, edge, beside) : (beside.get(edge.w) ?? 0),
        )
        return [id, places.length > 0 ? places.reduce((sum, it) => sum + it, 0) / places.length : place]
      }),
    )
    columns[index] = (columns[index] ?? []).toSorted((a, b) => (middle.get(a) ?? 0) - (middle.get(b) ?? 0))
  }
  return columns
}

function placesIn(column: readonly string[]): Map<string, number> {
  return new Map(column.map((id, place) => [id, place]))
}

/** Handles lie between their node and the next one below. */
function lineStart(graph: Graph, handlePlaces: HandlePlaces, edge: Edge, places: ReadonlyMap<string, number>): number {
  return (places.get(edge.v) ?? 0) + handlePlaceOf(graph, handlePlaces, edge) / 1000
}

function crossingsOf(graph: Graph, handlePlaces: HandlePlaces, columns: Columns): number {
  let crossings = 0
  for (const [index, column] of columns.slice(0, -1).entries()) {
    const [near, far] = [placesIn(column), placesIn(columns[index + 1] ?? [])]
    const lines = column.flatMap((id) =>
      (graph.outEdges(id) ?? []).map(
        (edge): Line => ({ from: lineStart(graph, handlePlaces, edge, near), to: far.get(edge.w) ?? 0 }),
      ),
    )
    for (const [at, one] of lines.entries()) {
      for (const other of lines.slice(at + 1)) if ((one.from - other.from) * (one.to - other.to) < 0) crossings++
    }
  }
  return crossings
}
