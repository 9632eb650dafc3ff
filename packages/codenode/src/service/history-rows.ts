import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { parseLossless, stringifyLossless } from '../contract/json.ts'
import type { RunRecord } from '../contract/record.ts'
import type { Idempotency } from './idempotency.ts'
import type { ClientId, RunSummary } from './types.ts'

/** What is known of a run when it starts. */
export type RunStart = {
  id: string
  client: ClientId
  language: RunSummary['language']
  node: RunRecord['node']
  startedAt: Date
  idempotency: Idempotency | null
}

export type KnownKey = { id: string; requestHash: string }

export type RunRequest = { node: unknown; inputs: unknown }

/** What is known of it when it has ended. */
export type RunEnd = { record: RunRecord; durationMs: number | null; retryWaits: readonly (number | null)[] }

/** A run that waits to be written. `request`: null when the row is there and only the end is missing. */
export type PendingRun = { start: RunStart; request: RunRequest | null; end: RunEnd | null }

/** What is read of a run that has ended. */
export type EndedRun = Pick<RunEnd, 'record' | 'retryWaits'>

/** The statements that write and read single runs. */
export class HistoryRows {
  readonly #insert: StatementSync
  readonly #update: StatementSync
  readonly #end: StatementSync
  readonly #request: StatementSync
  readonly #key: StatementSync
  readonly #running: StatementSync

  constructor(database: DatabaseSync) {
    this.#insert = database.prepare(`
      INSERT INTO runs (status, duration_ms, attempts, error_code, error_message, retry_waits, record, id,
        client, language, node_id, title, started_at, idempotency_key, request_hash, node, inputs)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
    this.#update = database.prepare(`
      UPDATE runs SET status = ?, duration_ms = ?, attempts = ?, error_code = ?, error_message = ?, retry_waits = ?,
        record = ? WHERE id = ?`)
    this.#end = database.prepare('SELECT record, retry_waits FROM runs WHERE id = ? AND client = ?')
    this.#request = database.prepare('SELECT node, inputs FROM runs WHERE id = ? AND client = ?')
    // An interrupted run has no result that a key could stand for.
    this.#key = database.prepare(`
      SELECT id, request_hash FROM runs
      WHERE client = ? AND idempotency_key = ? AND id >= ? AND error_code IS NOT 'run_interrupted'
      ORDER BY id DESC LIMIT 1`)
    this.#running = database.prepare(`SELECT ${summaryColumns} FROM runs WHERE status = 'running'`)
  }

  /** Null for a run that goes on, as for one that is not known. */
  readEnd(id: string, client: ClientId): EndedRun | null {
    const row = this.#end.get(id, client)
    if (!row || row.record === null) return null
    // Both were written by this class.
    const record = fromText(row.record) as RunRecord
    const retryWaits = (fromText(row.retry_waits) ?? []) as (number | null)[]
    return { record, retryWaits }
  }

  readRequest(id: string, client: ClientId): RunRequest | null {
    const row = this.#request.get(id, client)
    return row ? { node: fromText(row.node), inputs: fromText(row.inputs) } : null
  }

  /** The newest run with this key among those whose id is not before `fromId`. */
  readKey(client: ClientId, key: string, fromId: string): KnownKey | null {
    const row = this.#key.get(client, key, fromId)
    return row ? { id: String(row.id), requestHash: String(row.request_hash) } : null
  }

  readRunning(): RunStart[] {
    return this.#running.all().map(toStart)
  }

  write({ start, request, end }: PendingRun): void {
    const ending = end ? columnsOfEnd(end) : (['running', null, 0, null, null, null, null] as const)
    if (!request) {
      this.#update.run(...ending, start.id)
      return
    }
    const { key = null, requestHash = null } = start.idempotency ?? {}
    this.#insert.run(
      ...ending,
      start.id,
      start.client,
      start.language,
      start.node.id,
      start.node.title,
      start.startedAt.getTime(),
      key,
      requestHash,
      toText(request.node),
      toText(request.inputs),
    )
  }
}

function columnsOfEnd({ record, durationMs, retryWaits }: RunEnd) {
  const { status, error, attempts } = record
  const waits = retryWaits.some((wait) => wait !== null) ? JSON.stringify(retryWaits) : null
  return [
    status,
    durationMs,
    attempts.length,
    error?.code ?? null,
    error?.message ?? null,
    waits,
    stringifyLossless(record),
  ] as const
}

/** Null for what no JSON can say: a cycle among inputs that the node does not declare. */
export function toText(value: unknown): string | null {
  if (value === null || value === undefined) return null
  try {
    return stringifyLossless(value)
  } catch (error) {
    if (error instanceof TypeError) return null
    throw error
  }
}

function fromText(text: unknown): unknown {
  return typeof text === 'string' ? parseLossless(text) : null
}

/** The columns of a row that lists read. The table is STRICT and written by this file alone. */
type Row = {
  id: string
  client: ClientId
  status: RunSummary['status']
  language: RunSummary['language']
  node_id: string | null
  title: string
  started_at: number
  duration_ms: number | null
  attempts: number
  error_code: string | null
  error_message: string | null
}

export const summaryColumns =
  'id, client, status, language, node_id, title, started_at, duration_ms, attempts, error_code, error_message'

export function toSummary(columns: Record<string, unknown>): RunSummary {
  const row = columns as Row
  return {
    id: row.id,
    status: row.status,
    startedAt: new Date(row.started_at).toISOString(),
    durationMs: row.duration_ms,
    language: row.language,
    node: { id: row.node_id, title: row.title },
    attempts: row.attempts,
    error: row.error_code === null ? null : { code: row.error_code, message: row.error_message ?? '' },
  }
}

function toStart(columns: Record<string, unknown>): RunStart {
  const { id, client, language, node_id, title, started_at } = columns as Row
  return { id, client, language, node: { id: node_id, title }, startedAt: new Date(started_at), idempotency: null }
}

export function summarize({ start, end }: PendingRun): RunSummary {
  const error = end?.record.error
  return {
    id: start.id,
    status: end?.record.status ?? 'running',
    startedAt: start.startedAt.toISOString(),
    durationMs: end?.durationMs ?? null,
    language: start.language,
    node: start.node,
    attempts: end?.record.attempts.length ?? 0,
    error: error ? { code: error.code, message: error.message } : null,
  }
}
