import { toNodeType } from 'codenode/contract'
import { labels } from '../labels/editor.ts'
import { edgesOf, findNode, parentOf, withGraph } from './access.ts'
import type { GraphEdge, GraphNode, WorkflowDocument } from './document.ts'
import { handlesOf } from './handles.ts'

export type Connection = { readonly source: string; readonly sourceHandle?: string | null; readonly target: string }

/** Joins two nodes, or says why they cannot be joined. */
export function connect(
  document: WorkflowDocument,
  connection: Connection,
): { document: WorkflowDocument } | { reason: string } {
  const sourceHandle = connection.sourceHandle || 'source'
  const source = findNode(document, connection.source)
  const target = findNode(document, connection.target)
  if (!source || !target) return { reason: labels.refusals.gone }
  const reason = refuse(document, source, target, sourceHandle)
  if (reason) return { reason }
  const edge = buildEdge(source, target, sourceHandle)
  return { document: withGraph(document, { edges: [...edgesOf(document), edge] }) }
}

export function removeEdges(document: WorkflowDocument, ids: readonly string[]): WorkflowDocument {
  const removed = new Set(ids)
  const edges = edgesOf(document).filter(({ id }) => !removed.has(id))
  return edges.length === edgesOf(document).length ? document : withGraph(document, { edges })
}

/** An edge as Dify's canvas writes it. */
export function buildEdge(source: GraphNode, target: GraphNode, sourceHandle: string): GraphEdge {
  const iteration = parentOf(source)
  return {
    id: edgeId(source.id, sourceHandle, target.id),
    type: 'custom',
    source: source.id,
    sourceHandle,
    target: target.id,
    targetHandle: 'target',
    zIndex: iteration ? 1002 : 0,
    data: {
      sourceType: source.data.type,
      targetType: target.data.type,
      isInIteration: iteration !== null,
      ...(iteration ? { iteration_id: iteration } : {}),
    },
  }
}

export function edgeId(source: string, sourceHandle: string, target: string): string {
  return `${source}-${sourceHandle}-${target}-target`
}

function refuse(document: WorkflowDocument, source: GraphNode, target: GraphNode, handle: string): string | null {
  if (source.id === target.id) return labels.refusals.itself
  const type = toNodeType(target.data.type)
  if (type === 'start' || type === 'iteration-start') return labels.refusals.beforeStart
  if (target.type === 'custom-note' || source.type === 'custom-note') return labels.refusals.note
  const handles = handlesOf(source)
  if (handles.length === 0) return labels.refusals.afterEnd
  if (toNodeType(source.data.type) && !handles.some(({ id }) => id === handle)) {
    return labels.refusals.noHandle(handle)
  }
  if (parentOf(source) !== parentOf(target)) return labels.refusals.iteration
  const isThere = edgesOf(document).some(
    (edge) => edge.source === source.id && edge.target === target.id && (edge.sourceHandle || 'source') === handle,
  )
  if (isThere) return labels.refusals.connected
  if (leadsTo(document, target.id, source.id)) return labels.refusals.cycle
  return null
}

/** Whether edges lead from one node to another. */
export function leadsTo(document: WorkflowDocument, from: string, to: string): boolean {
  return reachable(document, from, 'source', 'target').has(to)
}

/** All nodes from which edges lead to this one. */
export function idsBefore(document: WorkflowDocument, id: string): Set<string> {
  return reachable(document, id, 'target', 'source')
}

/** All nodes to which edges lead from this one. */
export function idsAfter(document: WorkflowDocument, id: string): Set<string> {
  return reachable(document, id, 'source', 'target')
}

/** All nodes to which edges lead that leave this one by one of its handles. */
export function idsBehind(document: WorkflowDocument, id: string, handle: string): Set<string> {
  const others = edgesOf(document).filter((edge) => edge.source !== id || (edge.sourceHandle || 'source') === handle)
  return reachable(withGraph(document, { edges: others }), id, 'source', 'target')
}

function reachable(document: WorkflowDocument, id: string, near: 'source' | 'target', far: 'source' | 'target') {
  const next = Map.groupBy(edgesOf(document), (edge) => edge[near])
  const found = new Set<string>()
  const open = [id]
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (const edge of next.get(at) ?? []) {
      if (found.has(edge[far])) continue
      found.add(edge[far])
      open.push(edge[far])
    }
  }
  return found
}
