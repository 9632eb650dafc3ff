import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { AnyRecord, RerunOf, RunKind } from 'codenode/internal/contract/run-documents'
import { parseLossless, stringifyLossless } from 'codenode/internal/json/json'
import { holdRecordText, recordText } from 'codenode/internal/record/record-text'
import type { ClientId, RunRequestDocument } from '../api/types.ts'
import type { Trail } from '../events/trail.ts'
import type { EndedRun, KnownKey, PendingRun, RequestTexts, RunEnd, RunStart } from './kept-run.ts'
import { startColumns, startColumnsOf, toRerunOf, toStart } from './start-columns.ts'
import { toListed } from './summarize.ts'

const endColumns = ['status', 'duration_ms', 'attempts', 'error_code', 'error_message', 'trail', 'record'] as const
const requestColumns = [
  'idempotency_key',
  'request_hash',
  'target',
  'inputs',
  'stand_ins',
  'secrets',
  'outputs',
] as const

/** The statements that write and read single runs. */
export class HistoryRows {
  readonly #insert: StatementSync
  readonly #update: StatementSync
  readonly #end: StatementSync
  readonly #request: StatementSync
  readonly #key: StatementSync
  readonly #running: StatementSync
  readonly #queued: StatementSync
  readonly #begin: StatementSync

  constructor(database: DatabaseSync) {
    const all = [...endColumns, ...startColumns, ...requestColumns]
    this.#insert = database.prepare(`INSERT INTO runs (${all.join(', ')}) VALUES (${all.map(() => '?').join(', ')})`)
    this.#update = database.prepare(`UPDATE runs SET ${endColumns.map((it) => `${it} = ?`).join(', ')} WHERE id = ?`)
    this.#end = database.prepare('SELECT record, trail FROM runs WHERE id = ? AND client = ?')
    this.#request = database.prepare(
      'SELECT kind, target, inputs, stand_ins, secrets, rerun_of, rerun_node FROM runs WHERE id = ? AND client = ?',
    )
    // An interrupted run has no result that a key could stand for.
    this.#key = database.prepare(`
      SELECT id, request_hash FROM runs
      WHERE client = ? AND idempotency_key = ? AND id >= ? AND error_code IS NOT 'run_interrupted'
      ORDER BY id DESC LIMIT 1`)
    const going = (status: string): StatementSync =>
      // The first condition is that of the index.
      database.prepare(`
        SELECT ${startColumns.join(', ')}, outputs FROM runs
        WHERE status IN ('queued', 'running') AND status = '${status}' ORDER BY id`)
    this.#running = going('running')
    this.#queued = going('queued')
    this.#begin = database.prepare("UPDATE runs SET status = 'running' WHERE id = ?")
  }

  /** Null for a run that goes on, as for one that is not known. */
  readEnd(id: string, client: ClientId): EndedRun | null {
    const row = this.#end.get(id, client)
    if (!row || typeof row.record !== 'string') return null
    // Both were written by this class.
    const record = holdRecordText(fromText(row.record) as AnyRecord, row.record)
    return { record, trail: fromText(row.trail) as Trail | null }
  }

  /** The record as it is stored: JSON. */
  readRecordText(id: string, client: ClientId): string | null {
    const record = this.#end.get(id, client)?.record
    return typeof record === 'string' ? record : null
  }

  readRequest(id: string, client: ClientId): RunRequestDocument | null {
    const row = this.#request.get(id, client)
    if (!row) return null
    // The columns of the schema.
    const texts = { ...row, standIns: row.stand_ins } as unknown as RequestTexts
    return toRequestDocument(row.kind as RunKind, texts, toRerunOf(row))
  }

  /** The newest run with this key among those whose id is not before `fromId`. */
  readKey(client: ClientId, key: string, fromId: string): KnownKey | null {
    const row = this.#key.get(client, key, fromId)
    return row ? { id: String(row.id), requestHash: String(row.request_hash) } : null
  }

  readRunning(): RunStart[] {
    return this.#running.all().map(toStart)
  }

  /** Those that wait, the oldest first. */
  readQueued(): RunStart[] {
    return this.#queued.all().map(toStart)
  }

  /** The code of a run that waited begins. */
  begin(id: string): void {
    this.#begin.run(id)
  }

  /** Gives about how many characters were written. */
  write({ start, request, end, isQueued }: PendingRun): number {
    const ending = end
      ? endColumnsOf(end)
      : ([isQueued ? 'queued' : 'running', null, 0, null, null, null, null] as const)
    if (!request) {
      this.#update.run(...ending, start.id)
      return lengthOf(ending)
    }
    const { key = null, requestHash = null } = start.idempotency ?? {}
    const asked = [request.target, request.inputs, request.standIns, request.secrets] as const
    const outputs = start.outputs === 'any' ? start.outputs : null
    this.#insert.run(...ending, ...startColumnsOf(start), key, requestHash, ...asked, outputs)
    return lengthOf([...ending, ...asked])
  }
}

export function toRequestDocument(kind: RunKind, texts: RequestTexts, rerunOf: RerunOf | null): RunRequestDocument {
  // Names, written by this class.
  const secrets = (fromText(texts.secrets) ?? []) as string[]
  const about = { inputs: fromText(texts.inputs), rerunOf, secrets }
  const target = fromText(texts.target)
  const standIns = texts.standIns === null ? {} : { standIns: fromText(texts.standIns) }
  return kind === 'workflow' ? { workflow: target, ...standIns, ...about } : { node: target, ...about }
}

/** In the order of `endColumns`. */
function endColumnsOf({ record, durationMs, trail }: RunEnd) {
  const { status } = record
  const error = record.error && toListed(record.error)
  const attempts = 'attempts' in record ? record.attempts.length : 0
  const { code = null, message = null } = error ?? {}
  return [status, durationMs, attempts, code, message, toText(trail), recordText(record)] as const
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

function lengthOf(columns: readonly unknown[]): number {
  return columns.reduce<number>((sum, column) => sum + (typeof column === 'string' ? column.length : 0), 0)
}
