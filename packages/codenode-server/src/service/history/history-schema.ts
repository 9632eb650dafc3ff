import type { DatabaseSync } from 'node:sqlite'

/** Counts up with each change of the tables; a file of a later Codenode is not touched. */
const schemaVersion = 6

/** What a start looks for. */
const goingOn = "CREATE INDEX runs_going_on ON runs (id) WHERE status IN ('queued', 'running');"

/** Up to version 5 no run waited in the file, and what a result must have was not kept. */
const queue = `
  DROP INDEX IF EXISTS runs_going_on;
  ${goingOn}
  ALTER TABLE runs ADD COLUMN outputs TEXT;`

/** What lists need comes before the texts, so that reading it does not touch their pages. */
const schema = `
  CREATE TABLE runs (
    id TEXT PRIMARY KEY,
    client TEXT NOT NULL,
    kind TEXT NOT NULL, -- node, workflow
    status TEXT NOT NULL,
    language TEXT, -- of a node
    node_id TEXT,
    title TEXT NOT NULL, -- of a workflow its name
    mode TEXT, -- of a workflow, as its version
    version TEXT,
    nodes INTEGER, -- of a workflow: how many it has
    started_at INTEGER NOT NULL, -- milliseconds, also in the id
    duration_ms REAL,
    attempts INTEGER NOT NULL DEFAULT 0,
    error_code TEXT,
    error_message TEXT,
    rerun_of TEXT, -- the id of the run that is repeated, and of its node
    rerun_node TEXT,
    idempotency_key TEXT,
    request_hash TEXT,
    trail TEXT, -- JSON: what the record lacks to tell its events again; null: nothing
    record TEXT, -- JSON; null while it runs
    target TEXT, -- JSON: the node or the workflow, as it was given
    inputs TEXT, -- JSON; null: not kept
    stand_ins TEXT, -- JSON: of a workflow; null: none, or not kept
    secrets TEXT, -- JSON: the names of those that are masked in target, inputs and stand_ins; null: none is
    outputs TEXT -- of a node: any; null: those that it declares
  ) STRICT;
  CREATE INDEX runs_of_client ON runs (client, id);
  ${goingOn}
  CREATE INDEX runs_by_error ON runs (client, error_code, id) WHERE error_code IS NOT NULL;
  CREATE INDEX runs_by_node ON runs (client, node_id, id) WHERE node_id IS NOT NULL;
  CREATE INDEX runs_by_key ON runs (client, idempotency_key, id) WHERE idempotency_key IS NOT NULL;
  PRAGMA user_version = ${schemaVersion};`

/** Up to version 4 a language had the name that a Code node of Dify's has for it. */
const renamed = "UPDATE runs SET language = 'python' WHERE language = 'python3';"

const unchanged = `id, client, status, language, node_id, title, started_at, duration_ms, attempts, error_code,
  error_message, idempotency_key, request_hash, record, inputs`

/** Version 1 knew nodes alone. The table is made anew, since a column that is added stands behind the texts. */
const fromVersion1 = `
  DROP INDEX runs_of_client; DROP INDEX runs_going_on; DROP INDEX runs_by_error; DROP INDEX runs_by_node; DROP INDEX runs_by_key;
  ALTER TABLE runs RENAME TO runs_of_version_1;
  ${schema}
  INSERT INTO runs (kind, ${unchanged}, trail, target) SELECT 'node', ${unchanged}, retry_waits, node FROM runs_of_version_1;
  DROP TABLE runs_of_version_1;
  ${renamed}`

/** Version 2 had no stand-ins. */
const fromVersion2 = `
  ALTER TABLE runs ADD COLUMN stand_ins TEXT;
  ALTER TABLE runs ADD COLUMN secrets TEXT;
  ${renamed}
  ${queue}
  PRAGMA user_version = ${schemaVersion};`

/** Version 3 had no secrets. */
const fromVersion3 = `
  ALTER TABLE runs ADD COLUMN secrets TEXT;
  ${renamed}
  ${queue}
  PRAGMA user_version = ${schemaVersion};`

const fromVersion4 = `
  ${renamed}
  ${queue}
  PRAGMA user_version = ${schemaVersion};`

const fromVersion5 = `
  ${queue}
  PRAGMA user_version = ${schemaVersion};`

/** Throws where the tables are not those of this version. */
export function checkVersion(database: DatabaseSync): void {
  const version = Number(database.prepare('PRAGMA user_version').get()?.user_version)
  if (version === schemaVersion) return
  const other = version > schemaVersion ? 'a later' : 'an earlier'
  throw new Error(`it was written by ${other} version of Codenode (schema ${version}, known is ${schemaVersion})`)
}

/** Makes the tables, or brings those of an earlier version up to date; throws where they are of a later one. */
export function prepareTables(database: DatabaseSync): void {
  const version = Number(database.prepare('PRAGMA user_version').get()?.user_version)
  if (version > schemaVersion) {
    throw new Error(`it was written by a later version of Codenode (schema ${version}, known is ${schemaVersion})`)
  }
  if (version === 0) transact(database, schema)
  if (version === 1) transact(database, fromVersion1)
  if (version === 2) transact(database, fromVersion2)
  if (version === 3) transact(database, fromVersion3)
  if (version === 4) transact(database, fromVersion4)
  if (version === 5) transact(database, fromVersion5)
}

/** A file is of the one version or of the other, whenever the service is killed. */
function transact(database: DatabaseSync, statements: string): void {
  try {
    database.exec(`BEGIN; ${statements} COMMIT;`)
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK')
    throw error
  }
}
