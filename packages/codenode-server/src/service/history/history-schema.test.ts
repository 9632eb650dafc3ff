import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { HistoryRows } from './history-rows.ts'
import { prepareTables } from './history-schema.ts'
import { listRuns } from './list-runs.ts'

/** As Codenode made them before it ran workflows. */
const version1 = `
  CREATE TABLE runs (
    id TEXT PRIMARY KEY, client TEXT NOT NULL, status TEXT NOT NULL, language TEXT NOT NULL, node_id TEXT, title TEXT NOT NULL,
    started_at INTEGER NOT NULL, duration_ms REAL, attempts INTEGER NOT NULL DEFAULT 0, error_code TEXT, error_message TEXT,
    idempotency_key TEXT, request_hash TEXT, retry_waits TEXT, record TEXT, node TEXT, inputs TEXT
  ) STRICT;
  CREATE INDEX runs_of_client ON runs (client, id);
  CREATE INDEX runs_going_on ON runs (id) WHERE status = 'running';
  CREATE INDEX runs_by_error ON runs (client, error_code, id) WHERE error_code IS NOT NULL;
  CREATE INDEX runs_by_node ON runs (client, node_id, id) WHERE node_id IS NOT NULL;
  CREATE INDEX runs_by_key ON runs (client, idempotency_key, id) WHERE idempotency_key IS NOT NULL;
  PRAGMA user_version = 1;`

const ended = `run_${'1'.repeat(32)}`
const goingOn = `run_${'2'.repeat(32)}`

function openVersion1(): DatabaseSync {
  const database = new DatabaseSync(':memory:')
  database.exec(version1)
  const insert = database.prepare(`INSERT INTO runs VALUES (${Array.from({ length: 17 }, () => '?').join(', ')})`)
  const failed = ['failed', 'javascript', 'n1', 'Old', 1000, 5, 2, 'code_threw', 'It threw.', 'key', 'hash'] as const
  insert.run(
    ended,
    'local',
    ...failed,
    '[20,null]',
    '{"id":"r","status":"failed"}',
    '{"code":"x"}',
    '{"n":9007199254740993}',
  )
  const running = ['running', 'python3', null, 'Old', 2000, null, 0, null, null, null, null] as const
  insert.run(goingOn, 'local', ...running, null, null, '{"code":"y"}', null)
  return database
}

const tablesOf = (database: DatabaseSync) =>
  database.prepare("SELECT type, name, sql FROM sqlite_schema WHERE name LIKE 'runs%' ORDER BY name").all()

test('a history of version 1 becomes one of the present version, with all that it holds', () => {
  const database = openVersion1()
  prepareTables(database)

  const rows = new HistoryRows(database)
  expect(listRuns(database, {}, 'local')).toEqual({
    runs: [
      {
        id: goingOn,
        kind: 'node',
        status: 'running',
        startedAt: new Date(2000).toISOString(),
        durationMs: null,
        language: 'python',
        node: { id: null, title: 'Old' },
        attempts: 0,
        error: null,
        rerunOf: null,
      },
      {
        id: ended,
        kind: 'node',
        status: 'failed',
        startedAt: new Date(1000).toISOString(),
        durationMs: 5,
        language: 'javascript',
        node: { id: 'n1', title: 'Old' },
        attempts: 2,
        error: { code: 'code_threw', message: 'It threw.' },
        rerunOf: null,
      },
    ],
    nextCursor: null,
  })
  expect(rows.readEnd(ended, 'local')).toEqual({ record: { id: 'r', status: 'failed' }, trail: [20, null] })
  expect(rows.readRequest(ended, 'local')).toEqual({
    node: { code: 'x' },
    inputs: { n: 9_007_199_254_740_993n },
    secrets: [],
    rerunOf: null,
  })
  expect(rows.readKey('local', 'key', '')).toEqual({ id: ended, requestHash: 'hash' })
  expect(rows.readRunning().map(({ id }) => id)).toEqual([goingOn])
})

test('it has the same tables as a new one, and is not touched again', () => {
  const old = openVersion1()
  prepareTables(old)
  const fresh = new DatabaseSync(':memory:')
  prepareTables(fresh)
  expect(tablesOf(old)).toEqual(tablesOf(fresh))
  prepareTables(old)
  expect(listRuns(old, {}, 'local').runs).toHaveLength(2)
})

function dropColumns(...names: string[]): string {
  return names.map((name) => `ALTER TABLE runs DROP COLUMN ${name}`).join('; ')
}

test.each([
  [2, 'stand-ins and secrets', dropColumns('stand_ins', 'secrets', 'outputs')],
  [3, 'secrets', dropColumns('secrets', 'outputs')],
  [5, 'which outputs are wanted', dropColumns('outputs')],
])('a history of version %i gets a column for %s, and keeps what it holds', (version, _, toOld) => {
  const database = new DatabaseSync(':memory:')
  prepareTables(database)
  database.exec(`${toOld}; PRAGMA user_version = ${version}`)
  const about = "'workflow', 'succeeded', 'Old', 1000, '{\"nodes\":[]}', '{}'"
  database.exec(
    `INSERT INTO runs (id, client, kind, status, title, started_at, target, inputs) VALUES ('${ended}', 'local', ${about})`,
  )
  prepareTables(database)
  expect(new HistoryRows(database).readRequest(ended, 'local')).toEqual({
    workflow: { nodes: [] },
    inputs: {},
    secrets: [],
    rerunOf: null,
  })
  expect(database.prepare('PRAGMA user_version').get()).toEqual({ user_version: 6 })
})

test.each([
  [2, dropColumns('stand_ins', 'secrets', 'outputs')],
  [3, dropColumns('secrets', 'outputs')],
  [4, dropColumns('outputs')],
])('runs of Python in a history of version %i are listed under the present name of the language', (version, toOld) => {
  const database = new DatabaseSync(':memory:')
  prepareTables(database)
  database.exec(`${toOld}; PRAGMA user_version = ${version}`)
  const languages = ["'python3'", "'javascript'", "'typescript'", 'NULL']
  for (const [index, language] of languages.entries()) {
    const about = `'local', 'node', 'succeeded', ${language}, 'Old', 1000`
    database.exec(
      `INSERT INTO runs (id, client, kind, status, language, title, started_at) VALUES ('run_${index}', ${about})`,
    )
  }
  prepareTables(database)
  const listed = listRuns(database, {}, 'local').runs.map(({ language }) => language)
  expect(listed).toEqual([null, 'typescript', 'javascript', 'python'])
  expect(listRuns(database, { language: 'python' }, 'local').runs).toHaveLength(1)
})

test('one that cannot be changed stays as it was', () => {
  const database = openVersion1()
  database.exec('CREATE VIEW runs_of_version_1 AS SELECT 1')
  const before = tablesOf(database)
  expect(() => prepareTables(database)).toThrow()
  expect(tablesOf(database)).toEqual(before)
  expect(database.prepare('PRAGMA user_version').get()).toEqual({ user_version: 1 })
})
