import { closeSync, openSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'

/** Release it when the history is closed. */
export type HistoryLock = { release: () => void }

/**
 * Keeps other services from the history, whose runs they would take for interrupted ones. The lock is that of an empty database
 * beside it, so that the history itself can be read and copied while the service runs; it ends with the process, however that
 * ends. Throws SQLite's error `busy` where another service has it.
 */
export function lockHistory(file: string): HistoryLock {
  const place = `${file}.lock`
  closeSync(openSync(place, 'a', 0o600))
  const lock = new DatabaseSync(place)
  try {
    lock.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    lock.close()
    throw error
  }
  return { release: () => lock.close() }
}
