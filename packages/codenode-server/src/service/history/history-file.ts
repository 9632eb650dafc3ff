import { closeSync, existsSync, openSync, renameSync, statSync } from 'node:fs'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { CodenodeError } from 'codenode/internal/contract/error'
import { makeFolder } from 'codenode/internal/places/make-folder'
import { type HistoryLock, lockHistory } from './history-lock.ts'
import { checkVersion, prepareTables } from './history-schema.ts'

/** Of a history that is not kept. */
export const inMemory = ':memory:'

/** Larger files are not read from end to end at the start: it would take too long. */
const maxCheckedBytes = 256 * 2 ** 20

/** What the journal (the file that ends with -wal) is cut to when its contents are in the file itself. */
const maxJournalBytes = 8 * 2 ** 20

/**
 * What is deleted or replaced is overwritten where its page is written anyway. Pages that become free are not: for large runs
 * that takes so long that everybody waits.
 */
const overwriting = 'PRAGMA secure_delete = FAST;'

/** How long a write waits for `codenode history delete`, which writes a little at a time. */
const waitMs = 250

/** Error codes of SQLite (sqlite.org/rescode.html). */
const sqlite = { busy: 5, corrupt: 11, notADatabase: 26 } as const

/** Where the history lies in a data folder. */
export function historyIn(dataDir: string): string {
  return path.join(dataDir, 'history.sqlite')
}

export type HistoryFile = { database: DatabaseSync; close: () => void }

/**
 * Opens the file of the history for a service, or makes it. A broken one is moved aside, which `onBroken` is told. Throws
 * `configuration_invalid` when it cannot be opened or is in use by another service.
 */
export function openHistoryFile(file: string, onBroken: (movedTo: string, cause: unknown) => void): HistoryFile {
  let lock: HistoryLock | undefined
  try {
    makePrivate(file)
    if (file !== inMemory) lock = lockHistory(file)
    const database = openOrReplace(file, onBroken)
    const close = () => {
      database.close()
      lock?.release()
    }
    return { database, close }
  } catch (cause) {
    lock?.release()
    throw toRefusal(file, cause)
  }
}

/**
 * Opens the history beside the service that may use it. `readOnly`: default true. Throws `configuration_invalid` where there is
 * none, or it is of another version.
 */
export function openBeside(file: string, { readOnly = true }: { readOnly?: boolean } = {}): DatabaseSync {
  if (!existsSync(file)) {
    const message = `holds no history: ${file} does not exist, since no service has run with this folder.`
    throw new CodenodeError('configuration_invalid', { issues: [{ path: 'dataDir', message }] })
  }
  try {
    const database = new DatabaseSync(file, { readOnly, timeout: waitMs })
    try {
      checkVersion(database)
      if (!readOnly) database.exec(overwriting)
      return database
    } catch (error) {
      database.close()
      throw error
    }
  } catch (cause) {
    throw toRefusal(file, cause)
  }
}

function openOrReplace(file: string, onBroken: (movedTo: string, cause: unknown) => void): DatabaseSync {
  try {
    return openFile(file)
  } catch (cause) {
    if (!isBroken(cause)) throw cause
    onBroken(moveAside(file), cause)
  }
  makePrivate(file)
  return openFile(file)
}

/** Brings what the journal holds into the file, and cuts the journal, if that has grown. */
export function shortenJournal(database: DatabaseSync, file: string): void {
  const journal = statSync(`${file}-wal`, { throwIfNoEntry: false })
  if (journal && journal.size > maxJournalBytes) database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
}

function openFile(file: string): DatabaseSync {
  const database = new DatabaseSync(file, { timeout: waitMs })
  try {
    database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; ${overwriting}`)
    // One large run must not leave a large file behind.
    database.exec(`PRAGMA journal_size_limit = ${maxJournalBytes}`)
    // A Codenode before 0.2 that uses the file holds it to itself.
    database.exec('BEGIN IMMEDIATE; COMMIT;')
    check(database, file)
    prepareTables(database)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

/** Code and inputs are nobody else's business. SQLite gives its other files the same mode. */
function makePrivate(file: string): void {
  if (file === inMemory) return
  makeFolder(path.dirname(file))
  closeSync(openSync(file, 'a', 0o600))
}

class BrokenFile extends Error {}

function check(database: DatabaseSync, file: string): void {
  if (file === inMemory || statSync(file).size > maxCheckedBytes) return
  const found = database.prepare('PRAGMA quick_check(1)').get()?.quick_check
  if (found !== 'ok') throw new BrokenFile(String(found))
}

function isBroken(error: unknown): boolean {
  return error instanceof BrokenFile || [sqlite.corrupt, sqlite.notADatabase].some((code) => code === codeOf(error))
}

/** Whether another process holds what was asked for. */
export function isBusy(error: unknown): boolean {
  return codeOf(error) === sqlite.busy
}

/** The primary code: extended ones carry more in the higher bytes. */
function codeOf(error: unknown): number | null {
  return error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : null
}

function moveAside(file: string): string {
  const movedTo = `${file}.broken-${new Date().toISOString().replaceAll(':', '-')}`
  for (const ending of ['', '-wal', '-shm']) {
    if (existsSync(file + ending)) renameSync(file + ending, movedTo + ending)
  }
  return movedTo
}

function toRefusal(file: string, cause: unknown): CodenodeError {
  const why = isBusy(cause) ? 'another service uses it' : cause instanceof Error ? cause.message : String(cause)
  const message = `holds a history that cannot be opened (${file}): ${why}.`
  return new CodenodeError('configuration_invalid', { issues: [{ path: 'dataDir', message }] }, { cause })
}
