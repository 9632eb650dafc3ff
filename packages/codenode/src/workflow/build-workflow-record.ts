import { buildFailure, toRecordError } from '../contract/failure-values.ts'
import type { ExecutionFailure } from '../contract/program.ts'
import type { RecordError, Warning } from '../contract/record.ts'
import type { WorkflowNodeRecord, WorkflowRecord } from '../contract/workflow-record.ts'
import type { Workflow } from '../document/workflow.ts'
import { mergeMembers } from '../json/exact-numbers.ts'
import type { SharedRun } from './graph/node-context.ts'
import type { GraphEnd } from './graph/run-graph.ts'

/** `stopped`: who stopped the run, if anybody did. */
export type RunEnd = GraphEnd & { stopped: 'cancelled' | 'time_exceeded' | null }

export type WorkflowRecordParts = {
  id: string
  workflow: Pick<Workflow, 'name' | 'mode' | 'version'>
  end: RunEnd
  run: Pick<SharedRun, 'answers' | 'exceptions' | 'usage' | 'sandbox'>
  wallMs: number
  wallLimitMs: number
  startedAt: Date
  warnings: readonly Warning[]
  /** Default: what the end and answer nodes give. */
  toOutputs?: ((records: readonly WorkflowNodeRecord[]) => Record<string, unknown>) | undefined
}

export function buildWorkflowRecord(parts: WorkflowRecordParts): WorkflowRecord {
  const { end, run, workflow, toOutputs = (records) => collectOutputs(records, parts) } = parts
  const { isolation } = run.sandbox
  const { name, mode, version } = workflow
  return {
    id: parts.id,
    ...decideEnd(end, parts, toOutputs),
    warnings: [...parts.warnings],
    usage: { wallMs: Math.round(parts.wallMs * 1000) / 1000, ...run.usage },
    isolation: { level: isolation.level, layers: { ...isolation.layers } },
    startedAt: parts.startedAt.toISOString(),
    workflow: { name, mode, version },
    exceptionsCount: run.exceptions.count,
    nodes: end.records,
  }
}

type RecordEnd =
  | { status: 'succeeded' | 'partial-succeeded'; outputs: Record<string, unknown>; error: null }
  | { status: 'failed' | 'cancelled'; outputs: null; error: RecordError }

function decideEnd(
  end: RunEnd,
  { run, wallLimitMs }: Pick<WorkflowRecordParts, 'run' | 'wallLimitMs'>,
  toOutputs: NonNullable<WorkflowRecordParts['toOutputs']>,
): RecordEnd {
  switch (end.status) {
    case 'done': {
      const status = run.exceptions.count > 0 ? 'partial-succeeded' : 'succeeded'
      return { status, outputs: toOutputs(end.records), error: null }
    }
    case 'failed':
      return { status: 'failed', outputs: null, error: describeNode(end.failed) }
    case 'cancelled':
      return end.stopped === 'time_exceeded'
        ? endWithout('failed', buildFailure('workflow_time_exceeded', { wallMs: wallLimitMs }))
        : endWithout('cancelled', buildFailure('cancelled', {}))
  }
}

function endWithout(status: 'failed' | 'cancelled', failure: ExecutionFailure): RecordEnd {
  return { status, outputs: null, error: toRecordError(failure) }
}

/** The node's error, with the node named. */
function describeNode({ id, title, error }: WorkflowNodeRecord): RecordError {
  const own = error ?? toRecordError(buildFailure('internal_error', {}))
  const details = { ...own.details, nodeId: id, title }
  return { ...own, message: `The node "${title}" (${id}) failed. ${own.message}`, details }
}

/** What the end nodes give together; the texts of answer nodes, one below the other. */
function collectOutputs(
  records: readonly WorkflowNodeRecord[],
  { run, workflow }: Pick<WorkflowRecordParts, 'run' | 'workflow'>,
): Record<string, unknown> {
  const ends = records.filter(({ type }) => type === 'end')
  const answers = run.answers.textsOf(records)
  const outputs = mergeMembers(...ends.map((record) => record.outputs ?? {}))
  // A chatflow has an answer, also where none was reached.
  if (answers.length > 0 || workflow.mode === 'advanced-chat') outputs.answer = answers.join('\n')
  return outputs
}
