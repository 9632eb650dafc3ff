import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { buildFailure, toRecordError } from 'codenode/internal/contract/failure-values'
import type { Language } from 'codenode/internal/contract/node-words'
import type { RunRecord } from 'codenode/internal/contract/record'
import { buildRecord } from 'codenode/internal/record/build-record'
import { newRunId } from 'codenode/internal/record/run-id'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import type { RunFilter } from '../api/types.ts'
import { toEvents } from '../events/trail.ts'
import { buildInterrupted } from '../live/failed-records.ts'
import { History, type HistoryOptions } from './history.ts'
import type { RunStart } from './kept-run.ts'

const isolation = { level: 'namespaces+landlock+seccomp', layers: {} } as const
const client = 'local'
const dayMs = 24 * 60 * 60 * 1000
let folder: string
const opened: History[] = []
const problems: { message: string; isSolved: boolean }[] = []

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'codenode-history-'))
})
afterEach(() => {
  for (const history of opened.splice(0)) history.close()
  problems.length = 0
})
afterAll(() => rmSync(folder, { recursive: true }))

function open(options: Partial<HistoryOptions> = {}): History {
  const history = new History({
    file: ':memory:',
    maxRuns: 1000,
    maxAgeDays: 30,
    inputs: true,
    onProblem: (problem) => problems.push(problem),
    toInterrupted: (start) => buildInterrupted(start, isolation),
    ...options,
  })
  opened.push(history)
  return history
}

type Given = Partial<Pick<RunStart, 'client' | 'startedAt'>> & {
  language?: Language
  nodeId?: string
  code?: 'code_threw' | 'sandbox_lost'
  isRunning?: boolean
}

/** Puts a run into the history, as it was at `startedAt`, and gives its id. */
async function put(history: History, given: Given = {}): Promise<string> {
  const { language = 'python', startedAt = new Date(), nodeId = null, code, isRunning = false } = given
  const id = newRunId(startedAt.getTime())
  const subject = { kind: 'node', language, node: { id: nodeId, title: 'Test' } } as const
  const start = { ...plain, id, client: given.client ?? client, subject, startedAt }
  history.begin(start, { node: { code: 'x' }, inputs: { a: 1 }, secrets: [] }, { isAtOnce: false, mayWait: false })
  if (!isRunning) await history.end(start, { record: recordOf(start, code), durationMs: 5, trail: null })
  return id
}

/** What most runs have in common. */
const untitled = { kind: 'node', language: 'python', node: { id: null, title: '' } } as const
const plain = { client, subject: untitled, idempotency: null, rerunOf: null } as const

function recordOf({ id, startedAt, subject }: RunStart, code?: 'code_threw' | 'sandbox_lost'): RunRecord {
  const end = code
    ? ({ status: 'failed', outputs: null, error: toRecordError(buildFailure(code, {})), branch: null } as const)
    : ({ status: 'succeeded', outputs: {}, error: null, branch: 'source' } as const)
  return buildRecord({ id, ...end, warnings: [], attempts: [], isolation, startedAt, node: nodeOf(subject) })
}

function nodeOf(subject: RunStart['subject']): RunRecord['node'] {
  if (subject.kind === 'node') return subject.node
  throw new Error('these runs are of nodes')
}

describe('a list', () => {
  const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second))

  test('holds the runs of its client, newest first, with what the filter asks for', async () => {
    const history = open({ maxAgeDays: 100_000 })
    const a = await put(history, { startedAt: at(1), nodeId: 'one' })
    const b = await put(history, { startedAt: at(2), code: 'code_threw', language: 'javascript' })
    const c = await put(history, { startedAt: at(3), code: 'sandbox_lost', nodeId: 'one' })
    const d = await put(history, { startedAt: at(4), isRunning: true })
    await put(history, { startedAt: at(5), client: 'key_b' })

    const check = (filter: RunFilter, expected: string[]) =>
      expect(history.list(filter, client).runs.map(({ id }) => id)).toEqual(expected)
    check({}, [d, c, b, a])
    check({ status: 'failed' }, [c, b])
    check({ status: 'running' }, [d])
    check({ language: 'javascript' }, [b])
    check({ nodeId: 'one' }, [c, a])
    check({ errorCode: 'sandbox_lost' }, [c])
    check({ startedAfter: at(2).toISOString() }, [d, c, b])
    check({ startedBefore: at(2).toISOString() }, [a])
    check({ startedAfter: '2026-01-01T01:00:02+01:00', startedBefore: '2026-01-01T00:00:03.001Z' }, [c, b])
    check({ startedBefore: '1900-01-01T00:00:00Z' }, [])
    check({ status: 'failed', nodeId: 'one', limit: 1 }, [c])
    expect(history.list({ errorCode: 'code_threw' }, client).runs).toEqual([
      {
        kind: 'node',
        id: b,
        status: 'failed',
        startedAt: at(2).toISOString(),
        durationMs: 5,
        language: 'javascript',
        node: { id: null, title: 'Test' },
        attempts: 0,
        rerunOf: null,
        error: { code: 'code_threw', message: 'The code ended with an exception.' },
      },
    ])
  })

  test('comes in pages that new runs do not move', async () => {
    const history = open()
    const ids: string[] = []
    for (let i = 0; i < 7; i++) ids.unshift(await put(history, { startedAt: new Date(Date.now() - 1000 + i) }))
    const read: string[] = []
    let cursor: string | null | undefined
    do {
      const page = history.list({ limit: 3, ...(cursor ? { cursor } : {}) }, client)
      read.push(...page.runs.map(({ id }) => id))
      cursor = page.nextCursor
      await put(history)
    } while (cursor)
    expect(read).toEqual(ids)
    expect(history.list({ limit: 10 }, client).nextCursor).toBeNull()
  })

  test.each<RunFilter>([
    { limit: 0 },
    { limit: 201 },
    { limit: 1.5 },
    { cursor: "' OR 1" },
    { startedAfter: 'yesterday' },
    { startedBefore: '' },
  ])('refuses the filter %o', (filter) => {
    expect(() => open().list(filter, client)).toThrow(expect.objectContaining({ code: 'request_invalid' }) as Error)
  })
})

describe('what is written', () => {
  test('can be read at once and is in the file when `end` says so', async () => {
    const file = path.join(folder, 'written.sqlite')
    const history = open({ file })
    const id = await put(history, { code: 'code_threw' })
    const found = history.find(id, client)
    history.close()
    const again = open({ file })
    expect(again.find(id, client)).toEqual(found)
    expect(again.findRequest(id, client)).toEqual({ node: { code: 'x' }, inputs: { a: 1 }, rerunOf: null, secrets: [] })
    expect(again.find(id, 'key_b')).toBeNull()
    expect(again.findRequest(id, 'key_b')).toBeNull()
  })

  test('is for the eyes of its owner', async () => {
    const file = path.join(folder, 'private', 'history.sqlite')
    await put(open({ file }))
    const modes = readdirSync(path.dirname(file)).map(
      (name) => statSync(path.join(path.dirname(file), name)).mode & 0o777,
    )
    // The history with its journal and what processes share of it, and the lock with its own journal.
    expect(modes.length).toBeGreaterThan(3)
    expect(new Set(modes)).toEqual(new Set([0o600]))
  })

  test('survives inputs that no JSON can say', async () => {
    const history = open()
    const inputs: Record<string, unknown> = {}
    inputs.self = inputs
    const run = { ...plain, id: newRunId(), startedAt: new Date() }
    history.begin(run, { node: {}, inputs, secrets: [] }, { isAtOnce: true, mayWait: false })
    expect(history.state.isWritable).toBe(true)
    expect(history.findRequest(run.id, client)).toEqual({ node: {}, inputs: null, rerunOf: null, secrets: [] })
  })
})

describe('what is large', () => {
  const mebibyte = 2 ** 20

  async function putLarge(history: History, characters: number): Promise<string> {
    const run = { ...plain, id: newRunId(), startedAt: new Date() }
    history.begin(
      run,
      { node: {}, inputs: { text: 'x'.repeat(characters) }, secrets: [] },
      { isAtOnce: true, mayWait: false },
    )
    await history.end(run, { record: recordOf(run), durationMs: 1, trail: null })
    return run.id
  }

  test('makes room for what is newer: the oldest runs go, and the files stay small', async () => {
    const file = path.join(folder, 'large.sqlite')
    const history = open({ file, maxMb: 40 })
    const ids: string[] = []
    const kept = () => ids.filter((id) => history.find(id, client))
    for (let count = 0; count < 50; count++) {
      ids.push(await putLarge(history, 4 * mebibyte))
      // As where requests come in between.
      await vi.waitFor(() => expect(kept().length).toBeLessThan(16), { timeout: 30_000 })
    }
    expect(kept()).toEqual(ids.slice(-kept().length))
    expect(kept().length).toBeGreaterThan(4)
    await vi.waitFor(() => expect(statSync(`${file}-wal`).size).toBeLessThan(9 * mebibyte), { timeout: 30_000 })
    // What is left free is used again before the file grows.
    expect(statSync(file).size).toBeLessThan(100 * mebibyte)
  })

  test('is kept without its logs where one record is too large, with the numbers of its last events', async () => {
    const history = open()
    const run = { ...plain, id: newRunId(), startedAt: new Date() }
    const whole = { ...recordOf(run), logs: [{ stream: 'stdout' as const, atMs: 1, text: 'x'.repeat(17 * mebibyte) }] }
    history.begin(run, { node: {}, inputs: {}, secrets: [] }, { isAtOnce: true, mayWait: false })
    await history.end(run, { record: whole, durationMs: 1, trail: null, told: 5000 })
    const found = history.find(run.id, client)
    expect(found?.record).toMatchObject({ id: run.id, logs: [], outputs: {}, warnings: [{ code: 'record_cut' }] })
    expect(JSON.parse(history.findRecordText(run.id, client) ?? '')).toEqual(found?.record)
    expect(history.findRecordText(run.id, 'key_b')).toBeNull()
    if (!found) throw new Error('it is there')
    const events = toEvents(found.record, found.trail)
    expect(events).toHaveLength(5000)
    expect(events.map((event) => event?.type).filter(Boolean)).toEqual(['status', 'status', 'result'])
    expect(events.at(-1)).toMatchObject({ type: 'result', record: { id: run.id } })
  })

  test('names and messages do not make lists large', async () => {
    const history = open()
    const subject = {
      kind: 'node',
      language: 'python',
      node: { id: 'i'.repeat(mebibyte), title: 't'.repeat(mebibyte) },
    } as const
    const run = { ...plain, subject, id: newRunId(), startedAt: new Date() }
    history.begin(run, { node: {}, inputs: {}, secrets: [] }, { isAtOnce: true, mayWait: false })
    expect(JSON.stringify(history.list({}, client)).length).toBeLessThan(5000)
    const record = recordOf(run, 'code_threw')
    if (record.status !== 'failed') throw new Error('it failed')
    const error = { ...record.error, message: 'm'.repeat(mebibyte) }
    await history.end(run, { record: { ...record, error }, durationMs: 1, trail: null })
    expect(JSON.stringify(history.list({}, client)).length).toBeLessThan(5000)
    expect(history.find(run.id, client)?.record.error?.message).toHaveLength(mebibyte)
  })
})

describe('a start', () => {
  test('takes runs that still say `running` for interrupted ones', async () => {
    const file = path.join(folder, 'interrupted.sqlite')
    const before = open({ file })
    const id = await put(before, { isRunning: true, nodeId: 'one' })
    before.close()
    const history = open({ file })
    const message = 'The service stopped during the run, so the result is lost.'
    expect(history.find(id, client)?.record).toMatchObject({
      id,
      status: 'failed',
      error: { code: 'run_interrupted', blame: 'platform', message },
      attempts: [],
      isolation,
      node: { id: 'one', title: 'Test' },
    })
    expect(history.list({}, client).runs).toMatchObject([{ id, status: 'failed', durationMs: null }])
    expect(history.findRequest(id, client)).toMatchObject({ node: { code: 'x' } })
  })

  test('gives the keys of interrupted runs free, and of no others', async () => {
    const file = path.join(folder, 'keys.sqlite')
    const before = open({ file })
    const [ended, interrupted] = ['ended', 'interrupted'].map((key) => {
      const run = { ...plain, id: newRunId(), startedAt: new Date(), idempotency: { key, requestHash: 'hash' } }
      before.begin(run, { node: {}, inputs: {}, secrets: [] }, { isAtOnce: true, mayWait: false })
      return run
    })
    if (!ended || !interrupted) throw new Error('two runs were made')
    await before.end(ended, { record: recordOf(ended), durationMs: 1, trail: null })
    expect(before.findByKey(client, 'interrupted', '')?.id).toBe(interrupted.id)
    before.close()

    const history = open({ file })
    expect(history.findByKey(client, 'ended', '')).toEqual({ id: ended.id, requestHash: 'hash' })
    expect(history.findByKey(client, 'ended', newRunId(Date.now() + 1))).toBeNull()
    expect(history.findByKey('key_b', 'ended', '')).toBeNull()
    expect(history.findByKey(client, 'interrupted', '')).toBeNull()
  })

  test.each([
    ['that is no database', () => Buffer.from('not a database at all, but long enough to be looked at'.repeat(100))],
    ['with a broken page', (file: string) => readFileSync(file).fill(0xa5, 4096, 3 * 4096)],
  ])('moves a file %s aside, says so and begins a new one', async (_, damage) => {
    const file = path.join(folder, `${Math.random()}.sqlite`)
    const before = open({ file })
    for (let i = 0; i < 50; i++) await put(before)
    before.close()
    const broken = damage(file)
    writeFileSync(file, broken)

    const history = open({ file })
    expect(history.list({}, client).runs).toEqual([])
    const id = await put(history)
    expect(history.find(id, client)?.record.status).toBe('succeeded')
    const [moved = ''] = readdirSync(folder).filter((name) => name.startsWith(`${path.basename(file)}.broken-`))
    expect(readFileSync(path.join(folder, moved)).equals(broken)).toBe(true)
    expect(problems).toEqual([{ message: expect.stringContaining(moved) as string, isSolved: true }])
  })

  test('is refused while another service has the file, and with one of a later version', () => {
    const file = path.join(folder, 'shared.sqlite')
    const first = open({ file })
    const refused = (message: string) => {
      const error = { code: 'configuration_invalid', message: expect.stringContaining(message) as string }
      expect(() => open({ file })).toThrow(expect.objectContaining(error) as Error)
    }
    refused('another service uses it')
    first.close()
    const database = new DatabaseSync(file)
    database.exec('PRAGMA user_version = 99')
    database.close()
    refused('a later version of Codenode')
  })

  test('is refused where no file can be made', () => {
    const error = expect.objectContaining({ code: 'configuration_invalid' }) as Error
    expect(() => open({ file: path.join(folder, 'written.sqlite', 'below-a-file') })).toThrow(error)
  })
})

describe('retention', () => {
  test('removes what is too old or too many, but no run that goes on', async () => {
    const file = path.join(folder, 'retention.sqlite')
    const before = open({ file })
    const old = await put(before, { startedAt: new Date(Date.now() - 8 * dayMs) })
    const kept = await Promise.all(
      Array.from({ length: 250 }, (_, i) => put(before, { startedAt: new Date(Date.now() - dayMs + i) })),
    )
    before.close()

    const history = open({ file, maxAgeDays: 7 })
    await vi.waitFor(() => expect(history.find(old, client)).toBeNull(), 10_000)
    expect(history.find(kept[0] ?? '', client)).not.toBeNull()
    history.close()

    const small = open({ file, maxRuns: 10 })
    await vi.waitFor(() => expect(small.list({ limit: 200 }, client).runs).toHaveLength(10), 10_000)
    expect(small.list({}, client).runs.map(({ id }) => id)).toEqual(kept.slice(-10).reverse())
    small.close()

    vi.useFakeTimers({ toFake: ['setInterval'] })
    try {
      const none = open({ file, maxRuns: 0 })
      const running = await put(none, { isRunning: true })
      vi.advanceTimersByTime(60_000)
      await vi.waitFor(() => expect(none.list({}, client).runs.map(({ id }) => id)).toEqual([running]), 10_000)
    } finally {
      vi.useRealTimers()
    }
  })
})
