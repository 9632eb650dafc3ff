import type { DatabaseSync } from 'node:sqlite'
import { idsFrom } from './run-ids.ts'

export type Retention = { maxRuns: number; maxAgeDays: number }

/** Runs that are removed at once: few enough that nothing else waits long. */
const stepSize = 100
const pauseMs = 5

const dayMs = 24 * 60 * 60 * 1000

/**
 * Removes the runs that are too old or too many, some at a time, until none is left or `goesOn` says no. Runs that go on
 * stay. What fails is left for the next time: if the file cannot be written, the next write says so.
 */
export function removeOldRuns(database: DatabaseSync, retention: Retention, goesOn: () => boolean): void {
  const remove = database.prepare(`
    DELETE FROM runs WHERE id IN (
      SELECT id FROM runs WHERE id < ? AND status <> 'running' ORDER BY id LIMIT ?
    )`)
  const before = firstKept(database, retention)
  const step = (): void => {
    if (!goesOn()) return
    try {
      if (Number(remove.run(before, stepSize).changes) === stepSize) setTimeout(step, pauseMs).unref()
    } catch (error) {
      process.emitWarning(error instanceof Error ? error : String(error))
    }
  }
  step()
}

/** The runs that are kept have this id or a later one. */
function firstKept(database: DatabaseSync, { maxRuns, maxAgeDays }: Retention): string {
  const youngEnough = idsFrom(Date.now() - maxAgeDays * dayMs)
  const last = database.prepare('SELECT id FROM runs ORDER BY id DESC LIMIT 1 OFFSET ?').get(maxRuns)
  // Behind the last run that is one too many; ids are hexadecimal digits, so that nothing lies between.
  const fewEnough = last ? `${String(last.id)}!` : ''
  return youngEnough > fewEnough ? youngEnough : fewEnough
}
