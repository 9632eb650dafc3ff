/** Keys with names, roles, expiry, limits and rates, read from a file, and read again while the service serves. */
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startService, type TestService } from '../../codenode/test/support/service.ts'
import { node } from './support/http-door.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'codenode-keys-'))
const file = path.join(folder, 'keys.yaml')
const secretOf = (name: string) => `the-secret-of-${name}`.padEnd(20, '-')
const hash = (text: string) => createHash('sha256').update(text).digest('hex')

type Entry = { name: string; [setting: string]: unknown }
const writeKeys = (entries: readonly Entry[]) =>
  writeFileSync(file, JSON.stringify({ keys: entries.map((entry) => ({ key: secretOf(entry.name), ...entry })) }))

const entries: Entry[] = [
  { name: 'team-a' },
  { name: 'runner', roles: ['run'] },
  { name: 'auditor', roles: ['read'] },
  { name: 'prometheus', roles: ['metrics'], key: undefined, sha256: hash(secretOf('prometheus')) },
  { name: 'root', roles: ['admin'] },
  { name: 'gone', expires: '2020-01-01' },
  { name: 'slow', requestsPerMinute: 2 },
  { name: 'single', maxRuns: 1 },
]

let service: TestService
const plain = 'a-plain-key-of-the-environment'

beforeAll(async () => {
  writeKeys(entries)
  service = await startService({ env: { CODENODE_KEYS_FILE: file, CODENODE_API_KEYS: plain } })
})
afterAll(async () => {
  await service?.close()
  rmSync(folder, { recursive: true, force: true })
})

async function ask(key: string, at: string, body?: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(service.address + at, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.includes('json')
  return {
    status: response.status,
    headers: response.headers,
    body: (isJson ? JSON.parse(text) : text) as Record<string, unknown>,
  }
}

const one = { node: node('def main():\n    return {"n": 1}\n', { n: { type: 'number' } }) }
const long = { node: node('import time\ndef main():\n    time.sleep(100)\n    return {}\n') }
const begin = { prefer: 'respond-async' }

describe('a role', () => {
  const doors = [
    ['/v1/nodes/run', one],
    ['/v1/nodes/validate', { node: one.node }],
    ['/v1/runs/delete', { ids: [] }],
    ['/v1/sandbox/run', { language: 'python3', code: 'print(1)', preload: '', enable_network: false }],
    ['/v1/runs', undefined],
    ['/v1/status', undefined],
    ['/v1/packages', undefined],
    ['/v1/sandbox/dependencies?language=python3', undefined],
    ['/metrics', undefined],
  ] as const

  test.each([
    ['team-a', [200, 200, 200, 200, 200, 200, 200, 200, 403]],
    ['runner', [200, 200, 200, 200, 403, 403, 403, 200, 403]],
    ['auditor', [403, 200, 403, 403, 200, 200, 200, 200, 403]],
    ['prometheus', [403, 403, 403, 403, 403, 403, 403, 403, 200]],
    ['root', [200, 200, 200, 200, 200, 200, 200, 200, 200]],
  ])('%s', async (name, expected) => {
    const seen: number[] = []
    for (const [at, body] of doors) {
      const answer = await ask(secretOf(name), at, body)
      // Dify shows the message of a 200 only, so that is what its API answers.
      const isRefused = at.startsWith('/v1/sandbox') && answer.body.code !== 0
      seen.push(isRefused ? 403 : answer.status)
    }
    expect(seen.map((status, index) => `${doors[index]?.[0]} ${status}`)).toEqual(
      expected.map((status, index) => `${doors[index]?.[0]} ${status}`),
    )
  })

  test('that is missing is told, with the one that is needed', async () => {
    const { body } = await ask(secretOf('auditor'), '/v1/nodes/run', one)
    expect(body).toMatchObject({ code: 'forbidden', detail: 'This API key has the role read; this needs run.' })
  })

  test('is needed for the tools of agents, too', async () => {
    const asked = { jsonrpc: '2.0', id: 1, method: 'tools/list' }
    const accept = { accept: 'application/json, text/event-stream' }
    expect((await ask(secretOf('auditor'), '/mcp', asked, accept)).status).toBe(403)
    expect((await ask(secretOf('runner'), '/mcp', asked, accept)).status).toBe(200)
  })

  test('is what a key of the environment has always had', async () => {
    for (const at of ['/v1/runs', '/metrics']) expect((await ask(plain, at)).status).toBe(200)
    expect((await ask(plain, '/v1/nodes/run', one)).status).toBe(200)
  })
})

describe('an administrator', () => {
  test('reads, cancels and deletes the runs of another key, by its name; nobody else does', async () => {
    const started = await ask(secretOf('team-a'), '/v1/nodes/run', long, begin)
    const at = `/v1/runs/${String(started.body.id)}`
    const acting = { 'x-codenode-client': 'team-a' }
    expect((await ask(secretOf('root'), at)).status).toBe(404)
    expect((await ask(secretOf('root'), at, undefined, acting)).status).toBe(200)
    for (const other of ['auditor', 'single']) {
      expect((await ask(secretOf(other), at, undefined, acting)).body).toMatchObject({ code: 'forbidden' })
    }
    // Not silently its own runs.
    expect((await ask(secretOf('single'), '/v1/runs/delete', { all: true }, acting)).status).toBe(403)
    expect((await ask(secretOf('root'), `${at}/cancel`, {}, acting)).body).toMatchObject({ status: 'cancelled' })
    const { body } = await ask(secretOf('root'), '/v1/runs/delete', { ids: [started.body.id] }, acting)
    expect(body).toEqual({ deleted: 1 })
    const audited = service
      .printed()
      .split('\n')
      .filter((line) => line.includes('"audit":"runs.'))
      .map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(audited.filter(({ actor }) => actor === 'root')).toMatchObject([
      { audit: 'runs.cancel', client: 'team-a', runId: started.body.id, status: 'cancelled' },
      { audit: 'runs.delete', client: 'team-a', ids: 1, deleted: 1 },
    ])
    expect((await ask(secretOf('team-a'), at)).status).toBe(404)
  })

  test.each([
    ['starts no runs for another', '/v1/nodes/run', one, 'team-a', 'start runs with a key of that client'],
    ['names a client, not its key', '/v1/runs', undefined, secretOf('team-a'), 'holds a key'],
    ['names one client', '/v1/runs', undefined, 'team-a, team-b', 'must be the name of one client'],
  ])('%s', async (_, at, body, client, words) => {
    const answer = await ask(secretOf('root'), at, body, { 'x-codenode-client': client })
    expect(answer).toMatchObject({ status: 400, body: { code: 'request_invalid' } })
    expect(JSON.stringify(answer.body)).toContain(words)
    expect(JSON.stringify(answer.body) + service.printed()).not.toContain(secretOf('team-a'))
  })
})

describe('a key', () => {
  test('that has expired is as wrong as any other', async () => {
    const { status, body } = await ask(secretOf('gone'), '/v1/runs')
    expect({ status, code: body.code }).toEqual({ status: 401, code: 'unauthorized' })
    expect((await ask(secretOf('nobody'), '/v1/runs')).body.detail).toBe(body.detail)
  })

  test('has a rate of its own', async () => {
    for (const _ of [1, 2]) expect((await ask(secretOf('slow'), '/v1/runs')).status).toBe(200)
    const { status, headers, body } = await ask(secretOf('slow'), '/v1/runs')
    expect({ status, code: body.code }).toEqual({ status: 429, code: 'rate_exceeded' })
    const seconds = Number(headers.get('retry-after'))
    expect(seconds).toBeGreaterThan(0)
    expect(seconds).toBeLessThanOrEqual(30)
    expect((await ask(secretOf('team-a'), '/v1/runs')).status).toBe(200)
  })

  test('has a limit of runs of its own', async () => {
    const first = await ask(secretOf('single'), '/v1/nodes/run', long, begin)
    expect(first.status).toBe(202)
    const second = await ask(secretOf('single'), '/v1/nodes/run', long, begin)
    expect({ status: second.status, code: second.body.code }).toEqual({ status: 429, code: 'too_many_runs' })
    await ask(secretOf('single'), `/v1/runs/${String(first.body.id)}/cancel`, {})
    expect((await ask(secretOf('single'), '/v1/nodes/run', one)).status).toBe(200)
  })
})

describe('SIGHUP', () => {
  const said = (words: string) => () => service.printed().includes(words)

  test('has the file read again: a new key works, one that is gone does not, and runs go on', async () => {
    const started = await ask(secretOf('team-a'), '/v1/nodes/run', long, begin)
    const at = `/v1/runs/${String(started.body.id)}`
    // The same client with another key: it is changed without a gap.
    const changed = 'another-secret-of-team-a'
    writeKeys([
      ...entries.filter(({ name }) => name !== 'auditor'),
      { name: 'team-a', key: changed },
      { name: 'fresh' },
    ])
    service.process.kill('SIGHUP')
    await expect.poll(said('read the keys again')).toBe(true)
    expect((await ask(secretOf('fresh'), '/v1/runs')).status).toBe(200)
    expect((await ask(secretOf('auditor'), '/v1/runs')).status).toBe(401)
    for (const key of [secretOf('team-a'), changed]) {
      expect((await ask(key, at)).status).toBe(200)
    }
    await ask(changed, `${at}/cancel`, {})
    const line = service
      .printed()
      .split('\n')
      .find((it) => it.includes('read the keys again'))
    expect(JSON.parse(line ?? '')).toMatchObject({ audit: 'keys.reload', added: ['fresh'], removed: ['auditor'] })
  })

  test('keeps the keys where the file is wrong, and says why without a key', async () => {
    writeFileSync(file, `keys: [{ name: team-a, key: short-one, rolls: [run] }]`)
    service.process.kill('SIGHUP')
    await expect.poll(said('kept the keys as they were')).toBe(true)
    expect((await ask(secretOf('team-a'), '/v1/runs')).status).toBe(200)
    expect(service.printed()).toContain('keys[0] has a member that is not known. Did you mean roles?')
    writeKeys(entries)
    expect(service.printed()).not.toContain('short-one')
  })
})

test('a key of the environment that is in the file, too, has what the file says, also after the file was read again', async () => {
  const both = path.join(folder, 'both.yaml')
  writeFileSync(both, JSON.stringify({ keys: [{ name: 'reader', key: plain, roles: ['read'] }] }))
  const other = await startService({ env: { CODENODE_KEYS_FILE: both, CODENODE_API_KEYS: plain } })
  try {
    const run = () =>
      fetch(`${other.address}/v1/nodes/run`, {
        method: 'POST',
        headers: { authorization: `Bearer ${plain}`, 'content-type': 'application/json' },
        body: JSON.stringify(one),
      })
    expect((await run()).status).toBe(403)
    other.process.kill('SIGHUP')
    await expect.poll(() => other.printed().includes('read the keys again')).toBe(true)
    expect((await run()).status).toBe(403)
  } finally {
    await other.close()
  }
})

test('a service does not start with a file of keys that is wrong', async () => {
  const wrong = path.join(folder, 'wrong.yaml')
  writeFileSync(wrong, 'keys: []')
  await expect(startService({ env: { CODENODE_KEYS_FILE: wrong } })).rejects.toThrow(/ended with 2.*wrong\.yaml: keys/s)
})
