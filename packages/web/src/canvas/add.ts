import { isObject, type NodeType, nodeTypes } from 'codenode/contract'
import { edgesOf, findNode, nodesOf, parentOf } from '../graph/access.ts'
import { connect } from '../graph/connect.ts'
import type { WorkflowDocument } from '../graph/document.ts'
import { type Added, addAfter, addNode } from '../graph/edit-nodes.ts'
import { type Handle, handlesOf } from '../graph/handles.ts'
import { settle } from '../graph/layout.ts'
import type { AddRequest } from '../store/editor-store.ts'
import { insertOnEdge } from './insert-on-edge.ts'

/** What can be added there, by the way out of the node before it. */
export function choicesFor(
  document: WorkflowDocument,
  { where }: AddRequest,
): { handle: Handle | null; types: NodeType[] }[] {
  const types = nodeTypes.filter((type) => isPossible(document, where, type))
  if (!('after' in where)) return [{ handle: null, types }]
  const node = findNode(document, where.after)
  const handles = node ? handlesOf(node) : []
  return handles.filter(({ id }) => where.handle === null || id === where.handle).map((handle) => ({ handle, types }))
}

/** Adds a node where it is wanted; null when that place is gone. */
export function addWhere(
  document: WorkflowDocument,
  where: AddRequest['where'],
  choice: { type: NodeType; handle: string | null },
): Added | null {
  const { type, handle } = choice
  if ('edge' in where) return insertOnEdge(document, where.edge, type)
  if ('after' in where) return addAfter(document, type, { nodeId: where.after, handle: handle ?? 'source' })
  if ('position' in where) return addNode(document, type, where.position)
  const start = nodesOf(document).find(
    (node) => parentOf(node) === where.inside && node.data.type === 'iteration-start',
  )
  return start ? addAfter(document, type, { nodeId: lastAfter(document, start.id) }) : null
}

/** A Code node behind the start, and before the end if there is one; null where there is no start. */
export function addFirstCode(document: WorkflowDocument): Added | null {
  const [start, end] = ['start', 'end'].map((type) => nodesOf(document).find(({ data }) => data.type === type))
  if (!start) return null
  const added = addAfter(document, 'code', { nodeId: start.id })
  const joined = end && connect(added.document, { source: added.id, target: end.id })
  return joined && 'document' in joined ? { ...added, document: settle(joined.document, end.id) } : added
}

/** The node at the end of the line that begins here. */
function lastAfter(document: WorkflowDocument, id: string): string {
  const seen = new Set<string>()
  let at = id
  for (;;) {
    seen.add(at)
    const next = edgesOf(document).find(({ source }) => source === at)?.target
    if (next === undefined || seen.has(next)) return at
    at = next
  }
}

function isPossible(document: WorkflowDocument, where: AddRequest['where'], type: NodeType): boolean {
  const isChat = isObject(document.app) && document.app.mode === 'advanced-chat'
  const hasStart = nodesOf(document).some(({ data }) => data.type === 'start')
  const isInside = levelOf(document, where) !== null
  switch (type) {
    case 'iteration-start':
      return false
    case 'start':
      return !hasStart && 'position' in where
    case 'iteration':
      return !isInside
    case 'answer':
      return isChat && !isInside
    case 'end':
      return !isChat && !isInside && !('edge' in where)
    case 'code':
    case 'if-else':
    case 'template-transform':
    case 'variable-aggregator':
      return true
  }
}

/** The iteration in which a node would come to stand. */
function levelOf(document: WorkflowDocument, where: AddRequest['where']): string | null {
  if ('position' in where) return null
  if ('inside' in where) return where.inside
  const id = 'after' in where ? where.after : edgesOf(document).find((edge) => edge.id === where.edge)?.source
  const node = findNode(document, id ?? '')
  return node ? parentOf(node) : null
}
