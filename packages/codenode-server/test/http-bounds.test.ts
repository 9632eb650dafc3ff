/** Requests that would cost the service much: they cost it little, and others are served meanwhile. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import type { RunningSandbox } from 'codenode/internal/pool/create-sandbox'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openSandbox } from '../../codenode/test/support/sandbox.ts'
import type { Peer } from '../src/http/peer-user.ts'
import { createTelemetry } from '../src/http/telemetry/create-telemetry.ts'
import { type Door, endless, node, openDoor } from './support/http-door.ts'

let sandbox: RunningSandbox
let door: Door

beforeAll(async () => {
  sandbox = await openSandbox({ spares: 1 })
  door = await openDoor({ sandbox })
})
afterAll(async () => {
  await door?.close()
  await sandbox?.close()
})

const form = 'application/x-www-form-urlencoded'
const validateNode = (text: string) => ['/v1/nodes/validate', text] as const
const many = (count: number, value: unknown, name = 'o') =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [name + i, value]))
const nested = (inner: object, levels = 88) => {
  let spec = inner
  for (let level = 0; level < levels; level++) spec = { type: 'object', children: { a: spec } }
  return spec
}
/** As text: JSON.stringify does not go so deep. */
const deepOutputs = `{"node":{"type":"code","code":"x","outputs":${'{"a":{"type":"object","children":'.repeat(20_000)}{}${'}}'.repeat(20_000)}}}`
const nodeOf = (settings: object) => JSON.stringify({ node: { type: 'code', code: 'x', outputs: {}, ...settings } })
const workflow = (document: unknown) => ['/v1/workflows/validate', JSON.stringify({ workflow: document })] as const

const costly: [title: string, request: readonly [path: string, text: string, type?: string], status: number][] = [
  ['280,000 good outputs', validateNode(nodeOf({ outputs: many(280_000, { type: 'string' }) })), 400],
  [
    'outputs 88 deep and 300,000 wide',
    validateNode(nodeOf({ outputs: { a: nested({ type: 'object', children: many(300_000, {}) }) } })),
    400,
  ],
  [
    'outputs 98 deep and 80,000 wide',
    validateNode(nodeOf({ outputs: { a: nested({ type: 'object', children: many(80_000, {}) }, 97) } })),
    200,
  ],
  ['outputs 20,000 deep', validateNode(deepOutputs), 400],
  ['80,000 good outputs', validateNode(nodeOf({ outputs: many(80_000, { type: 'string' }) })), 200],
  ['80,000 wrong outputs', validateNode(nodeOf({ outputs: many(80_000, { type: 's' }) })), 200],
  ['100,000 wrong variables', validateNode(nodeOf({ variables: Array(100_000).fill({ a: 1 }) })), 200],
  ['200,000 members that are not known', validateNode(JSON.stringify(many(200_000, 1))), 400],
  ['900,000 members', validateNode(JSON.stringify({ node: many(900_000, 1) })), 400],
  ['3,300,000 empty objects', validateNode(`{"node":[${'{},'.repeat(3_300_000)}1]}`), 400],
  ['500,000 numbers of 19 digits', validateNode(`{"node":[${'1234567890123456789,'.repeat(500_000)}1]}`), 400],
  ['200,000 numbers of 19 digits', validateNode(`{"node":[${'1234567890123456789,'.repeat(200_000)}1]}`), 200],
  ['10 MB of JSON, broken at its end', validateNode(`{"node":["${'x'.repeat(10_000_000)}"]`), 400],
  ['1 MB of values, broken at its end', validateNode(`{"node":[${'{"a":"b"},'.repeat(100_000)}1]`), 400],
  ['lines, broken at their end', validateNode(`${'\n'.repeat(10_000_000)}{"node":[1,}`), 400],
  ['8 MB of YAML', workflow('- a\n'.repeat(1_900_000)), 200],
  ['2 MB of YAML', workflow(`a:\n${' - abcdefghijklmnop\n'.repeat(95_000)}`), 200],
  ['1 MB of YAML', workflow(`a:\n${' - abcdefghijklmnop\n'.repeat(50_000)}`), 200],
  [
    '36,000 wrong outputs in 400 nodes',
    workflow({
      nodes: Array.from({ length: 400 }, (_, i) => ({
        id: `n${i}`,
        data: { type: 'code', code: 'x', outputs: many(90, { type: 's' }) },
      })),
      edges: [],
    }),
    200,
  ],
  ['a form of six million fields', ['/v1/sandbox/run', 'a&'.repeat(6_000_000), form], 200],
  [
    'a program beside five million values',
    ['/v1/sandbox/run', `{"language":"python3","code":"x","a":[${'{},'.repeat(5_000_000)}1]}`],
    200,
  ],
  [
    'a message of 3,300,000 values to /mcp',
    ['/mcp', `{"jsonrpc":"2.0","id":1,"method":"ping","params":[${'{},'.repeat(3_300_000)}1]}`],
    400,
  ],
]

/** Sends it from another process: what this thread works is what the service works. */
async function send(
  path: string,
  text: string,
  type = 'application/json',
  { url } = door,
): Promise<{ status: number; body: string }> {
  const client = spawn(process.execPath, ['--input-type=module', '-e', sender, url + path, type], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  let printed = ''
  client.stdout.on('data', (chunk: Buffer) => {
    printed += chunk
  })
  client.stdin.end(text)
  await once(client, 'close')
  return JSON.parse(printed) as { status: number; body: string }
}

const sender = `
const [url, type] = process.argv.slice(1)
const parts = []
for await (const part of process.stdin) parts.push(part)
const headers = { 'content-type': type, accept: 'application/json, text/event-stream' }
const response = await fetch(url, { method: 'POST', headers, body: Buffer.concat(parts) })
process.stdout.write(JSON.stringify({ status: response.status, body: await response.text() }))`

describe('a request that would cost much', () => {
  test.each(costly)(
    '%s: is answered shortly, and with little work of the thread that serves',
    async (_, request, status) => {
      const before = process.threadCpuUsage()
      const answer = await send(...request)
      const worked = process.threadCpuUsage(before)
      expect(answer.status, answer.body.slice(0, 500)).toBe(status)
      expect(answer.body.length).toBeLessThan(100_000)
      // Seconds before. Most of what is left is to take the bytes in.
      expect((worked.user + worked.system) / 1000).toBeLessThan(1000)
    },
  )

  test('a large body that is not JSON is told with its line and column', async () => {
    const { status, body } = await send('/v1/nodes/validate', `{"node":\n["${'x'.repeat(500_000)}",\n  tru]}`)
    expect(status).toBe(400)
    expect(body).toContain('body is not JSON (line 3, column 3, at \\"t\\").')
  })

  test('of many issues the first hundred are told, and how many there are', async () => {
    const { body } = await send(...validateNode(nodeOf({ outputs: many(1000, { type: 's' }) })))
    const { issues, issueCount } = JSON.parse(body) as { issues: unknown[]; issueCount: number }
    expect([issues.length, issueCount]).toEqual([100, 1000])
    const refused = await send('/v1/nodes/run', nodeOf({ outputs: many(1000, { type: 's' }) }))
    expect(refused.status).toBe(422)
    expect(JSON.parse(refused.body)).toMatchObject({ code: 'node_invalid', issueCount: 1000 })
  })
})

describe('what is large and good', () => {
  const counting = node('def main(a):\n    return {"n": len(a)}\n', { n: { type: 'number' } }, ['a'])

  test.each([
    ['a text of 9 MB', 'x'.repeat(9_000_000), 9_000_000],
    ['a text of other letters', '漢'.repeat(1_000_000), 1_000_000],
    ['60,000 rows', Array.from({ length: 60_000 }, (_, i) => ({ id: i, name: `n${i}` })), 60_000],
  ])('is run with all of it: %s', async (_, a, n) => {
    const { status, body } = await send('/v1/nodes/run', JSON.stringify({ node: counting, inputs: { a } }))
    expect([status, JSON.parse(body)]).toMatchObject([200, { status: 'succeeded', outputs: { n } }])
  })

  test('keeps the digits of whole numbers', async () => {
    const first = node('def main(a):\n    return {"n": a[0]}\n', { n: { type: 'number' } }, ['a'])
    const text = `{"node":${JSON.stringify(first)},"inputs":{"a":[${'9007199254740993,'.repeat(20_000)}1]}}`
    const { body } = await send('/v1/nodes/run', text)
    expect(body).toContain('"outputs":{"n":9007199254740993}')
  })

  test('a workflow as 100 KB of YAML is run, and its request is the text that was sent', async () => {
    const text = [
      'nodes:',
      '- {id: s, data: {type: start}}',
      `- {id: e, data: {type: answer, answer: "${'long '.repeat(20_000)}"}}`,
      'edges:',
      '- {source: s, target: e}',
    ].join('\n')
    const { body } = await send('/v1/workflows/run', JSON.stringify({ workflow: text }))
    const { id, status } = JSON.parse(body) as { id: string; status: string }
    expect(status).toBe('succeeded')
    expect(await (await fetch(`${door.url}/v1/runs/${id}/request`)).json()).toMatchObject({ workflow: text })
    const again = await fetch(`${door.url}/v1/runs/${id}/replay`, { method: 'POST' })
    expect(await again.json()).toMatchObject({ status: 'succeeded' })
    const refused = await send('/v1/workflows/run', JSON.stringify({ workflow: `${text}\n- [` }))
    expect([refused.status, JSON.parse(refused.body)]).toMatchObject([422, { code: 'workflow_invalid' }])
  })
})

describe('requests that arrive', () => {
  test('hold only so much together; what is more is refused with 503 and may come again', async () => {
    const narrow = await openDoor({ sandbox, env: { CODENODE_MAX_WAITING_MB: '1' } })
    const opened: Socket[] = []
    const { port } = new URL(narrow.url)
    const announce = async (bytes: number): Promise<Socket> => {
      const socket = connect(Number(port), '127.0.0.1')
      opened.push(socket)
      await once(socket, 'connect')
      const head = `POST /v1/nodes/validate HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: ${bytes}\r\n\r\n `
      socket.write(head)
      return socket
    }
    try {
      // The room is that of four of the largest bodies.
      for (let count = 0; count < 4; count++) await announce(11_000_000)
      const refused = await announce(11_000_000)
      const [answer] = (await once(refused, 'data')) as [Buffer]
      expect(String(answer)).toMatch(/^HTTP\/1\.1 503 /)
      expect(String(answer)).toMatch(/\r\nretry-after: 1\r\n/i)
      expect(String(answer)).toContain('"code":"pool_full"')
      const small = () =>
        fetch(`${narrow.url}/v1/nodes/validate`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: nodeOf({}),
        })
      expect((await small()).status).toBe(200)
      for (const socket of opened) socket.destroy()
      await expect
        .poll(async () => {
          const socket = await announce(11_000_000)
          const answer = await Promise.race([
            once(socket, 'data'),
            new Promise((resolve) => setTimeout(resolve, 200, 'waits')),
          ])
          socket.destroy()
          return answer
        })
        .toBe('waits')
    } finally {
      for (const socket of opened) socket.destroy()
      await narrow.close()
    }
  })

  test('hold nothing when whoever sent them has left before it is known who that was', async () => {
    let told = 0
    const peers = {
      of: async (connection: object): Promise<Peer> => {
        if (told >= 10) return 'same-user'
        await once(connection as Socket, 'close')
        told++
        return 'same-user'
      },
    }
    const narrow = await openDoor({ sandbox, env: { CODENODE_MAX_WAITING_MB: '1' }, server: { peers } })
    const { port } = new URL(narrow.url)
    const head = 'POST /v1/nodes/validate HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n'
    try {
      for (let count = 0; count < 10; count++) {
        const socket = connect(Number(port), '127.0.0.1')
        await once(socket, 'connect')
        socket.write(`${head}Content-Length: 11000000\r\n\r\n `)
        await once(narrow.server.server, 'request')
        socket.destroy()
      }
      await expect.poll(() => told).toBe(10)
      const ask = async () => {
        const { status } = await send(...validateNode(nodeOf({ desc: 'x'.repeat(9_000_000) })), undefined, narrow)
        return status
      }
      const [first, second] = await Promise.all([ask(), ask()])
      expect([first, second]).toEqual([200, 200])
    } finally {
      await narrow.close()
    }
  })

  test('without a length are counted as they come', async () => {
    const narrow = await openDoor({ sandbox, env: { CODENODE_MAX_WAITING_MB: '1' } })
    const parts = async function* () {
      yield `{"node":${JSON.stringify(endless)},"inputs":{"a":"`
      for (let count = 0; count < 5; count++) yield 'x'.repeat(100_000)
      yield '"}}'
    }
    const response = await fetch(`${narrow.url}/v1/nodes/validate`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: ReadableStream.from(parts()).pipeThrough(new TextEncoderStream()),
      duplex: 'half',
    })
    // It is read to its end: `inputs` is not known there.
    expect([response.status, await response.json()]).toMatchObject([400, { issues: [{ path: 'inputs' }] }])
    await narrow.close()
  })
})

describe('answers that nobody reads', () => {
  const text = { x: { type: 'array[string]' } }
  const large = node('def main():\n    return {"x": ["a" * 1000] * 9000}\n', text)

  test.each(['', '/events'])(
    'hold only so much together, however many are asked for on one connection (%s)',
    async (below) => {
      const narrow = await openDoor({ sandbox, env: { CODENODE_MAX_WAITING_MB: '1' } })
      const { port } = new URL(narrow.url)
      const ask = async (path: string) => (await fetch(narrow.url + path, { headers: { connection: 'close' } })).status
      let socket: Socket | undefined
      try {
        const { body } = await send('/v1/nodes/run', JSON.stringify({ node: large }), undefined, narrow)
        const { id } = JSON.parse(body) as { id: string }
        const path = `/v1/runs/${id}`
        socket = connect(Number(port), '127.0.0.1').pause()
        socket.write(`GET ${path}${below} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`.repeat(60))
        // What may be held is that of four of the largest bodies.
        await expect.poll(() => ask(path)).toBe(503)
        expect(await ask('/health')).toBe(200)
        expect((await send('/v1/nodes/run', JSON.stringify({ node: large }), undefined, narrow)).status).toBe(200)
        socket.destroy()
        await expect.poll(() => ask(path)).toBe(200)
      } finally {
        socket?.destroy()
        await narrow.close()
      }
    },
  )
})

describe('connections', () => {
  test('that say nothing make room for who asks', async () => {
    const narrow = await openDoor({ sandbox, server: { maxConnections: 40 } })
    const silent: Socket[] = []
    const { port } = new URL(narrow.url)
    const open = async (text = ''): Promise<Socket> => {
      const socket = connect(Number(port), '127.0.0.1')
      socket.on('error', () => undefined) // being closed is what is tested
      silent.push(socket)
      await once(socket, 'connect')
      if (text !== '') socket.write(text)
      return socket
    }
    const ask = async (): Promise<number> =>
      (await fetch(`${narrow.url}/v1/status`, { headers: { connection: 'close' } })).status
    try {
      const running = fetch(`${narrow.url}/v1/nodes/run`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ node: node('import time\ndef main():\n    time.sleep(1.5)\n    return {}\n') }),
      })
      for (let count = 0; count < 200; count++) await open()
      expect(await ask()).toBe(200)
      for (let count = 0; count < 100; count++) await open('GET /health HTTP/1.1\r\nHost: 127')
      expect(await ask()).toBe(200)
      for (let count = 0; count < 100; count++) await open('GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n')
      expect(await ask()).toBe(200)
      const slow =
        'POST /v1/nodes/validate HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 90\r\n\r\n{'
      for (let count = 0; count < 100; count++) await open(slow)
      expect(await ask()).toBe(200)
      // Who waits for an answer keeps its place.
      expect((await running).status).toBe(200)
      expect(
        await new Promise((resolve) => narrow.server.server.getConnections((_, count) => resolve(count))),
      ).toBeLessThanOrEqual(40)
    } finally {
      for (const socket of silent) socket.destroy()
      await narrow.close()
    }
  })
})

describe('/metrics', () => {
  const key = 'a-key-for-prometheus-alone'
  const apiKey = 'a-key-of-a-client-of-ours'

  test.each([
    ['where clients have keys', { CODENODE_API_KEYS: apiKey }],
    ['where no key is asked', {}],
  ])('with a key of their own belong to that key alone, %s', async (_, env) => {
    const runs = door.runs
    const telemetry = await createTelemetry({ runs, sandbox, version: '1', maxRunning: 4, traces: null })
    const keyed = await openDoor({
      sandbox,
      env: { ...env, CODENODE_METRICS_KEY: key },
      server: { telemetry, peers: { of: () => ('CODENODE_API_KEYS' in env ? 'same-user' : 'other-user') } },
    })
    const ask = async (path: string, headers: Record<string, string> = {}) =>
      (await fetch(keyed.url + path, { headers })).status
    expect(await ask('/metrics', { authorization: `Bearer ${key}` })).toBe(200)
    expect(await ask('/metrics')).toBe(401)
    expect(await ask('/metrics', { 'x-api-key': apiKey })).toBe(401)
    const refused = await fetch(`${keyed.url}/metrics`, { headers: { 'x-api-key': apiKey } })
    expect(((await refused.json()) as { detail: string }).detail).toBe(
      'The metrics key is missing or wrong: /metrics needs the one that CODENODE_METRICS_KEY (or metricsKey) sets, not an API key. Send it in the header Authorization: Bearer <key> or X-Api-Key: <key>.',
    )
    expect(await ask('/v1/runs', { 'x-api-key': key })).toBe('CODENODE_API_KEYS' in env ? 401 : 403)
    await keyed.close()
    await telemetry.close()
  })
})
