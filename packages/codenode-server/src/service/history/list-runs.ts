import type { DatabaseSync } from 'node:sqlite'
import { CodenodeError } from 'codenode/internal/contract/error'
import { idsFrom } from '../api/run-ids.ts'
import type { ClientId, RunFilter, RunPage } from '../api/types.ts'
import { outcomeColumns, startColumns, toSummary } from './start-columns.ts'

const maxLimit = 200

const columns = [...startColumns, ...outcomeColumns].join(', ')

type Condition = { sql: string; value: string | number }

/** One page, newest first. Ids sort by time, so that a page begins where the one before ended, whatever has come since. */
export function listRuns(database: DatabaseSync, filter: RunFilter, client: ClientId): RunPage {
  const { limit = 50 } = filter
  if (!Number.isInteger(limit) || limit < 1 || limit > maxLimit) {
    throw refusal('limit', `is ${limit}; it must be a whole number from 1 to ${maxLimit}.`)
  }
  const conditions = [{ sql: 'client = ?', value: client }, ...conditionsOf(filter)]
  // One more than asked for says whether there is another page.
  const rows = database
    .prepare(`
      SELECT ${columns} FROM runs WHERE ${conditions.map(({ sql }) => sql).join(' AND ')} ORDER BY id DESC LIMIT ?`)
    .all(...conditions.map(({ value }) => value), limit + 1)
  const runs = rows.slice(0, limit).map((row) => toSummary(row))
  return { runs, nextCursor: rows.length > limit ? (runs.at(-1)?.id ?? null) : null }
}

function conditionsOf(filter: RunFilter): Condition[] {
  const { kind, status, language, nodeId, errorCode, startedAfter, startedBefore, cursor } = filter
  const conditions: Condition[] = []
  if (kind !== undefined) conditions.push({ sql: 'kind = ?', value: kind })
  if (status !== undefined) conditions.push({ sql: 'status = ?', value: status })
  if (language !== undefined) conditions.push({ sql: 'language = ?', value: language })
  if (nodeId !== undefined) conditions.push({ sql: 'node_id = ?', value: nodeId })
  if (errorCode !== undefined) conditions.push({ sql: 'error_code = ?', value: errorCode })
  if (startedAfter !== undefined) {
    conditions.push({ sql: 'id >= ?', value: idsFrom(readTime('startedAfter', startedAfter)) })
  }
  if (startedBefore !== undefined) {
    conditions.push({ sql: 'id < ?', value: idsFrom(readTime('startedBefore', startedBefore)) })
  }
  if (cursor !== undefined) conditions.push({ sql: 'id < ?', value: readCursor(cursor) })
  return conditions
}

function readTime(name: string, text: string): number {
  const time = Date.parse(text)
  // Ids hold no time before 1970.
  if (!Number.isNaN(time)) return Math.max(time, 0)
  throw refusal(name, 'is not an ISO date and time, for example 2026-01-31T12:00:00Z.')
}

function readCursor(cursor: string): string {
  if (/^run_[0-9a-f]{32}$/.test(cursor)) return cursor
  throw refusal('cursor', 'is not the nextCursor of a page.')
}

function refusal(path: string, message: string): CodenodeError {
  return new CodenodeError('request_invalid', { issues: [{ path, message }] })
}
