import type { RerunOf } from 'codenode/internal/contract/run-documents'
import type { ClientId, RunSummary } from '../api/types.ts'
import type { RunStart, RunSubject } from './kept-run.ts'
import { toListedSubject } from './summarize.ts'

/** What is known of a run when it starts, as columns. */
export const startColumns = [
  ...(['id', 'client', 'kind', 'language', 'node_id', 'title', 'mode', 'version', 'nodes', 'started_at'] as const),
  ...(['rerun_of', 'rerun_node'] as const),
]

/** The other columns that lists read. */
export const outcomeColumns = ['status', 'duration_ms', 'attempts', 'error_code', 'error_message'] as const

/** The table is STRICT and written by this folder alone; what is null in rows of the other kind is not here. */
type RerunRow = { rerun_of: string | null; rerun_node: string | null }
type StartRow = RerunRow & {
  id: string
  client: ClientId
  title: string
  started_at: number
  outputs?: 'any' | null
} & (
    | { kind: 'node'; language: Extract<RunSubject, { kind: 'node' }>['language']; node_id: string | null }
    | { kind: 'workflow'; mode: string | null; version: string | null; nodes: number }
  )

type OutcomeRow = {
  status: RunSummary['status']
  duration_ms: number | null
  attempts: number
  error_code: string | null
  error_message: string | null
}

/** In the order of `startColumns`. */
export function startColumnsOf({ id, client, subject: whole, startedAt, rerunOf }: RunStart) {
  const subject = toListedSubject(whole)
  const about =
    subject.kind === 'workflow'
      ? ([null, null, subject.workflow.name, subject.workflow.mode, subject.workflow.version, subject.nodes] as const)
      : ([subject.language, subject.node.id, subject.node.title, null, null, null] as const)
  const { runId = null, nodeId = null } = rerunOf ?? {}
  return [id, client, subject.kind, ...about, startedAt.getTime(), runId, nodeId] as const
}

export function toStart(columns: Record<string, unknown>): RunStart {
  const row = columns as StartRow
  const startedAt = new Date(row.started_at)
  return {
    id: row.id,
    client: row.client,
    subject: toSubject(row),
    startedAt,
    idempotency: null,
    rerunOf: toRerunOf(row),
    outputs: row.outputs ?? 'declared',
  }
}

export function toSummary(columns: Record<string, unknown>): RunSummary {
  const row = columns as StartRow & OutcomeRow
  const { id, status, error_code: code, error_message: message } = row
  const about = {
    id,
    status,
    startedAt: new Date(row.started_at).toISOString(),
    durationMs: row.duration_ms,
    error: code === null ? null : { code, message: message ?? '' },
    rerunOf: toRerunOf(row),
  }
  const subject = toSubject(row)
  return subject.kind === 'workflow'
    ? { ...about, ...subject, language: null }
    : { ...about, ...subject, attempts: row.attempts }
}

function toSubject(row: StartRow): RunSubject {
  if (row.kind === 'node') {
    return { kind: 'node', language: row.language, node: { id: row.node_id, title: row.title } }
  }
  const { title: name, mode, version, nodes } = row
  return { kind: 'workflow', workflow: { name, mode, version }, nodes }
}

export function toRerunOf(columns: Record<string, unknown>): RerunOf | null {
  const { rerun_of: runId, rerun_node: nodeId } = columns as RerunRow
  return runId === null ? null : { runId, nodeId }
}
