import { closeSync, existsSync, mkdirSync, openSync, renameSync, statSync } from 'node:fs'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { CodenodeError } from '../contract/error.ts'

const inMemory = ':memory:'

/** Counts up with each change of the tables; a file of a later Codenode is not touched. */
const schemaVersion = 1

/** What lists need comes before the texts, so that reading it does not touch their pages. */
const schema = `
  CREATE TABLE runs (
    id TEXT PRIMARY KEY,
    client TEXT NOT NULL,
    status TEXT NOT NULL,
    language TEXT NOT NULL,
    node_id TEXT,
    title TEXT NOT NULL,
    started_at INTEGER NOT NULL, -- milliseconds, also in the id
    duration_ms REAL,
    attempts INTEGER NOT NULL DEFAULT 0,
    error_code TEXT,
    error_message TEXT,
    idempotency_key TEXT,
    request_hash TEXT,
    retry_waits TEXT, -- JSON: retryInMs of each attempt; null: none was followed by another
    record TEXT, -- JSON; null while it runs
    node TEXT, -- JSON
    inputs TEXT -- JSON; null: not kept
  ) STRICT;
  CREATE INDEX runs_of_client ON runs (client, id);
  CREATE INDEX runs_going_on ON runs (id) WHERE status = 'running';
  CREATE INDEX runs_by_error ON runs (client, error_code, id) WHERE error_code IS NOT NULL;
  CREATE INDEX runs_by_node ON runs (client, node_id, id) WHERE node_id IS NOT NULL;
  CREATE INDEX runs_by_key ON runs (client, idempotency_key, id) WHERE idempotency_key IS NOT NULL;
  PRAGMA user_version = ${schemaVersion};`

/** Larger files are not read from end to end at the start: it would take too long. */
const maxCheckedBytes = 256 * 2 ** 20

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

function openFile(file: string): DatabaseSync {
  makePrivate(file)
  const database = new DatabaseSync(file)
  try {
    // One service per file: two would take each other's runs for interrupted ones.
    database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;')
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
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 })
  closeSync(openSync(file, 'a', 0o600))
}

class BrokenFile extends Error {}

function check(database: DatabaseSync, file: string): void {
  if (file === inMemory || statSync(file).size > maxCheckedBytes) return
  const found = database.prepare('PRAGMA quick_check(1)').get()?.quick_check
  if (found !== 'ok') throw new BrokenFile(String(found))
}

function prepareTables(database: DatabaseSync): void {
  const version = Number(database.prepare('PRAGMA user_version').get()?.user_version)
  if (version > schemaVersion) {
    throw new Error(`it was written by a later version of Codenode (schema ${version}, known is ${schemaVersion})`)
  }
  if (version === 0) database.exec(`BEGIN; ${schema} COMMIT;`)
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
