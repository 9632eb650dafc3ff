import { runRecordSchema } from 'codenode/internal/contract/record'
import type { AnyRecord } from 'codenode/internal/contract/run-documents'
import { isWorkflowRecord } from 'codenode/internal/contract/run-documents'
import { type WorkflowNodeRecord, workflowRecordSchema } from 'codenode/internal/contract/workflow-record'
import { recordText } from 'codenode/internal/record/record-text'
import { describe, expect, test } from 'vitest'
import { exampleRecord, exampleWorkflowRecord } from '../../http/documents/examples.ts'
import { cutRecord } from './cut-record.ts'

const node = exampleRecord as AnyRecord
const workflow = exampleWorkflowRecord as AnyRecord
const large = 'x'.repeat(10_000)
const logs = [{ stream: 'stdout' as const, atMs: 0, text: large }]

function withLogs(record: AnyRecord): AnyRecord {
  if (!isWorkflowRecord(record)) return { ...record, logs, attempts: record.attempts.map((it) => ({ ...it, logs })) }
  return { ...record, nodes: record.nodes.map((it) => ({ ...it, run: it.run && { ...it.run, logs } })) }
}

describe.each([
  ['a node', node, runRecordSchema],
  ['a workflow', workflow, workflowRecordSchema],
])('the record of %s', (_, record, schema) => {
  test('is kept as it is where it is small', () => {
    expect(cutRecord(record, 20_000)).toBe(record)
  })

  test('loses first what was printed, and says so', () => {
    const cut = cutRecord(withLogs(record), 9000)
    expect(recordText(cut).length).toBeLessThan(9000)
    expect(cut.outputs).toEqual(record.outputs)
    expect(cut.warnings.at(-1)).toMatchObject({ code: 'record_cut', path: 'record' })
    expect(schema.parse(cut)).toEqual(cut)
  })

  test('loses its values where that is not enough', () => {
    // Both have succeeded, so both have outputs.
    const cut = cutRecord({ ...withLogs(record), outputs: { large } } as AnyRecord, 9000)
    expect(recordText(cut).length).toBeLessThan(9000)
    expect(cut).toMatchObject({ id: record.id, status: record.status, outputs: {} })
    expect(schema.parse(cut)).toEqual(cut)
  })
})

test('the values of nodes inside iterations go, too', () => {
  if (!isWorkflowRecord(workflow)) throw new Error('it is one of a workflow')
  const [inner] = workflow.nodes
  if (!inner) throw new Error('it has nodes')
  const item = {
    index: 0,
    status: 'succeeded',
    durationMs: 1,
    error: null,
    nodes: [{ ...inner, outputs: { large } } as WorkflowNodeRecord],
  } as const
  const iterations = { count: 1, succeeded: 1, exceptions: 0, failed: 0, items: [item] }
  const outer = {
    ...inner,
    type: 'iteration' as const,
    iterations: { ...iterations, items: [{ ...item, nodes: [...item.nodes] }] },
  }
  const cut = cutRecord({ ...workflow, nodes: [outer] }, 9000)
  expect(recordText(cut).length).toBeLessThan(9000)
  expect(isWorkflowRecord(cut) && cut.nodes[0]?.iterations?.items[0]?.nodes?.[0]?.outputs).toBeNull()
})
