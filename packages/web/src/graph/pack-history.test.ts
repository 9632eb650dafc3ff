import { parseLossless } from 'codenode/contract'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { nodesOf } from './access.ts'
import type { WorkflowDocument } from './document.ts'
import { addNode, moveNodes, removeNodes, updateData } from './edit-nodes.ts'
import { type History, newHistory, pushState, redo, undo } from './history.ts'
import { newDocument } from './new-document.ts'
import { packHistory, unpackHistory } from './pack-history.ts'

const first = newDocument('Packed', 1)
const roomy = 10_000_000
const again = (history: History<WorkflowDocument>, maxLength = roomy) =>
  unpackHistory(parseLossless(packHistory(history, maxLength)))

/** A history of one code node that is typed into. */
function typed(steps: number): History<WorkflowDocument> {
  const added = addNode(first, 'code', { x: 0, y: 0 })
  let history = pushState(newHistory(first), added.document, { atMs: 0 })
  for (let step = 1; step <= steps; step++) {
    const data = { type: 'code', title: 'C', code: `# ${'x'.repeat(1000)} ${step}` }
    history = pushState(history, updateData(history.present, added.id, data), { atMs: step * 1000 })
  }
  return history
}

describe('a history that is packed', () => {
  test('comes back with every step, those that were undone too', () => {
    const edits = fc.array(fc.tuple(fc.nat(4), fc.nat(20)), { maxLength: 40 })
    fc.assert(
      fc.property(edits, (list) => {
        let history = newHistory(first)
        for (const [index, [kind, pick]] of list.entries()) history = step(history, kind, pick, index)
        expect(again(history)).toEqual({ ...history, open: null })
      }),
      { numRuns: 50 },
    )
  })

  test('writes what steps share once', () => {
    let history = newHistory(first)
    for (let x = 0; x < 100; x++) {
      const move = new Map([[nodesOf(first)[0]?.id ?? '', { x, y: 0 }]])
      history = pushState(history, moveNodes(history.present, move), { atMs: x * 1000 })
    }
    const [one, all] = [packHistory({ ...history, past: [] }, roomy).length, packHistory(history, roomy).length]
    expect(all).toBeLessThan(one * 40)
  })

  test('has no more than there is room for: the steps that are nearest to the present, and the present always', () => {
    const history = undo(undo(typed(100)))
    const kept = again(history, 20_000)
    expect(kept?.present).toEqual(history.present)
    expect(kept?.past.length).toBeGreaterThan(3)
    expect(kept?.past).toEqual(history.past.slice(-(kept?.past.length ?? 0)))
    expect(kept?.future).toEqual(history.future)
    expect(packHistory(history, 20_000).length).toBeLessThan(20_000)
    expect(again(history, 10)).toEqual(newHistory(history.present))
  })

  test.each([
    ['no object', 'text'],
    ['without parts', { present: {}, past: [], future: [] }],
    ['a part that is missing', { parts: [{ workflow: { graph: {} } }], present: at(0, [7]), past: [], future: [] }],
    ['a node that is none', { parts: [{ workflow: { graph: {} } }], present: at(0, [0]), past: [], future: [] }],
    ['a broken step', { parts: [{ workflow: { graph: {} } }], present: at(0, []), past: [{}], future: [] }],
    ['a frame that is none', { parts: ['x'], present: at(0, []), past: [], future: [] }],
  ])('is no history when it is %s', (_, packed) => expect(unpackHistory(packed)).toBe(null))
})

function at(frame: number, nodes: readonly number[]) {
  return { frame, nodes, edges: [] }
}

function step(history: History<WorkflowDocument>, kind: number, pick: number, index: number) {
  const { present } = history
  const id = nodesOf(present)[pick % nodesOf(present).length]?.id ?? ''
  const push = (state: WorkflowDocument) => pushState(history, state, { atMs: index * 1000 })
  switch (kind) {
    case 0:
      return push(addNode(present, 'code', { x: pick, y: 0 }, { nodeId: id }).document)
    case 1:
      return push(removeNodes(present, [id]))
    case 2:
      return undo(history)
    case 3:
      return redo(history)
    default:
      return push({ ...present, app: { name: `Named ${index}` } })
  }
}
