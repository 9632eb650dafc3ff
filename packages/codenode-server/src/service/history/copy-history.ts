import { closeSync, openSync, rmSync, statSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { type ClientSelection, conditionOf } from './delete-runs.ts'
import { isBusy, openBeside } from './history-file.ts'
import { lockHistory } from './history-lock.ts'

/** A whole copy of a history as it is at this moment, into a file that is not there yet, for its owner's eyes. A service may use it. */
export function backupHistory(file: string, to: string): { runs: number; bytes: number } {
  const database = openBeside(file)
  try {
    // Made here: SQLite would make it readable for others, and fills one that is empty.
    closeSync(openSync(to, 'wx', 0o600))
    try {
      database.prepare('VACUUM INTO ?').run(to)
    } catch (error) {
      rmSync(to, { force: true })
      throw error
    }
    return { runs: countRuns(to), bytes: statSync(to).size }
  } finally {
    database.close()
  }
}

function countRuns(file: string): number {
  const database = openBeside(file)
  try {
    return Number(database.prepare('SELECT count(*) AS runs FROM runs').get()?.runs)
  } finally {
    database.close()
  }
}

/**
 * Runs that have ended as JSON, one each, the oldest first: whose each is, what was asked for, and its record. All of them are of
 * one moment.
 */
export function* exportRuns(database: DatabaseSync, selection: ClientSelection): Generator<string> {
  const { sql, values } = conditionOf(selection)
  const rows = database.prepare(`
    SELECT id, client, kind, started_at, rerun_of, rerun_node, target, inputs, stand_ins, record FROM runs
    WHERE ${sql} ORDER BY id`)
  for (const row of rows.iterate(...values)) {
    const told = { id: row.id, client: row.client, kind: row.kind, startedAt: new Date(Number(row.started_at)) }
    const rerunOf = row.rerun_of === null ? null : { runId: row.rerun_of, nodeId: row.rerun_node }
    // Texts of the file that are JSON already; their long numbers stay as they are.
    const parts = {
      [row.kind === 'workflow' ? 'workflow' : 'node']: row.target,
      inputs: row.inputs,
      standIns: row.stand_ins,
      record: row.record,
    }
    const texts = Object.entries(parts).map(([name, text]) => `${JSON.stringify(name)}:${String(text ?? 'null')}`)
    yield `${JSON.stringify({ ...told, rerunOf }).slice(0, -1)},${texts.join(',')}}`
  }
}

/** Writes the file anew without what is free in it, where no service uses it; says whether it has. */
export function compactHistory(file: string): boolean {
  let lock: ReturnType<typeof lockHistory>
  try {
    lock = lockHistory(file)
  } catch (error) {
    if (isBusy(error)) return false // a service has it
    throw error
  }
  try {
    const database = openBeside(file, { readOnly: false })
    try {
      database.exec('VACUUM; PRAGMA wal_checkpoint(TRUNCATE)')
    } finally {
      database.close()
    }
    return true
  } finally {
    lock.release()
  }
}
