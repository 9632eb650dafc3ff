import { isObject, stringifyLossless } from 'codenode/contract'
import type { GraphEdge, GraphNode, WorkflowDocument } from './document.ts'
import type { History } from './history.ts'

/** A document by the places of its parts: what stands around the graph, the nodes and the edges. */
type PackedState = { readonly frame: number; readonly nodes: readonly number[]; readonly edges: readonly number[] }

/**
 * The text of a history. Steps share most of their nodes, so each node, edge and frame is written once. Where the text
 * would be longer than `maxLength`, the steps that are farthest from the present are left out; the present never is.
 */
export function packHistory(history: History<WorkflowDocument>, maxLength: number): string {
  const table = newTable()
  const present = packState(history.present, table)
  const past: PackedState[] = []
  const future: PackedState[] = []
  for (let distance = 1; distance <= Math.max(history.past.length, history.future.length); distance++) {
    const [before, after] = [history.past.at(-distance), history.future.at(-distance)]
    const [packedBefore, packedAfter] = [before && packState(before, table), after && packState(after, table)]
    if (table.length > maxLength) break
    if (packedBefore) past.unshift(packedBefore)
    if (packedAfter) future.unshift(packedAfter)
  }
  // Parts of the step that went too far are in the table, too.
  const count = 1 + Math.max(...[present, ...past, ...future].flatMap(placesIn))
  const parts = table.texts.slice(0, count).join(',')
  return `{"parts":[${parts}],"present":${JSON.stringify(present)},"past":${JSON.stringify(past)},"future":${JSON.stringify(future)}}`
}

/** The history of a text that `packHistory` wrote and that was parsed; null when anything of it is not as it should be. */
export function unpackHistory(packed: unknown): History<WorkflowDocument> | null {
  if (!isObject(packed) || !Array.isArray(packed.parts)) return null
  const parts: readonly unknown[] = packed.parts
  const present = unpackState(packed.present, parts)
  const past = unpackAll(packed.past, parts)
  const future = unpackAll(packed.future, parts)
  return present && past && future && { past, present, future, open: null }
}

type Table = { texts: string[]; places: Map<string, number>; length: number }

const newTable = (): Table => ({ texts: [], places: new Map(), length: 0 })

/** Nodes and edges are never changed in place: the text of one stays right as long as it lives. */
const written = new WeakMap<object, string>()

function place(part: object, table: Table): number {
  const text = written.get(part) ?? stringifyLossless(part)
  written.set(part, text)
  const known = table.places.get(text)
  if (known !== undefined) return known
  const added = table.texts.push(text) - 1
  table.places.set(text, added)
  table.length += text.length + 1
  return added
}

function packState(document: WorkflowDocument, table: Table): PackedState {
  const { nodes, edges } = document.workflow.graph
  const state = {
    frame: place(frameOf(document), table),
    nodes: nodes.map((node) => place(node, table)),
    edges: edges.map((edge) => place(edge, table)),
  }
  table.length += JSON.stringify(state).length
  return state
}

const frames = new WeakMap<WorkflowDocument, object>()

function frameOf(document: WorkflowDocument): object {
  const { workflow } = document
  const graph = { ...workflow.graph, nodes: [], edges: [] }
  const frame = frames.get(document) ?? { ...document, workflow: { ...workflow, graph } }
  frames.set(document, frame)
  return frame
}

function placesIn({ frame, nodes, edges }: PackedState): number[] {
  return [frame, ...nodes, ...edges]
}

function unpackAll(states: unknown, parts: readonly unknown[]): WorkflowDocument[] | null {
  if (!Array.isArray(states)) return null
  const documents = states.map((state: unknown) => unpackState(state, parts))
  return documents.every((document) => document !== null) ? documents : null
}

function unpackState(state: unknown, parts: readonly unknown[]): WorkflowDocument | null {
  if (!isObject(state) || !Array.isArray(state.nodes) || !Array.isArray(state.edges)) return null
  const frame = parts[Number(state.frame)]
  if (!isObject(frame) || !isObject(frame.workflow) || !isObject(frame.workflow.graph)) return null
  const nodes = state.nodes.map((at: unknown) => parts[Number(at)])
  const edges = state.edges.map((at: unknown) => parts[Number(at)])
  if (!nodes.every(isNode) || !edges.every(isEdge)) return null
  return { ...frame, workflow: { ...frame.workflow, graph: { ...frame.workflow.graph, nodes, edges } } }
}

function isNode(part: unknown): part is GraphNode {
  if (!isObject(part) || !isObject(part.position) || !isObject(part.data)) return false
  return typeof part.id === 'string' && typeof part.data.type === 'string'
}

function isEdge(part: unknown): part is GraphEdge {
  return isObject(part) && [part.id, part.source, part.target].every((it) => typeof it === 'string')
}
