import { describe, expect, test } from 'vitest'
import type { WorkflowDocument } from '../graph/document.ts'
import { type History, newHistory, pushState, redo, undo } from '../graph/history.ts'
import { newDocument } from '../graph/new-document.ts'
import { maxKeptSteps, readHistory, writeHistory } from './kept-history.ts'

function titled(document: WorkflowDocument, title: string): WorkflowDocument {
  const { graph } = document.workflow
  const [first, ...others] = graph.nodes
  const renamed = { ...first, data: { ...first?.data, title } } as (typeof graph.nodes)[number]
  return { ...document, workflow: { ...document.workflow, graph: { ...graph, nodes: [renamed, ...others] } } }
}

function afterSteps(steps: number): History<WorkflowDocument> {
  let history = newHistory(newDocument())
  for (let step = 1; step <= steps; step++) {
    history = pushState(history, titled(history.present, `Step ${step}`), { atMs: step })
  }
  return history
}

const titleOf = ({ present }: History<WorkflowDocument>) => present.workflow.graph.nodes[0]?.data.title

describe('a kept history', () => {
  test('has the present and all steps, back and forth', () => {
    const before = undo(undo(afterSteps(5)))
    const after = readHistory(writeHistory(before, 1e6) ?? '')
    if (!after) throw new Error('it was not read')
    expect(after).toEqual({ ...before, open: null })
    expect([titleOf(after), titleOf(undo(after)), titleOf(redo(redo(after)))]).toEqual(['Step 3', 'Step 2', 'Step 5'])
  })

  test('keeps the order of all keys', () => {
    const { workflow } = newDocument()
    const graph = { viewport: { zoom: 1 }, nodes: workflow.graph.nodes, other: 1, edges: workflow.graph.edges }
    const document = { version: '0.3.0', workflow: { graph, features: {} }, kind: 'app' }
    const text = writeHistory(newHistory(document), 1e6) ?? ''
    expect(JSON.stringify(readHistory(text)?.present)).toBe(JSON.stringify(document))
  })

  test('holds what does not change once', () => {
    const [few, many] = [writeHistory(afterSteps(1), 1e6) ?? '', writeHistory(afterSteps(41), 1e6) ?? '']
    expect((many.length - few.length) / 40).toBeLessThan(400)
  })

  test('keeps the newest steps where there are too many, or too large ones', () => {
    const history = afterSteps(maxKeptSteps + 30)
    expect(readHistory(writeHistory(history, 1e6) ?? '')?.past).toHaveLength(maxKeptSteps)
    const alone = writeHistory(newHistory(history.present), 1e6)?.length ?? 0
    const short = writeHistory(history, 3 * alone) ?? ''
    expect(short.length).toBeLessThanOrEqual(3 * alone)
    expect(readHistory(short)?.present).toEqual(history.present)
    expect(writeHistory(history, alone - 1)).toBe(null)
  })

  test('keeps the digits of long integers', () => {
    const history = newHistory({ ...newDocument(), seed: 9007199254740993n })
    expect(readHistory(writeHistory(history, 1e6) ?? '')?.present.seed).toBe(9007199254740993n)
  })

  test.each(['', '{', '[]', '{}', '{"parts":[],"past":[],"present":{"frame":0,"nodes":[],"edges":[]},"future":[]}'])(
    'that is none is null: %s',
    (text) => {
      expect(readHistory(text)).toBe(null)
    },
  )

  test('that was cut off or whose parts are gone is null', () => {
    const text = writeHistory(afterSteps(3), 1e6) ?? ''
    expect(readHistory(text.slice(0, -5))).toBe(null)
    expect(readHistory(text.replace(/"parts":\[.*/, '"parts":[]}'))).toBe(null)
  })
})
