/** Clients that leave, that are slow, that send too much, and those who may not come in. */
import { once } from 'node:events'
import { request, type ServerResponse } from 'node:http'
import { connect } from 'node:net'
import type { RunningSandbox } from 'codenode/internal/pool/create-sandbox'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventually, nothingIsLeft, openSandbox } from '../../codenode/test/support/sandbox.ts'
import { type Door, endless, node, openDoor } from './support/http-door.ts'

let sandbox: RunningSandbox
let door: Door

beforeAll(async () => {
  sandbox = await openSandbox({ spares: 1 })
  door = await openDoor({ sandbox, server: { timeouts: { requestMs: 600, headersMs: 400, checkMs: 50 } } })
})
afterAll(async () => {
  await door?.close()
  await sandbox?.close()
})

const small = node('def main():\n    return {}\n')

function post(body: object, headers: Record<string, string> = {}, signal?: AbortSignal): Promise<Response> {
  return fetch(`${door.url}/v1/nodes/run`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
    ...(signal ? { signal } : {}),
  })
}

/** Sends text as it is and gives all that comes back until the other side closes. */
async function talk(send: (write: (text: string) => void) => Promise<void> | void): Promise<string> {
  const socket = connect(Number(new URL(door.url).port), '127.0.0.1')
  await once(socket, 'connect')
  let answer = ''
  socket.setEncoding('utf8')
  socket.on('data', (chunk: string) => {
    answer += chunk
  })
  socket.on('error', () => undefined) // being cut off is what is tested
  const closed = once(socket, 'close')
  await send((text) => socket.writable && socket.write(text))
  await closed
  return answer
}

describe('a client that leaves', () => {
  test('cancels the run it waits for, and leaves no process', async () => {
    const leaving = new AbortController()
    const answer = post({ node: endless }, {}, leaving.signal)
    await eventually('it runs', () => door.runs.stats().active === 1 && sandbox.stats().running > 0)
    leaving.abort()
    await expect(answer).rejects.toThrow()
    await eventually('it is cancelled', () => door.runs.stats().active === 0)
    const { runs } = door.runs.list({ limit: 1 }, 'local')
    expect(runs).toMatchObject([{ status: 'cancelled' }])
    await nothingIsLeft(sandbox)
  })

  test('does not cancel a run that it gave an idempotency key: it can ask again', async () => {
    const slow = node('import time\ndef main():\n    time.sleep(0.5)\n    return {}\n')
    const headers = { 'idempotency-key': 'again' }
    const leaving = new AbortController()
    const answer = post({ node: slow }, headers, leaving.signal)
    await eventually('it runs', () => door.runs.stats().active === 1)
    leaving.abort()
    await expect(answer).rejects.toThrow()
    const again = await post({ node: slow }, headers)
    expect(again.headers.get('idempotency-replayed')).toBe('true')
    expect(await again.json()).toMatchObject({ status: 'succeeded' })
  })

  test('does not cancel a run that was started by respond-async', async () => {
    const response = await post({ node: endless }, { prefer: 'respond-async', connection: 'close' })
    const { id } = (await response.json()) as { id: string }
    await eventually('it runs', () => door.runs.get(id, 'local').status === 'running')
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(door.runs.get(id, 'local').status).toBe('running')
    await door.runs.cancel(id, 'local')
  })
})

test('a service that stops sends what it owes, however large, and then closes the connection', async () => {
  const stopping = await openDoor({ sandbox })
  const large = node('def main():\n    return {"texts": ["x" * 400_000] * 20}\n', { texts: { type: 'array[string]' } })
  const { id } = await stopping.runs.start({ node: large as never }, { client: 'local' }).record
  const socket = connect(Number(new URL(stopping.url).port), '127.0.0.1')
  await once(socket, 'connect')
  socket.write(`GET /v1/runs/${id} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`)
  const [, response] = (await once(stopping.server.server, 'request')) as [unknown, ServerResponse]
  await eventually('the answer is written', () => response.writableEnded)
  const closed = stopping.server.close()
  let bytes = 0
  for await (const chunk of socket) bytes += (chunk as Buffer).length
  expect(bytes).toBeGreaterThan(8_000_000)
  await closed
  await stopping.close()
})

describe('a request that is not one', () => {
  test('one byte a second: it is ended with 408', async () => {
    const head =
      'POST /v1/nodes/run HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 90\r\n\r\n'
    let timer: NodeJS.Timeout | undefined
    const answer = await talk((write) => {
      write(head)
      timer = setInterval(() => write(' '), 100)
    })
    clearInterval(timer)
    expect(answer).toMatch(/^HTTP\/1\.1 408 /)
    expect(answer).toContain('"code":"request_invalid"')
  })

  test('headers that do not end: it is ended with 408', async () => {
    const answer = await talk((write) => write('GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n'))
    expect(answer).toMatch(/^HTTP\/1\.1 408 /)
  })

  test('headers that are too large, or too many, are refused with 431', async () => {
    const large = `X-Large: ${'x'.repeat(20_000)}\r\n`
    expect(await talk((write) => write(`GET /health HTTP/1.1\r\nHost: a\r\n${large}\r\n`))).toMatch(/^HTTP\/1\.1 431 /)
    const many = Array.from({ length: 150 }, (_, index) => `X-${index}: 1\r\n`).join('')
    const answer = await talk((write) =>
      write(`GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n${many}\r\n`),
    )
    expect(answer).toMatch(/^HTTP\/1\.1 431 /)
    expect(answer).toContain('application/problem+json')
  })

  test('what is not HTTP is answered with 400', async () => {
    const answer = await talk((write) => write('hello\r\n\r\n'))
    expect(answer).toMatch(/^HTTP\/1\.1 400 /)
    expect(answer).toContain('"code":"request_invalid"')
  })

  test('a body that is longer than allowed is refused before it is read', async () => {
    const head = `POST /v1/nodes/run HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: ${2 ** 40}\r\n\r\n`
    const answer = await talk((write) => write(head))
    expect(answer).toMatch(/^HTTP\/1\.1 413 /)
    expect(answer).toContain('"code":"request_too_large"')
  })
})

describe('who may come in', () => {
  test('without keys: only under a name of this machine, and no page of another origin', async () => {
    // fetch does not let its caller choose these headers.
    const ask = (path: string, headers: Record<string, string>) =>
      new Promise<number>((resolve, reject) => {
        const sent = request(door.url + path, { headers, agent: false }, (response) => {
          response.resume()
          resolve(response.statusCode ?? 0)
        })
        sent.once('error', reject)
        sent.end()
      })
    for (const host of ['localhost:1', '127.0.0.1', '[::1]:8194', 'app.localhost']) {
      expect(await ask('/v1/runs', { host })).toBe(200)
    }
    for (const host of ['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example', '10.0.0.1', '0.0.0.0']) {
      expect(await ask('/v1/runs', { host })).toBe(403)
      expect(await ask('/v1/sandbox/dependencies?language=python3', { host })).toBe(403)
      expect(await ask('/health', { host })).toBe(403)
    }
    const host = 'localhost:8194'
    expect(await ask('/v1/runs', { host, origin: 'http://localhost:8194' })).toBe(200)
    expect(await ask('/v1/runs', { host, origin: 'http://localhost:3000' })).toBe(403)
    expect(await ask('/v1/runs', { host, origin: 'https://evil.example' })).toBe(403)
    expect(await ask('/v1/runs', { host, origin: 'null' })).toBe(403)
    expect(await ask('/v1/runs', { host, 'sec-fetch-site': 'cross-site' })).toBe(403)
    expect(await ask('/v1/runs', { host, 'sec-fetch-site': 'same-origin' })).toBe(200)
    // A link from elsewhere leads to the reference.
    expect(await ask('/docs', { host, 'sec-fetch-site': 'cross-site' })).toBe(200)
  })

  test('with keys: one of them on everything but health and the reference; runs belong to their key', async () => {
    const keyed = await openDoor({
      sandbox,
      env: { CODENODE_API_KEYS: 'first-key-of-two-keys, second-key-of-two-keys' },
    })
    try {
      const ask = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
        fetch(keyed.url + path, { headers, method })
      for (const path of ['/health', '/openapi.json', '/docs']) expect((await ask(path)).status).toBe(200)
      const closed = [
        '/v1/runs',
        '/v1/runs/x',
        '/v1/runs/x/events',
        '/v1/packages',
        '/v1/isolation',
        '/v1/status',
        '/metrics',
      ]
      for (const path of closed) {
        const refused = await ask(path)
        expect(refused.status).toBe(401)
        expect(refused.headers.get('www-authenticate')).toBe('Bearer')
        expect(await refused.json()).toMatchObject({ code: 'unauthorized' })
        expect((await ask(path, { authorization: 'Bearer other' })).status).toBe(401)
      }
      const dify = await ask('/v1/sandbox/dependencies?language=python3')
      expect({ status: dify.status, body: await dify.text() }).toEqual({ status: 401, body: '' })
      const response = await fetch(`${keyed.url}/v1/nodes/run`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: 'Bearer first-key-of-two-keys' },
        body: JSON.stringify({ node: small }),
      })
      const { id } = (await response.json()) as { id: string }
      expect((await ask(`/v1/runs/${id}`, { 'x-api-key': 'first-key-of-two-keys' })).status).toBe(200)
      expect((await ask(`/v1/runs/${id}`, { 'x-api-key': 'second-key-of-two-keys' })).status).toBe(404)
      expect((await ask(`/v1/runs/${id}`, { 'x-api-key': 'second-key-of-two-keys' }, 'DELETE')).status).toBe(404)
      const { security } = (await (await ask('/openapi.json')).json()) as { security: unknown }
      expect(security).toEqual([{ bearer: [] }, { apiKey: [] }])
    } finally {
      await keyed.close()
    }
  })

  test('one key can have only so many runs, and is told so with 429', async () => {
    const [a, b] = ['a-key-with-many-runs', 'b-key-with-many-runs']
    const env = { CODENODE_API_KEYS: `${a},${b}` }
    const keyed = await openDoor({ sandbox, env, service: { maxRunsPerClient: 1 } })
    try {
      const ask = (key: string, body: object, prefer = '') =>
        fetch(`${keyed.url}/v1/nodes/run`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'x-api-key': key, prefer },
          body: JSON.stringify(body),
        })
      expect((await ask(a, { node: endless }, 'respond-async')).status).toBe(202)
      const refused = await ask(a, { node: small })
      expect(refused.status).toBe(429)
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
      expect(await refused.json()).toMatchObject({ code: 'too_many_runs' })
      expect((await ask(b, { node: small })).status).toBe(200)
    } finally {
      await keyed.close()
    }
  })

  test('pages of another origin may use it only where it is named', async () => {
    const origin = 'https://flows.example.org'
    const named = await openDoor({ sandbox, env: { CODENODE_CORS_ORIGINS: origin } })
    try {
      const preflight = (from: string, url: string) =>
        fetch(`${url}/v1/nodes/run`, {
          method: 'OPTIONS',
          headers: {
            origin: from,
            'access-control-request-method': 'POST',
            'access-control-request-headers': 'content-type,idempotency-key',
          },
        })
      const allowed = await preflight(origin, named.url)
      expect(allowed.headers.get('access-control-allow-origin')).toBe(origin)
      expect(allowed.headers.get('access-control-allow-headers')).toContain('idempotency-key')
      expect((await preflight('https://evil.example', named.url)).status).toBe(403)
      const none = await preflight(origin, door.url)
      expect([none.status, none.headers.get('access-control-allow-origin')]).toEqual([403, null])
      const asked = await fetch(`${named.url}/v1/runs`, { headers: { origin } })
      expect([asked.status, asked.headers.get('access-control-allow-origin')]).toEqual([200, origin])
      expect(asked.headers.get('x-content-type-options')).toBe('nosniff')
    } finally {
      await named.close()
    }
  })
})
