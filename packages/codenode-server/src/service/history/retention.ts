import type { DatabaseSync } from 'node:sqlite'
import { idsFrom } from '../api/run-ids.ts'
import { bytesOfRow, countOfStep, step } from './removal-step.ts'

/** `maxMb`: of the whole file, in MiB. */
export type Retention = { maxRuns: number; maxAgeDays: number; maxMb?: number }

const pauseMs = 5

const dayMs = 24 * 60 * 60 * 1000
const defaultMaxMb = 1024

/** Behind every id. */
const afterAll = '~'

/**
 * Removes the runs that are too old or too many, and the oldest where all together are too large, some at a time, until none
 * is left or `goesOn` says no. Runs that go on stay. Resolves when it is done. What fails is left for the next time: if the file cannot be written,
 * the next write says so.
 */
export async function removeOldRuns(
  database: DatabaseSync,
  retention: Retention,
  goesOn: () => boolean,
): Promise<void> {
  const oldest = database.prepare(`
    SELECT id, ${bytesOfRow} AS bytes
    FROM runs WHERE id < ? AND status NOT IN ('queued', 'running') ORDER BY id LIMIT ${step.runs}`)
  const remove = database.prepare(`DELETE FROM runs WHERE id <= ? AND status NOT IN ('queued', 'running')`)
  const before = firstKept(database, retention)
  const maxBytes = (retention.maxMb ?? defaultMaxMb) * 2 ** 20
  while (goesOn()) {
    const rows = oldest.all(usedBytes(database) > maxBytes ? afterAll : before)
    const last = rows[countOfStep(rows.map(({ bytes }) => Number(bytes))) - 1]
    if (!last) return
    remove.run(String(last.id))
    await new Promise((resolve) => setTimeout(resolve, pauseMs).unref())
  }
}

/** What removed runs leave free is used again before the file grows. */
function usedBytes(database: DatabaseSync): number {
  const read = (name: string): number => Number(database.prepare(`PRAGMA ${name}`).get()?.[name])
  return (read('page_count') - read('freelist_count')) * read('page_size')
}

/** The runs that are kept have this id or a later one. */
function firstKept(database: DatabaseSync, { maxRuns, maxAgeDays }: Retention): string {
  const youngEnough = idsFrom(Date.now() - maxAgeDays * dayMs)
  const last = database.prepare('SELECT id FROM runs ORDER BY id DESC LIMIT 1 OFFSET ?').get(maxRuns)
  // Behind the last run that is one too many; ids are hexadecimal digits, so that nothing lies between.
  const fewEnough = last ? `${String(last.id)}!` : ''
  return youngEnough > fewEnough ? youngEnough : fewEnough
}
