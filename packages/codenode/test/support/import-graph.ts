import { dirname } from 'node:path'
import type { Import } from './read-imports.ts'

/** Two folders that import each other, and one import of each way. */
export type FolderPair = { folders: readonly [string, string]; there: Import; back: Import }

/** The folders that import each other. A folder inside another one is a folder of its own. */
export function foldersBothWays(imports: readonly Import[]): FolderPair[] {
  const edges = new Map<string, Import>()
  for (const one of imports) {
    const edge = edgeBetween(dirname(one.from), dirname(one.to))
    if (one.kind === 'file' && !edges.has(edge)) edges.set(edge, one)
  }
  return [...edges.values()].flatMap((there) => {
    const [from, to] = [dirname(there.from), dirname(there.to)]
    const back = edges.get(edgeBetween(to, from))
    return back && from < to ? [{ folders: [from, to] as const, there, back }] : []
  })
}

function edgeBetween(from: string, to: string): string {
  return `${from} > ${to}`
}

/** The files that import each other in a circle, each circle from its first file back to it: a, b, a. */
export function findCycles(imports: readonly Import[]): string[][] {
  const next = new Map<string, string[]>()
  for (const { kind, from, to } of imports) if (kind === 'file') next.set(from, [...(next.get(from) ?? []), to])
  const cycles: string[][] = []
  const known = new Set<string>()
  for (const start of next.keys()) {
    const cycle = known.has(start) ? null : shortestCycle(next, start)
    if (!cycle) continue
    cycles.push(cycle)
    // Circles that hang together are one, of which one is shown.
    for (const file of reachableFrom(next, start).keys()) if (reachableFrom(next, file).has(start)) known.add(file)
  }
  return cycles
}

type Graph = ReadonlyMap<string, readonly string[]>

function shortestCycle(next: Graph, start: string): string[] | null {
  const cameFrom = reachableFrom(next, start)
  if (!cameFrom.has(start)) return null
  const cycle = [start]
  for (let at = cameFrom.get(start); at !== undefined && at !== start; at = cameFrom.get(at)) cycle.unshift(at)
  return [start, ...cycle]
}

/** The files that are reached from a file, the nearest first, each with the file before it on the shortest way. */
function reachableFrom(next: Graph, start: string): Map<string, string> {
  const cameFrom = new Map<string, string>()
  const queue = [start]
  for (const file of queue) {
    for (const to of next.get(file) ?? []) {
      if (cameFrom.has(to)) continue
      cameFrom.set(to, file)
      queue.push(to)
    }
  }
  return cameFrom
}
