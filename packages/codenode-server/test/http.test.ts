/** The HTTP door: its routes, against its own OpenAPI document. */
import { readFileSync } from 'node:fs'
import { parseLossless } from 'codenode/internal/json/json'
import type { RunningSandbox } from 'codenode/internal/pool/create-sandbox'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openSandbox } from '../../codenode/test/support/sandbox.ts'
import { exampleRequest } from '../src/http/documents/examples.ts'
import { ApiChecker, type AskedOfApi, callApi, type Door, endless, node, openDoor } from './support/http-door.ts'

let sandbox: RunningSandbox
let door: Door
let api: ApiChecker

beforeAll(async () => {
  sandbox = await openSandbox({ spares: 1 })
  door = await openDoor({ sandbox })
  api = new ApiChecker((await (await fetch(`${door.url}/openapi.json`)).json()) as ApiChecker['document'])
})
afterAll(async () => {
  await door?.close()
  await sandbox?.close()
})

type Asked = AskedOfApi & { on?: Door }

/** Sends a request and checks that the answer is as the document says. `template`: as it stands in the document. */
function call(method: string, template: string, { on = door, ...asked }: Asked = {}) {
  return callApi({ api, url: on.url }, method, template, asked)
}

const run = (asked: Asked) => call('POST', '/v1/nodes/run', asked)
const add = node('def main(a, b):\n    print("adding")\n    return {"sum": a + b}\n', { sum: { type: 'number' } }, [
  'a',
  'b',
])

describe('the document', () => {
  test('is OpenAPI 3.1 with every route, named schemas and an example for every body', () => {
    const { document } = api
    expect(document).toMatchObject({ openapi: '3.1.0', info: { title: 'Codenode', version: '1.2.3' } })
    const names = Object.keys((document.components as { schemas: object }).schemas)
    expect(names).toEqual(expect.arrayContaining(['CodeNode', 'CodeNodeInput', 'RunRecord', 'Problem', 'RunPage']))
    const ours = api.operations.filter(({ path }) => !path.startsWith('/v1/sandbox'))
    expect(ours.map(({ method, path }) => `${method} ${path}`).toSorted()).toEqual([
      'DELETE /v1/runs/{id}',
      'GET /health',
      'GET /livez',
      'GET /metrics',
      'GET /readyz',
      'GET /v1/isolation',
      'GET /v1/packages',
      'GET /v1/packages/{language}/{module}/members',
      'GET /v1/runs',
      'GET /v1/runs/{id}',
      'GET /v1/runs/{id}/events',
      'GET /v1/runs/{id}/request',
      'GET /v1/status',
      'GET /v1/usage',
      'POST /v1/nodes/run',
      'POST /v1/nodes/validate',
      'POST /v1/runs/delete',
      'POST /v1/runs/{id}/cancel',
      'POST /v1/runs/{id}/nodes/{nodeId}/rerun',
      'POST /v1/runs/{id}/replay',
      'POST /v1/workflows/run',
      'POST /v1/workflows/validate',
    ])
    for (const { operation } of ours) {
      expect([typeof operation.summary, typeof operation.operationId]).toEqual(['string', 'string'])
      expect(operation.responses[403]).toBeDefined()
    }
    const schemas = (document.components as { schemas: Record<string, { examples?: unknown[] }> }).schemas
    const bodies = ours.flatMap(({ operation }) => [
      ...Object.values(operation.requestBody?.content ?? {}),
      ...Object.values(operation.responses).flatMap(({ content }) => Object.values(content ?? {})),
    ])
    for (const { schema, ...media } of bodies as { schema: { $ref?: string; examples?: unknown[] } }[]) {
      const named = schemas[schema.$ref?.split('/').at(-1) ?? ''] ?? schema
      expect(named.examples ?? (media as { example?: unknown }).example).toBeDefined()
    }
  })

  test('its example of a run can be sent as it stands', async () => {
    expect(api.allows('POST', '/v1/nodes/run', exampleRequest)).toBe(true)
    const { status, body } = await run({ body: exampleRequest })
    expect({ status, outputs: body.outputs }).toEqual({ status: 200, outputs: { average: 3 } })
  })

  test('the reference page loads nothing from elsewhere', async () => {
    const page = await fetch(`${door.url}/docs`)
    const html = await page.text()
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'")
    expect(html).not.toMatch(/https?:\/\//)
    const files = [...html.matchAll(/(?:href|src)="([^"]+)"/g)].map(([, file = '']) => file)
    expect(files.length).toBeGreaterThan(3)
    for (const file of files) expect((await fetch(door.url + file)).status).toBe(200)
  })
})

describe('POST /v1/nodes/run', () => {
  test('answers with the record, which the history has too', async () => {
    const { status, headers, body, text } = await run({ body: { node: add, inputs: { a: 1, b: 2 }, nodeId: 'n1' } })
    expect(status).toBe(200)
    expect(body).toMatchObject({ status: 'succeeded', outputs: { sum: 3 }, node: { id: 'n1', title: 'T' } })
    expect(headers.get('location')).toBe(`/v1/runs/${String(body.id)}`)
    expect(headers.get('cache-control')).toBe('no-store')
    const kept = await call('GET', '/v1/runs/{id}', { path: `/v1/runs/${String(body.id)}` })
    expect(kept.text).toBe(text)
  })

  test('integers keep their digits on the way in and out', async () => {
    const text = `{"node": ${JSON.stringify(add)}, "inputs": {"a": 9007199254740993, "b": 0}}`
    const answer = await run({ text })
    expect(answer.text).toContain('"sum":9007199254740993')
    const asked = await call('GET', '/v1/runs/{id}/request', { path: `/v1/runs/${String(answer.body.id)}/request` })
    expect(parseLossless(asked.text)).toMatchObject({ node: { title: 'T' }, inputs: { a: 9007199254740993n } })
  })

  test('a run that fails is answered with 200 and its record', async () => {
    const { status, body } = await run({ body: { node: node('def main():\n    raise ValueError("no")\n') } })
    expect({ status, run: body.status }).toEqual({ status: 200, run: 'failed' })
    expect(body.error).toMatchObject({ code: 'code_threw' })
  })

  test('outputs `any` keeps whatever main returns', async () => {
    const any = node('def main():\n    return {"x": [1, "a"]}\n')
    const { body } = await run({ body: { node: any, outputs: 'any' } })
    expect(body.outputs).toEqual({ x: [1, 'a'] })
  })

  test('Prefer: respond-async answers 202 with a run that can be polled and cancelled', async () => {
    const { status, headers, body } = await run({
      body: { node: endless },
      headers: { prefer: 'respond-async, wait=5' },
    })
    expect({ status, run: body.status }).toEqual({ status: 202, run: 'running' })
    expect(headers.get('preference-applied')).toBe('respond-async')
    const path = headers.get('location') ?? ''
    expect((await call('GET', '/v1/runs/{id}', { path })).body).toMatchObject({ status: 'running' })
    const cancelled = await call('DELETE', '/v1/runs/{id}', { path })
    expect(cancelled).toMatchObject({ status: 200, body: { status: 'cancelled' } })
    expect((await call('GET', '/v1/runs/{id}', { path })).text).toBe(cancelled.text)
  })

  test('the same idempotency key means the same run, and another request with it is a conflict', async () => {
    const headers = { 'idempotency-key': 'k-1' }
    const body = { node: add, inputs: { a: 1, b: 1 } }
    const [first, second] = await Promise.all([run({ body, headers }), run({ body, headers })])
    expect(second.text).toBe(first.text)
    const replayed = [first, second].map((one) => one.headers.get('idempotency-replayed') ?? 'new')
    expect(new Set(replayed)).toEqual(new Set(['new', 'true']))
    const other = await run({ body: { ...body, inputs: { a: 2, b: 2 } }, headers })
    expect(other).toMatchObject({ status: 409, body: { code: 'idempotency_conflict' } })
    const long = await run({ body, headers: { 'idempotency-key': 'k'.repeat(256) } })
    expect(long).toMatchObject({ status: 400, body: { issues: [{ path: 'Idempotency-Key' }] } })
  })

  const wrong: [what: string, asked: Asked, expected: object][] = [
    [
      'no body',
      {},
      { status: 400, body: { issues: [{ path: 'body', message: 'is missing; it must be an object.' }] } },
    ],
    ['an empty body', { text: '' }, { status: 400, body: { code: 'request_invalid' } }],
    ['a list', { body: [] }, { status: 400, body: { issues: [{ path: 'body' }] } }],
    [
      'an unknown member',
      { body: { node: add, node_id: 'n1', input: {}, timeout: 5 } },
      {
        status: 400,
        body: {
          issues: [
            { path: 'node_id', message: 'is not known here. Did you mean nodeId?' },
            { path: 'input', message: 'is not known here. Did you mean inputs?' },
            { path: 'timeout', message: 'is not known here.' },
          ],
        },
      },
    ],
    [
      'a program in the place of a node',
      { body: { code: 'x' } },
      {
        status: 400,
        body: {
          issues: [
            { path: 'node', message: 'is missing.' },
            { path: 'code', message: 'is not known here. Did you mean node?' },
          ],
        },
      },
    ],
    [
      'a wrong choice',
      { body: { node: add, outputs: 'all' } },
      { status: 400, body: { issues: [{ path: 'outputs' }] } },
    ],
    [
      'malformed JSON',
      { text: '{"node":\n  {"a": 1,}}' },
      { status: 400, body: { issues: [{ path: 'body', message: 'is not JSON (line 2, column 11, at "}").' }] } },
    ],
    ['JSON that ends early', { text: '{"node": {' }, { status: 400, body: { code: 'request_invalid' } }],
    ['NaN', { text: '{"node": NaN}' }, { status: 400, body: { code: 'request_invalid' } }],
    ['JSON that is too deep', { text: '['.repeat(100_000) }, { status: 400, body: { code: 'request_invalid' } }],
    ['no node', { body: {} }, { status: 422, body: { code: 'node_invalid' } }],
    [
      'a wrong node',
      { body: { node: { ...add, outputs: 5 } } },
      { status: 422, body: { issues: [{ path: 'outputs' }] } },
    ],
    ['wrong inputs', { body: { node: add, inputs: [1] } }, { status: 422, body: { code: 'inputs_invalid' } }],
    ['text', { text: 'node=1', headers: { 'content-type': 'text/plain' } }, { status: 415 }],
    ['a form', { text: 'node=1', headers: { 'content-type': 'application/x-www-form-urlencoded' } }, { status: 415 }],
    ['a compressed body', { text: '{}', headers: { 'content-encoding': 'gzip' } }, { status: 415 }],
    ['a body past the limit', { text: JSON.stringify('x'.repeat(12 * 2 ** 20)) }, { status: 413 }],
  ]
  test.each(wrong)('%s is a problem', async (_, asked, expected) => {
    const answer = await run(asked)
    expect(answer).toMatchObject(expected)
    expect(answer.headers.get('content-type')).toContain('application/problem+json')
    expect(answer.body.instance).toBe(answer.headers.get('x-request-id'))
    expect(answer.text).not.toMatch(/node_modules|\.ts:/)
  })

  test('a full service answers 503 at once, with Retry-After', async () => {
    const small = await openDoor({ sandbox, service: { maxRuns: 1, maxRunsPerClient: 2 } })
    try {
      const { headers } = await run({ on: small, body: { node: endless }, headers: { prefer: 'respond-async' } })
      const refused = await run({ on: small, body: { node: add } })
      expect(refused).toMatchObject({ status: 503, body: { code: 'pool_full' } })
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
      const path = headers.get('location') ?? ''
      await call('DELETE', '/v1/runs/{id}', { on: small, path })
    } finally {
      await small.close()
    }
  })
})

describe('the other routes', () => {
  test('POST /v1/nodes/validate tells all that is wrong, or the node with its defaults', async () => {
    const right = await call('POST', '/v1/nodes/validate', { body: { node: { type: 'code', code: 'x', outputs: {} } } })
    expect(right.body).toMatchObject({ valid: true, node: { title: 'Code', code_language: 'python3', variables: [] } })
    const wrong = await call('POST', '/v1/nodes/validate', { body: { node: { type: 'code', code: '' } } })
    expect(wrong.body).toMatchObject({ valid: false, issues: [{ path: 'code' }, { path: 'outputs' }] })
    expect((await call('POST', '/v1/nodes/validate', { body: 5 })).status).toBe(400)
  })

  test('GET /v1/runs filters and pages, and refuses what it does not know', async () => {
    for (const n of [1, 2, 3]) await run({ body: { node: add, inputs: { a: n, b: 0 }, nodeId: 'paged' } })
    const list = (query: string) => call('GET', '/v1/runs', { path: `/v1/runs?${query}` })
    const first = await list('nodeId=paged&limit=2')
    expect(first.body).toMatchObject({ runs: [{ node: { id: 'paged' } }, {}] })
    expect(first.body.nextCursor).not.toBeNull()
    const second = await list(`nodeId=paged&limit=2&cursor=${encodeURIComponent(String(first.body.nextCursor))}`)
    expect(second.body).toMatchObject({ runs: [{}], nextCursor: null })
    expect((await list('status=succeeded&nodeId=nobody')).body).toEqual({ runs: [], nextCursor: null })
    for (const query of ['limit=0', 'limit=201', 'status=ended', 'startedAfter=now', 'x=1', 'cursor=nonsense']) {
      expect(await list(query)).toMatchObject({ status: 400, body: { code: 'request_invalid' } })
    }
  })

  test('a run that is not there is not found, whatever is asked of it', async () => {
    for (const [method, end] of [
      ['GET', ''],
      ['DELETE', ''],
      ['GET', '/request'],
      ['GET', '/events'],
    ] as const) {
      for (const id of ['run_0', 'x'.repeat(90), '%20%00', "'--"]) {
        const answer = await call(method, `/v1/runs/{id}${end}`, { path: `/v1/runs/${id}${end}` })
        expect(answer).toMatchObject({ status: 404, body: { code: 'run_not_found' } })
      }
    }
  })

  test('packages, isolation, status and health', async () => {
    const { body: packages } = await call('GET', '/v1/packages')
    expect(packages.python).toContainEqual(expect.objectContaining({ name: 'numpy', preloaded: true }))
    expect((await call('GET', '/v1/isolation')).body).toEqual(sandbox.isolation)
    expect((await call('GET', '/v1/status')).body).toMatchObject({ version: '1.2.3', history: { isWritable: true } })
    expect((await call('GET', '/health')).text).toBe('"ok"')
    expect((await fetch(`${door.url}/health`, { method: 'HEAD' })).status).toBe(200)
  })

  test('without telemetry there are no metrics', async () => {
    expect(await call('GET', '/metrics')).toMatchObject({ status: 404, body: { code: 'not_found' } })
  })

  test.each([
    ['PUT', '/v1/runs', 'GET'],
    ['GET', '/v1/nodes/run', 'POST'],
    ['PATCH', '/v1/runs/run_0', 'DELETE, GET'],
    ['POST', '/health', 'GET, HEAD'],
  ])('%s %s is not allowed, and the answer says what is', async (method, path, allowed) => {
    const response = await fetch(door.url + path, { method })
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toBe(allowed)
    const detail = `${path} has no ${method}; it has ${allowed}.`
    expect(await response.json()).toMatchObject({ code: 'method_not_allowed', detail })
  })

  test('an unknown path is not found', async () => {
    for (const [method, path] of [
      ['GET', '/nothing'],
      ['GET', '/assets/nothing.js'],
      ['POST', '/v2/x'],
    ] as const) {
      const response = await fetch(door.url + path, { method })
      expect({ status: response.status, body: await response.json() }).toMatchObject({
        status: 404,
        body: { code: 'not_found', detail: `There is no ${method} ${path}.` },
      })
    }
    expect((await fetch(`${door.url}/%zz`)).status).toBe(400)
  })
})

test('a service that stops says so to everyone, and keeps answering until its requests are done', async () => {
  const stopping = await openDoor({ sandbox })
  const waiting = run({ on: stopping, body: { node: endless } })
  while (stopping.runs.stats().active === 0) await new Promise((resolve) => setTimeout(resolve, 5))
  const closed = stopping.server.close()
  await stopping.runs.close({ deadlineMs: 0 })
  expect(await waiting).toMatchObject({ status: 200, body: { status: 'failed', error: { code: 'run_interrupted' } } })
  stopping.server.server.closeIdleConnections()
  await closed
})

test('the failures that HTTP answers with are in the page about failures', () => {
  const page = readFileSync(new URL('../../../docs/failures.md', import.meta.url), 'utf8')
  for (const code of ['request_invalid', 'media_type_unsupported', 'origin_refused'])
    expect(page).toContain(`\`${code}\``)
})
