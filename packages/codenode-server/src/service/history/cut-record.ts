import type { Attempt, RunRecord, Warning } from 'codenode/internal/contract/record'
import { type AnyRecord, isWorkflowRecord } from 'codenode/internal/contract/run-documents'
import type { WorkflowNodeRecord } from 'codenode/internal/contract/workflow-record'
import { recordText } from 'codenode/internal/record/record-text'

/** The largest result with all that a run may print fits by default. */
export const maxKeptCharacters = 16 * 2 ** 20

/**
 * A record as it is kept: one that is very large without what was printed, then without the values of nodes, then without
 * outputs, until it fits. A warning says so. The answer to whoever asked for the run is whole.
 */
export function cutRecord(record: AnyRecord, most = maxKeptCharacters): AnyRecord {
  if (recordText(record).length <= most) return record
  for (const [cut, what] of cuts) {
    const rest = { ...cut(record), warnings: [...record.warnings, warn(what, most)] }
    if (recordText(rest).length <= most) return rest
  }
  // A record of single values.
  return { ...withoutNodes(withoutOutputs(record)), warnings: [warn('outputs, attempts and nodes', most)] }
}

const cuts: readonly (readonly [cut: (record: AnyRecord) => AnyRecord, what: string])[] = [
  [withoutLogs, 'what the code printed'],
  [(record) => withoutValues(withoutLogs(record)), 'what the code printed and the values of nodes'],
  [
    (record) => withoutOutputs(withoutValues(withoutLogs(record))),
    'what the code printed, the values of nodes and outputs',
  ],
]

function warn(what: string, most: number): Warning {
  const mebibytes = Math.round(most / 2 ** 20)
  return {
    code: 'record_cut',
    path: 'record',
    message: `The record was larger than ${mebibytes} MiB; the history keeps it without ${what}.`,
  }
}

function withoutLogs(record: AnyRecord): AnyRecord {
  if (!isWorkflowRecord(record)) return ofRun(record)
  return { ...record, nodes: eachNode(record.nodes, (node) => ({ ...node, run: node.run && ofRun(node.run) })) }
}

function ofRun(run: RunRecord): RunRecord {
  return { ...run, logs: [], attempts: run.attempts.map((attempt): Attempt => ({ ...attempt, logs: [] })) }
}

function withoutValues(record: AnyRecord): AnyRecord {
  if (!isWorkflowRecord(record)) return record
  const ofNode = (node: WorkflowNodeRecord): WorkflowNodeRecord => {
    return { ...node, inputs: null, outputs: null, run: node.run && withoutOutputs(node.run) }
  }
  return { ...record, nodes: eachNode(record.nodes, ofNode) }
}

/** A record has outputs, or an error instead of them, as its status says: those that are cut are empty. */
function withoutOutputs<Some extends AnyRecord>(record: Some): Some {
  return record.outputs === null ? record : { ...record, outputs: {} }
}

function withoutNodes(record: AnyRecord): AnyRecord {
  return isWorkflowRecord(record) ? { ...record, nodes: [] } : { ...record, logs: [], attempts: [] }
}

/** Those inside iterations as well. */
function eachNode(
  nodes: readonly WorkflowNodeRecord[],
  change: (node: WorkflowNodeRecord) => WorkflowNodeRecord,
): WorkflowNodeRecord[] {
  return nodes.map((node) => {
    const { iterations } = node
    const items = (iterations?.items ?? []).map((item) => {
      return { ...item, nodes: item.nodes && eachNode(item.nodes, change) }
    })
    return { ...change(node), iterations: iterations && { ...iterations, items } }
  })
}
