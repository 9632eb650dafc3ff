/** The history beside a service that uses it: read, copied, exported, and deleted from. */
import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { promisify } from 'node:util'
import { type Client, createClient } from 'codenode/client'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { makeDataDir, startService, type TestService } from '../../codenode/test/support/service.ts'

const run = promisify(execFile)
const bin = path.resolve(import.meta.dirname, '../../codenode/bin/codenode.js')
const keys = ['one-key-of-this-test', 'other-key-of-this-test']
const node = (text: string) =>
  ({
    type: 'code',
    code: `def main():\n    return {"text": "${text}"}`,
    outputs: { text: { type: 'string' } },
  }) as const
const forever = { type: 'code', code: 'def main():\n    while True: pass', outputs: {} } as const

const folders: string[] = []
let dataDir: string
let service: TestService
let clients: Client[]
beforeEach(async () => {
  dataDir = makeDataDir()
  folders.push(dataDir)
  service = await startService({ dataDir, env: { CODENODE_API_KEYS: keys.join(',') } })
  clients = keys.map((apiKey) => createClient({ baseUrl: service.address, apiKey }))
})
afterEach(() => service.close())
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

const history = async (...args: string[]) => {
  const { stdout } = await run(process.execPath, [bin, 'history', ...args, '--data-dir', dataDir])
  return stdout
}
const refusal = async (...args: string[]) =>
  (await history(...args).catch((error: { code: number; stderr: string }) => error)) as { code: number; stderr: string }

/** Of both clients, in turn. */
async function runSome(count: number): Promise<string[]> {
  const ids: string[] = []
  for (let index = 0; index < count; index++) {
    const record = await clients[index % 2]?.runNode({ node: node(`text of run ${index}`) })
    ids.push(record?.id ?? '')
  }
  return ids
}

/** Whether a text is anywhere in the files of the history. */
function isOnDisk(text: string): boolean {
  return ['', '-wal'].some((ending) => {
    const file = path.join(dataDir, `history.sqlite${ending}`)
    return existsSync(file) && readFileSync(file).includes(text)
  })
}

describe('while a service uses it, the history', () => {
  test('can be read by others', async () => {
    await runSome(3)
    const database = new DatabaseSync(path.join(dataDir, 'history.sqlite'), { readOnly: true })
    expect(database.prepare('SELECT count(*) AS runs FROM runs').get()).toMatchObject({ runs: 3 })
    database.close()
  })

  test('is copied whole, for its owner, and a service can start with the copy', async () => {
    const [id = ''] = await runSome(4)
    const other = makeDataDir()
    folders.push(other)
    mkdirSync(other, { recursive: true })
    const copy = path.join(other, 'history.sqlite')
    expect(await history('backup', copy)).toMatch(/: 4 runs, \d+ KiB\n$/)
    expect(statSync(copy).mode & 0o777).toBe(0o600)
    await runSome(1)
    const again = await startService({ dataDir: other, env: { CODENODE_API_KEYS: keys.join(',') } })
    try {
      const client = createClient({ baseUrl: again.address, apiKey: keys[0] })
      expect((await client.listRuns()).runs).toHaveLength(2)
      expect(await client.getRun(id)).toMatchObject({ outputs: { text: 'text of run 0' } })
    } finally {
      await again.close()
    }
    expect(await refusal('backup', copy)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('already exists') as string,
    })
  })

  test('is exported as JSON lines, all of it or a part', async () => {
    const ids = await runSome(4)
    const lines = (text: string) =>
      text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>)
    const all = lines(await history('export'))
    expect(all.map(({ id }) => id)).toEqual(ids)
    const clientOf = (index: number) => String(all[index]?.client)
    expect(all[1]).toMatchObject({
      kind: 'node',
      node: { code: expect.stringContaining('text of run 1') as string },
      record: { status: 'succeeded', outputs: { text: 'text of run 1' } },
    })
    expect(lines(await history('export', '--client', clientOf(1))).map(({ id }) => id)).toEqual([ids[1], ids[3]])
    expect(await history('export', '--before', '2026-01-01T00:00:00Z')).toBe('')
    const file = path.join(dataDir, 'runs.jsonl')
    await history('export', file, '--run', ids[2] ?? '')
    expect(lines(readFileSync(file, 'utf8')).map(({ id }) => id)).toEqual([ids[2]])
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  test('loses what its operator deletes, from the disk too', async () => {
    const ids = await runSome(6)
    expect(isOnDisk('text of run 4')).toBe(true)
    const { id: going } = await clients[0]!.startNode({ node: forever })
    expect(await history('delete', '--run', ids[4] ?? '', '--run', going)).toMatch(/^1 run deleted\n/)
    expect(isOnDisk('text of run 4')).toBe(false)
    expect(isOnDisk('text of run 5')).toBe(true)
    await expect(clients[0]!.getRun(ids[4] ?? '')).rejects.toMatchObject({ code: 'run_not_found' })
    const [line = ''] = (await history('export', '--run', ids[1] ?? '')).split('\n')
    const { client } = JSON.parse(line) as { client: string }
    expect(await history('delete', '--client', client)).toMatch(/^3 runs deleted\n/)
    expect(await history('delete', '--before', new Date().toISOString())).toMatch(/^2 runs deleted\n/)
    expect((await clients[0]!.getRun(going)).status).toBe('running')
    await clients[0]!.cancelRun(going)
    // The service goes on as before.
    expect(await clients[1]!.runNode({ node: node('later') })).toMatchObject({ status: 'succeeded' })
    expect(await refusal('delete')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--all for every run') as string,
    })
  })

  test('loses what a client deletes of its own, and nothing of others', async () => {
    const ids = await runSome(6)
    const [one, other] = clients as [Client, Client]
    expect(await one.deleteRuns({ ids: ids.slice(0, 3) })).toBe(2)
    expect((await one.listRuns()).runs.map(({ id }) => id)).toEqual([ids[4]])
    expect((await other.listRuns()).runs).toHaveLength(3)
    expect(isOnDisk('text of run 2')).toBe(false)
    expect(await other.deleteRuns({ startedBefore: '2026-01-01T00:00:00Z' })).toBe(0)
    expect(await other.deleteRuns({ all: true })).toBe(3)
    await expect(one.deleteRuns({})).rejects.toMatchObject({ code: 'request_invalid' })
    expect((await one.listRuns()).runs).toHaveLength(1)
  })

  test('has nothing left of large runs that were deleted while the service was stopped', async () => {
    const large = 'large text '.repeat(30_000)
    const echo = { ...node(''), code: 'def main(a):\n    return {"text": a}', variables: [{ variable: 'a' }] }
    await clients[0]?.runNode({ node: echo, inputs: { a: large } })
    await runSome(1)
    expect(await history('delete', '--before', new Date().toISOString())).toContain('A service uses the history')
    await service.close()
    expect(await history('delete', '--all')).toBe('0 runs deleted\nNo run that has ended is among those.\n')
    expect(isOnDisk('large text large text')).toBe(false)
  })

  test('frees the idempotency key of a run that is deleted', async () => {
    const asked = { node: node('once') }
    const first = await clients[0]!.runNode(asked, { idempotencyKey: 'order-1' })
    await clients[0]!.deleteRuns({ ids: [first.id] })
    expect((await clients[0]!.runNode(asked, { idempotencyKey: 'order-1' })).id).not.toBe(first.id)
  })

  test('what is wrong is told before there is a file, and a time is never guessed', async () => {
    const out = path.join(dataDir, 'out.jsonl')
    expect(await refusal('export', '--before', 'nonsense', out)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--before nonsense is not a time.') as string,
    })
    expect(existsSync(out)).toBe(false)
    for (const time of ['foo 1', '2026-02-31', '2026-01-31T12:00:00']) {
      expect(await refusal('delete', '--before', time)).toMatchObject({ code: 2 })
    }
    expect(await history('export', '--before', '2026-01-31')).toBe('')
    for (const command of ['backup', 'export']) {
      const { code, stderr } = await refusal(command, path.join(dataDir, 'nowhere/file'))
      expect({ code, stderr }).toEqual({
        code: 2,
        stderr: expect.stringContaining('nowhere is not a folder.') as string,
      })
    }
    expect(await history('delete', '--client', 'nobody', '--all')).toBe(
      '0 runs deleted\nNo run that has ended is among those, or the client is spelt otherwise.\n',
    )
  })
})

test('without a history each command says so', async () => {
  const empty = makeDataDir()
  folders.push(empty)
  for (const command of [['backup', path.join(empty, 'copy')], ['export'], ['delete', '--all']]) {
    const failed = await run(process.execPath, [bin, 'history', ...command, '--data-dir', empty]).catch(
      (error: unknown) => error,
    )
    expect(failed).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('no service has run with this folder') as string,
    })
  }
})
