import { closeSync, existsSync, openSync, renameSync, statSync } from 'node:fs'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { CodenodeError } from 'codenode/internal/contract/error'
import { makeFolder } from 'codenode/internal/places/make-folder'
import { prepareTables } from './history-schema.ts'

/** Of a history that is not kept. */
export const inMemory = ':memory:'

/** Larger files are not read from end to end at the start: it would take too long. */
const maxCheckedBytes = 256 * 2 ** 20

/** What the journal (the file that ends with -wal) is cut to when its contents are in the file itself. */
const maxJournalBytes = 8 * 2 ** 20

/** Error codes of SQLite (sqlite.org/rescode.html). */
const sqlite = { busy: 5, corrupt: 11, notADatabase: 26 } as const

/**
 * Opens the file of the history, or makes it. A broken one is moved aside, which `onBroken` is told. Throws
 * `configuration_invalid` when it cannot be opened or is in use by another service.
 */
export function openHistoryFile(file: string, onBroken: (movedTo: string, cause: unknown) => void): DatabaseSync {
  try {
    return openFile(file)
  } catch (cause) {
    if (!isBroken(cause)) throw toRefusal(file, cause)
    const movedTo = moveAside(file)
    onBroken(movedTo, cause)
  }
  try {
    return openFile(file)
  } catch (cause) {
    throw toRefusal(file, cause)
  }
}

/** Brings what the journal holds into the file, and cuts the journal, if that has grown. */
export function shortenJournal(database: DatabaseSync, file: string): void {
  const journal = statSync(`${file}-wal`, { throwIfNoEntry: false })
  if (journal && journal.size > maxJournalBytes) database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
}

function openFile(file: string): DatabaseSync {
  makePrivate(file)
  const database = new DatabaseSync(file)
  try {
    // One service per file: two would take each other's runs for interrupted ones.
    database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;')
    // One large run must not leave a large file behind.
    database.exec(`PRAGMA journal_size_limit = ${maxJournalBytes}`)
    // Takes the lock, which is held until the file is closed.
    database.exec('BEGIN EXCLUSIVE; COMMIT;')
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
  const why =
    codeOf(cause) === sqlite.busy ? 'another service uses it' : cause instanceof Error ? cause.message : String(cause)
  const message = `holds a history that cannot be opened (${file}): ${why}.`
  return new CodenodeError('configuration_invalid', { issues: [{ path: 'dataDir', message }] }, { cause })
}
