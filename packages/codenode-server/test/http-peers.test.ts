/** Without a key, other users of the machine are not served: the kernel tells whose a connection is. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { checkConfig } from 'codenode/internal/config/read-config'
import type { RunningSandbox } from 'codenode/internal/pool/create-sandbox'
import fastify, { type FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openSandbox } from '../../codenode/test/support/sandbox.ts'
import { buildRoutes } from '../src/http/build-routes.ts'
import { Keyring } from '../src/http/keys/keyring.ts'
import { PeerUsers } from '../src/http/peer-user.ts'
import { type Door, node, openDoor } from './support/http-door.ts'

let sandbox: RunningSandbox
let door: Door
const isRoot = process.geteuid?.() === 0
const own = process.geteuid?.() ?? 0
const everyUser = '         0          0 4294967295\n'

beforeAll(async () => {
  sandbox = await openSandbox({ runtimes: ['python'], spares: 1 })
  door = await openDoor({ sandbox })
})
afterAll(async () => {
  await door?.close()
  await sandbox?.close()
})

const asker = `
const [url, method, body] = process.argv.slice(1)
const sent = body ? { body, headers: { 'content-type': 'application/json' } } : {}
const response = await fetch(url, { method, ...sent })
console.log(JSON.stringify({ status: response.status, text: await response.text() }))`

type Answer = { status: number; text: string }

/** Asks as another user of the machine. An ordinary user cannot become one, so a door that is told of another owner is asked. */
async function askAsOther(path: string, method = 'GET', body = ''): Promise<Answer> {
  if (isRoot) return await ask(['setpriv', '--reuid', '34568', '--clear-groups'], door.url + path, method, body)
  const other = await openDoor({ sandbox, server: { peers: new PeerUsers({ own: own + 1 }) } })
  try {
    return await ask([], other.url + path, method, body)
  } finally {
    await other.close()
  }
}

async function ask(prefix: string[], ...args: string[]): Promise<Answer> {
  const [command = '', ...rest] = [...prefix, process.execPath, '--input-type=module', '-e', asker, ...args]
  const child = spawn(command, rest, { stdio: ['ignore', 'pipe', 'inherit'], env: { PATH: process.env.PATH } })
  let printed = ''
  child.stdout.on('data', (chunk: Buffer) => {
    printed += chunk
  })
  await once(child, 'close')
  return JSON.parse(printed) as Answer
}

describe('a service without a key', () => {
  test('serves the user who started it, over one connection and over many', async () => {
    const run = JSON.stringify({ node: node('def main():\n    return {}\n') })
    expect((await ask([], `${door.url}/v1/nodes/run`, 'POST', run)).status).toBe(200)
    const statuses = await Promise.all(
      Array.from({ length: 20 }, async () => (await fetch(`${door.url}/v1/runs`)).status),
    )
    expect(new Set(statuses)).toEqual(new Set([200]))
  })

  test.each([
    ['GET', '/v1/runs', ''],
    ['GET', '/v1/status', ''],
    ['GET', '/metrics', ''],
    ['GET', '/v1/packages', ''],
    ['GET', '/v1/sandbox/dependencies?language=python3', ''],
    ['POST', '/v1/sandbox/run', '{"language":"python3","code":"print(1)"}'],
    ['POST', '/v1/nodes/run', JSON.stringify({ node: node('def main():\n    return {}\n') })],
    ['POST', '/mcp', '{"jsonrpc":"2.0","id":1,"method":"ping"}'],
    ['GET', '//v1/runs', ''],
    ['GET', '/V1/runs', ''],
  ])('refuses another user with 403: %s %s', async (method, path, body) => {
    const { status, text } = await askAsOther(path, method, body)
    expect(status).toBe(403)
    expect(JSON.parse(text)).toMatchObject({ code: 'user_refused' })
    expect(text).toContain('CODENODE_API_KEYS')
  })

  test('gives everyone what belongs to nobody', async () => {
    for (const path of ['/health', '/openapi.json', '/docs']) expect((await askAsOther(path)).status).toBe(200)
  })
})

/** Sends a request target as it stands: clients tidy what they are given. */
async function askRaw(url: string, target: string, method = 'GET', more = ''): Promise<string> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  socket.write(`${method} ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${more}\r\n`)
  let answer = ''
  for await (const chunk of socket) answer += String(chunk)
  return answer
}

describe('a target that is written in another way does not get another user further', () => {
  /** What is open to all stands in each of these; what is asked for does not. */
  const ways = (prefix: string, path: string): string[] => [
    ...['/docs/..', '/docs/%2e%2e', '/docs/.%2e', '/docs/%2E.', '/docs/..\\', '/docs/x/../..'].map(
      (way) => prefix + way + path,
    ),
    ...['/assets/..', '/assets/%2e%2e', '/runs/..', '/favicon.svg/..', '/health/..'].map((way) => prefix + way + path),
    ...['docs', 'assets', 'runs', 'health', 'localhost'].map((host) => `http://${host}${prefix}${path}`),
    ...[`https://docs${prefix}${path}`, `//docs${prefix}${path}`],
    ...[`${prefix}${path}?/docs/`, `${prefix}${path}#/docs/`, `${prefix}${path};/docs/`],
  ]

  let mounted: FastifyInstance[] = []
  const urls = new Map<string, string>()
  beforeAll(async () => {
    const { config } = checkConfig({}, {}, null)
    for (const prefix of ['', '/tools', '/python', '/docs', '/assets/codenode']) {
      const app = fastify()
      const keyring = new Keyring([])
      const peers = { of: () => 'other-user' as const }
      const { runs } = door
      await app.register(buildRoutes({ runs, sandbox, config, keyring, version: '1.2.3', peers }), { prefix })
      urls.set(prefix, await app.listen({ port: 0, host: '127.0.0.1' }))
      mounted.push(app)
    }
  })
  afterAll(async () => {
    // The runs are the door's own; nothing is left but these.
    for (const app of mounted) app.server.closeAllConnections()
    await Promise.all(mounted.map((app) => app.close()))
    mounted = []
  })

  test.each(['', '/tools', '/python', '/docs', '/assets/codenode'])('below %j', async (prefix) => {
    const url = urls.get(prefix) ?? ''
    for (const path of ['/v1/runs', '/v1/status', '/v1/packages/python/json/members']) {
      for (const target of ways(prefix, path)) {
        const answer = await askRaw(url, target)
        expect([target, answer.split('\r\n', 1)[0]]).toEqual([target, expect.stringMatching(/ (?:400|403|404) /)])
        expect(answer).not.toMatch(/"runs"|"uptimeMs"|"members"/)
      }
    }
    const program = '{"language":"python3","code":"print(1)"}'
    const more = `Content-Type: application/json\r\nContent-Length: ${program.length}\r\n`
    for (const target of ways(prefix, '/v1/sandbox/run')) {
      const answer = await askRaw(url, target, 'POST', `${more}\r\n${program}`)
      expect([target, answer]).toEqual([target, expect.not.stringContaining('stdout') as string])
    }
    expect(await askRaw(url, `${prefix}/docs`)).toContain(' 200 ')
    expect(await askRaw(url, `${prefix}/docs/static/swagger-ui.css`)).toContain(' 200 ')
    expect(await askRaw(url, `${prefix}/health`)).toContain(' 200 ')
  })
})

test('with a key, other users of the machine are served', async () => {
  const keyed = await openDoor({
    sandbox,
    env: { CODENODE_API_KEYS: 'a-long-enough-key-1' },
    server: { peers: { of: () => 'other-user' } },
  })
  const headers = { authorization: 'Bearer a-long-enough-key-1' }
  expect((await fetch(`${keyed.url}/v1/runs`, { headers })).status).toBe(200)
  await keyed.close()
})

describe('whose a connection is', () => {
  async function peerOf(options: ConstructorParameters<typeof PeerUsers>[0], host = '127.0.0.1'): Promise<string> {
    const server: Server = createServer()
    server.listen(0, host)
    await once(server, 'listening')
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('it listens on TCP')
    const client = connect(address.port, host === '::' ? '127.0.0.1' : host)
    const [accepted] = (await once(server, 'connection')) as [Socket]
    try {
      const peers = new PeerUsers({ uidMap: everyUser, ...options })
      const peer = await peers.of(accepted)
      if (peer !== 'unknown') expect(peers.of(accepted)).toBe(peer)
      return peer
    } finally {
      client.destroy()
      accepted.destroy()
      server.close()
    }
  }

  test.each(['127.0.0.1', '::1', '::'])('is told for a listener on %s', async (host) => {
    expect(await peerOf({}, host)).toBe('same-user')
    if (!isRoot) expect(await peerOf({ own: own + 1 }, host)).toBe('other-user')
  })

  test('is unknown where the tables cannot be read, or do not hold it', async () => {
    expect(await peerOf({ readTables: () => Promise.reject(new Error('no /proc')) })).toBe('unknown')
    expect(await peerOf({ readTables: () => Promise.resolve({ tcp: '', tcp6: '' }) })).toBe('unknown')
  })

  test('is told though a table lacks it now and then, and is asked anew while it is unknown', async () => {
    const { tcp, tcp6 } = { tcp: '/proc/net/tcp', tcp6: '/proc/net/tcp6' }
    let reads = 0
    const readAfter = (misses: number) => async () => {
      if (++reads <= misses) return { tcp: '', tcp6: '' }
      return { tcp: await readFile(tcp, 'utf8'), tcp6: await readFile(tcp6, 'utf8') }
    }
    expect(await peerOf({ readTables: readAfter(3) })).toBe('same-user')

    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const client = connect((server.address() as AddressInfo).port, '127.0.0.1')
    const [accepted] = (await once(server, 'connection')) as [Socket]
    reads = 0
    const peers = new PeerUsers({ uidMap: everyUser, readTables: readAfter(7) })
    expect(await peers.of(accepted)).toBe('unknown')
    expect(await peers.of(accepted)).toBe('same-user')
    expect(peers.of(accepted)).toBe('same-user')
    client.destroy()
    accepted.destroy()
    server.close()
  })

  test('is unknown in a user namespace where many users have one number', async () => {
    expect(await peerOf({ uidMap: '0 1000 1\n', overflowUid: `${own}\n` })).toBe('unknown')
  })

  test('is unknown when it has closed', async () => {
    const socket = connect(1, '127.0.0.1')
    socket.on('error', () => undefined) // nobody listens there
    socket.destroy()
    expect(await new PeerUsers().of(socket)).toBe('unknown')
  })
})
