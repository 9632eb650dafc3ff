import type { DatabaseSync } from 'node:sqlite'
import { CodenodeError } from 'codenode/internal/contract/error'
import { idsFrom } from '../api/run-ids.ts'
import type { ClientId, RunSelection } from '../api/types.ts'
import { bytesOfRow, countOfStep, step } from './removal-step.ts'

/** `client`: default all clients. */
export type ClientSelection = RunSelection & { client?: ClientId | undefined }

const pauseMs = 5

export type Condition = { sql: string; values: string[] }

/** Throws `request_invalid`. */
export function conditionOf({ ids, client, startedBefore, all }: ClientSelection): Condition {
  if (ids === undefined && startedBefore === undefined && all === undefined) {
    throw refuse('selection', 'names no runs; give ids, startedBefore, or all: true.')
  }
  const parts: Condition[] = [{ sql: "status NOT IN ('queued', 'running')", values: [] }]
  if (ids !== undefined) parts.push({ sql: `id IN (${ids.map(() => '?').join(', ')})`, values: [...ids] })
  if (client !== undefined) parts.push({ sql: 'client = ?', values: [client] })
  if (startedBefore !== undefined) {
    const time = Date.parse(startedBefore)
    if (Number.isNaN(time))
      throw refuse('startedBefore', 'is not an ISO date and time, for example 2026-01-31T12:00:00Z.')
    parts.push({ sql: 'id < ?', values: [idsFrom(Math.max(time, 0))] })
  }
  return { sql: parts.map(({ sql }) => sql).join(' AND '), values: parts.flatMap(({ values }) => values) }
}

/**
 * Deletes runs that have ended, some at a time, and cuts the journal behind them; gives how many. `goesOn`: it stops where that
 * says no.
 */
export async function deleteRuns(
  database: DatabaseSync,
  selection: ClientSelection,
  goesOn: () => boolean = () => true,
): Promise<number> {
  const { sql, values } = conditionOf(selection)
  const next = database.prepare(
    `SELECT id, ${bytesOfRow} AS bytes FROM runs WHERE ${sql} ORDER BY id LIMIT ${step.runs}`,
  )
  const remove = database.prepare('DELETE FROM runs WHERE id = ?')
  let deleted = 0
  while (goesOn()) {
    const rows = next.all(...values)
    const count = countOfStep(rows.map(({ bytes }) => Number(bytes)))
    if (count === 0) break
    for (const { id } of rows.slice(0, count)) deleted += Number(remove.run(String(id)).changes)
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
  }
  if (goesOn()) database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  return deleted
}

function refuse(path: string, message: string): CodenodeError {
  return new CodenodeError('request_invalid', { issues: [{ path, message }] })
}
