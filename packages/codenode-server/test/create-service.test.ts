/** A service in a program of one's own: mounted in a server that has its own ways, or listening by itself. */
import { rmSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import cors from '@fastify/cors'
import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import { defineNode, isCodenodeError, type RunRecord } from 'codenode'
import { createClient } from 'codenode/client'
import fastify, { type FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeDataDir } from '../../codenode/test/support/service.ts'
import { createService, type Service, type ServiceOptions } from '../src/index.ts'
import { node } from './support/http-door.ts'

const dataDir = makeDataDir()
afterAll(() => rmSync(dataDir, { recursive: true, force: true }))
const options: ServiceOptions = { dataDir, spares: 1, logLevel: 'silent', limits: { wallMs: 120_000, cpuMs: 120_000 } }
const square = defineNode({
  type: 'code',
  code: 'def main(n):\n    return {"square": n * n}\n',
  variables: [{ variable: 'n' }],
  outputs: { square: { type: 'number' } },
})
const json = { 'content-type': 'application/json' }

describe('mounted below a prefix in a server with ways of its own', () => {
  let app: FastifyInstance
  let service: Service
  let url: string

  beforeAll(async () => {
    app = fastify({ bodyLimit: 1000 })
    await app.register(swagger, { openapi: { info: { title: 'Mine', version: '7' } } })
    await app.register(swaggerUi, { routePrefix: '/docs' })
    app.decorateRequest('client', 'theirs')
    app.setErrorHandler((_, __, reply) => reply.code(418).send('my error'))
    app.setNotFoundHandler((_, reply) => reply.code(404).send('my not found'))
    app.addHook('onRequest', async (request) => {
      if (request.headers['x-refused']) throw Object.assign(new Error('not you'), { statusCode: 401 })
    })
    app.get('/health', () => 'mine')
    app.post('/echo', (request) => ({ got: request.body, client: (request as { client?: unknown }).client }))
    service = await createService(options)
    await app.register(service.routes, { prefix: '/codenode' })
    url = await app.listen({ port: 0 })
  })
  afterAll(async () => {
    await app?.close()
  })

  test('it answers there, and says where runs are', async () => {
    const body = JSON.stringify({ node: square, inputs: { n: 12 } })
    const answer = await fetch(`${url}/codenode/v1/nodes/run`, { method: 'POST', headers: json, body })
    const record = (await answer.json()) as RunRecord
    expect(record).toMatchObject({ status: 'succeeded', outputs: { square: 144 } })
    expect(answer.headers.get('location')).toBe(`/codenode/v1/runs/${record.id}`)
    const again = await fetch(url + (answer.headers.get('location') ?? ''))
    expect(await again.json()).toMatchObject({ id: record.id, status: 'succeeded' })
  })

  test('its client works with the prefix as part of the address', async () => {
    const client = createClient({ baseUrl: `${url}/codenode` })
    expect(await client.runNode({ node: square, inputs: { n: 3 } })).toMatchObject({ outputs: { square: 9 } })
    expect((await client.listRuns()).runs.length).toBeGreaterThan(0)
  })

  test('a request may be as large as the service allows, whatever the server does', async () => {
    const body = JSON.stringify({ node: square, inputs: { n: 2, more: 'x'.repeat(100_000) } })
    const answer = await fetch(`${url}/codenode/v1/nodes/run`, { method: 'POST', headers: json, body })
    expect(await answer.json()).toMatchObject({ outputs: { square: 4 } })
  })

  test('its errors are its own, those of the server stay', async () => {
    const lost = await fetch(`${url}/codenode/v1/nowhere`)
    expect([lost.status, lost.headers.get('content-type')]).toEqual([404, expect.stringContaining('problem+json')])
    const invalid = await fetch(`${url}/codenode/v1/nodes/run`, { method: 'POST', headers: json, body: '{' })
    expect(await invalid.json()).toMatchObject({ code: 'request_invalid' })
    expect(await (await fetch(`${url}/nowhere`)).text()).toBe('my not found')
    const mine = await fetch(`${url}/echo`, { method: 'POST', headers: json, body: '{' })
    expect([mine.status, await mine.text()]).toEqual([418, 'my error'])
    const echo = await fetch(`${url}/echo`, { method: 'POST', headers: json, body: '{"a": 1}' })
    expect(await echo.json()).toEqual({ got: { a: 1 }, client: 'theirs' })
    expect(await (await fetch(`${url}/health`)).text()).toBe('mine')
    expect(await (await fetch(`${url}/codenode/health`)).json()).toBe('ok')
  })

  test('a refusal by a hook of the server is answered by the server', async () => {
    for (const path of ['/codenode/v1/runs', '/codenode/', '/codenode/v1/sandbox/dependencies?language=python3']) {
      const answer = await fetch(url + path, { headers: { 'x-refused': 'yes' } })
      expect([answer.status, await answer.text()]).toEqual([418, 'my error'])
    }
  })

  test('each has its own description of its API', async () => {
    type Document = { info: { title: string }; servers?: unknown; paths: Record<string, unknown> }
    const ours = (await (await fetch(`${url}/codenode/openapi.json`)).json()) as Document
    expect(ours).toMatchObject({ info: { title: 'Codenode' }, servers: [{ url: '/codenode' }] })
    expect(Object.keys(ours.paths)).toContain('/v1/nodes/run')
    const theirs = (await (await fetch(`${url}/docs/json`)).json()) as Document
    expect(theirs.info.title).toBe('Mine')
    expect(Object.keys(theirs.paths).sort()).toEqual(['/echo', '/health'])
    const page = await fetch(`${url}/codenode/docs`)
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('swagger-ui')])
    expect((await fetch(`${url}/codenode/docs/static/swagger-ui.css`)).headers.get('content-type')).toContain('css')
  })

  test.each(['/codenode', '/codenode/', '/codenode/runs/some-run'])(
    '%s is a page that finds its files',
    async (page) => {
      const document = await (await fetch(url + page)).text()
      expect(document).toContain('<meta name="codenode-prefix" content="/codenode"')
      const files = [...document.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file = '']) => file)
      expect(files.length).toBeGreaterThan(2)
      for (const file of files) expect([file, (await fetch(url + file)).status]).toEqual([file, 200])
    },
  )

  test('agents and Dify find their doors', async () => {
    const hello = { jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} }
    const headers = { ...json, accept: 'application/json, text/event-stream', 'mcp-protocol-version': '2025-06-18' }
    const tools = await fetch(`${url}/codenode/mcp`, { method: 'POST', headers, body: JSON.stringify(hello) })
    expect(await tools.text()).toContain('run_code')
    const body = JSON.stringify({ language: 'python3', code: 'print(6 * 7)', preload: '', enable_network: false })
    const dify = await fetch(`${url}/codenode/v1/sandbox/run`, { method: 'POST', headers: json, body })
    expect(await dify.json()).toMatchObject({ code: 0, data: { stdout: '42\n' } })
  })

  test('the library works on the same interpreters, beside the history', async () => {
    const record = await service.codenode.runCode('javascript', 'const main = ({ n }) => ({ n: n + 1 })', { n: 1 })
    expect(record).toMatchObject({ status: 'succeeded', outputs: { n: 2 } })
    expect((await fetch(`${url}/codenode/v1/runs/${record.id}`)).status).toBe(404)
  })

  test('it ends with the server, behind the answers to what runs', async () => {
    const slow = node('import time\ndef main():\n    time.sleep(1)\n    return {}\n')
    const started = fetch(`${url}/codenode/v1/nodes/run`, {
      method: 'POST',
      headers: { ...json, prefer: 'respond-async' },
      body: JSON.stringify({ node: slow }),
    })
    const { id } = (await (await started).json()) as { id: string }
    const following = await fetch(`${url}/codenode/v1/runs/${id}/events`)
    const ended = following.text()
    const closed = app.close()
    expect(await ended).toContain('"status":"succeeded"')
    // Node itself keeps the connection of such an answer for more than a minute.
    const tooLong = sleep(30_000, undefined, { ref: false }).then(() => Promise.reject(new Error('it does not end')))
    await Promise.race([closed, tooLong])
    expect((await service.codenode.runCode('python', 'def main(): return {}')).status).toBe('failed')
    const late = service.codenode.runCode('python', 'def main(): return {}')
    expect(await late).toMatchObject({ status: 'failed', error: { code: 'sandbox_closed' } })
    // Nothing is left to be done.
    await service.close()
  })
})

describe('alone', () => {
  test('it listens where it is told to, once', async () => {
    await using service = await createService(options)
    const address = await service.listen({ port: 0 })
    expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    expect(await (await fetch(`${address}/health`)).json()).toBe('ok')
    await expect(service.listen({ port: 0 })).rejects.toThrow('listens already')
  })

  test('it does not listen where others could reach it without a key, and can be told a better place', async () => {
    await using service = await createService(options)
    await expect(service.listen({ host: '0.0.0.0', port: 0 })).rejects.toThrow('no API key is set')
    const taken = fastify()
    const port = Number(new URL(await taken.listen({ port: 0, host: '127.0.0.1' })).port)
    await expect(service.listen({ port })).rejects.toThrow('which is in use')
    await taken.close()
    expect(await service.listen({ port: 0 })).toContain('127.0.0.1')
  })

  test('a key is asked for where one is set', async () => {
    const apiKey = 'a-key-of-sixteen-characters'
    await using service = await createService({ ...options, apiKeys: [apiKey] })
    const baseUrl = await service.listen({ port: 0 })
    expect((await fetch(`${baseUrl}/v1/runs`)).status).toBe(401)
    expect(await createClient({ baseUrl, apiKey }).runNode({ node: square, inputs: { n: 5 } })).toMatchObject({
      outputs: { square: 25 },
    })
  })
})

describe('what is open and what is closed', () => {
  test('two calls of listen at once make one server, and close waits for it', async () => {
    const service = await createService(options)
    const [first, second] = await Promise.allSettled([service.listen({ port: 0 }), service.listen({ port: 0 })])
    expect([first.status, second.status].sort()).toEqual(['fulfilled', 'rejected'])
    await service.close()
    const address = first.status === 'fulfilled' ? first.value : ''
    await expect(fetch(`${address}/health`)).rejects.toThrow()
    await expect(service.listen({ port: 0 })).rejects.toMatchObject({ code: 'service_stopping' })
  })

  test('a service that is closed while it begins to listen does not listen after that', async () => {
    const service = await createService(options)
    const listening = service.listen({ port: 0 })
    await service.close()
    const address = await listening.catch(() => null)
    if (address !== null) await expect(fetch(`${address}/health`)).rejects.toThrow()
  })

  test('once it is closed, a server that it is mounted in says so', async () => {
    const service = await createService(options)
    const app = fastify()
    await app.register(service.routes, { prefix: '/code' })
    await app.ready()
    expect((await app.inject('/code/health')).statusCode).toBe(200)
    await service.close()
    expect((await app.inject('/code/health')).statusCode).toBe(503)
    await app.close()
  })

  test("the program's own runs have a line of their own, may finish, and cannot close the service", async () => {
    const service = await createService({ ...options, maxRunning: 1, maxWaiting: 1 })
    const slow = (seconds: number) =>
      service.codenode.runCode('python', `import time\ndef main():\n    time.sleep(${seconds})\n    return {}`)
    const [first, second, third] = [slow(1), slow(0), slow(0)]
    expect((await third).error?.code).toBe('pool_full')
    await service.codenode.close()
    expect((await second).status).toBe('succeeded')
    expect((await first).status).toBe('succeeded')
    const [last, endless] = [slow(1), slow(600)]
    await service.close({ deadlineMs: 3000 })
    expect((await last).status).toBe('succeeded')
    expect((await endless).status).toBe('cancelled')
  })

  test('it also waits for them where it has a port of its own', async () => {
    const service = await createService(options)
    await service.listen({ port: 0 })
    const slow = service.codenode.runCode('python', 'import time\ndef main():\n    time.sleep(1)\n    return {}')
    await service.close()
    expect((await slow).status).toBe('succeeded')
  })

  test.each(['/:organization', '/a b', '/ä', '/*'])('a prefix that is no plain path is refused: %s', async (prefix) => {
    await using service = await createService(options)
    const app = fastify()
    const registered = (async () => {
      await app.register(service.routes, { prefix })
      await app.ready()
    })()
    await expect(registered).rejects.toMatchObject({ code: 'configuration_invalid' })
  })

  test('at the root of a server with cross-origin rules of its own, what is not found is told by the server', async () => {
    await using service = await createService({ ...options, corsOrigins: ['https://flows.example.org'] })
    const app = fastify()
    await app.register(cors)
    app.setNotFoundHandler((_, reply) => reply.code(404).send('my not found'))
    await app.register(service.routes)
    const url = await app.listen({ port: 0 })
    expect(await (await fetch(`${url}/nowhere`)).text()).toBe('my not found')
    expect((await fetch(`${url}/v1/runs`)).status).toBe(200)
    await app.close()
  })
})

test('options that are wrong are all listed, before anything starts', async () => {
  const wrong = { maxRuning: 3, port: -1, history: { maxRuns: 'many' }, limits: { wallMs: -1 }, apiKeys: ['short'] }
  // What a program in JavaScript can give.
  const error = await createService(wrong as unknown as ServiceOptions).catch((thrown: unknown) => thrown)
  if (!isCodenodeError(error, 'configuration_invalid')) throw error
  const paths = error.details.issues.map(({ path }) => path)
  expect(paths.sort()).toEqual(['apiKeys', 'history.maxRuns', 'limits.wallMs', 'maxRuning', 'port'])
})
