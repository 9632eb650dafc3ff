import { isObject, parseLossless, stringifyLossless } from 'codenode/contract'
import type { GraphEdge, GraphNode, WorkflowDocument } from '../graph/document.ts'
import { toDocument } from '../graph/document-text.ts'
import type { History } from '../graph/history.ts'

/** More steps, in each direction, are not kept over a reload. */
export const maxKeptSteps = 50

/** A document whose nodes and edges are places in `parts`: one step of undo shares nearly all of them with the next. */
type KeptState = { frame: number; nodes: number[]; edges: number[] }

/**
 * The history as text, each node and edge once. With more characters than `maxCharacters` the oldest steps are left out;
 * null: not even the present fits.
 */
export function writeHistory(history: History<WorkflowDocument>, maxCharacters: number): string | null {
  for (let steps = maxKeptSteps; ; steps = Math.floor(steps / 2)) {
    const text = write(history, steps)
    if (text.length <= maxCharacters) return text
    if (steps === 0) return null
  }
}

/** The history of such a text; null: it is none. */
export function readHistory(text: string): History<WorkflowDocument> | null {
  try {
    const kept = parseLossless(text)
    if (!isObject(kept) || !Array.isArray(kept.parts)) return null
    const read = (states: unknown): WorkflowDocument[] => {
      if (!Array.isArray(states)) throw new TypeError('states are a list')
      return states.map((state) => readState(state, kept.parts as unknown[]))
    }
    const [present] = read([kept.present])
    const whole = toDocument(present)
    if (!('document' in whole)) return null
    return { past: read(kept.past), present: whole.document, future: read(kept.future), open: null }
  } catch {
    // Of another version, cut off, or changed by hand.
    return null
  }
}

function write({ past, present, future }: History<WorkflowDocument>, steps: number): string {
  const parts: unknown[] = []
  const places = new Map<unknown, number>()
  const place = (part: unknown, key: unknown = part): number => {
    const known = places.get(key)
    if (known !== undefined) return known
    places.set(key, parts.length)
    return parts.push(part) - 1
  }
  const toState = (document: WorkflowDocument): KeptState => {
    const { graph } = document.workflow
    const { nodes, edges } = graph
    // Left in their place, so that the keys keep their order.
    const frame = { ...document, workflow: { ...document.workflow, graph: { ...graph, nodes: [], edges: [] } } }
    return {
      frame: place(frame, stringifyLossless(frame)),
      nodes: nodes.map((node) => place(node)),
      edges: edges.map((edge) => place(edge)),
    }
  }
  const last = (states: readonly WorkflowDocument[]) => (steps === 0 ? [] : states.slice(-steps).map(toState))
  return stringifyLossless({ past: last(past), present: toState(present), future: last(future), parts })
}

function readState(state: unknown, parts: readonly unknown[]): WorkflowDocument {
  if (!isObject(state) || !Array.isArray(state.nodes) || !Array.isArray(state.edges)) throw new TypeError('no state')
  const frame = parts[state.frame as number]
  if (!isObject(frame) || !isObject(frame.workflow) || !isObject(frame.workflow.graph)) throw new TypeError('no frame')
  const partAt = (place: unknown): Record<string, unknown> => {
    const part = parts[place as number]
    if (!isObject(part) || typeof part.id !== 'string') throw new TypeError('no part')
    return part
  }
  // They were written by this module; what is the present is checked whole.
  const nodes = state.nodes.map((place) => partAt(place) as GraphNode)
  const edges = state.edges.map((place) => partAt(place) as GraphEdge)
  return { ...frame, workflow: { ...frame.workflow, graph: { ...frame.workflow.graph, nodes, edges } } }
}
