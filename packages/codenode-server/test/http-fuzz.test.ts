/** Whatever is sent to it, the HTTP door answers as its document says and never with 500. */

import { nodeTypes } from 'codenode/internal/contract/node-types'
import type { RunningSandbox } from 'codenode/internal/pool/create-sandbox'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openSandbox } from '../../codenode/test/support/sandbox.ts'
import { iterating } from '../../codenode/test/support/workflows.ts'
import { ApiChecker, type Door, openDoor } from './support/http-door.ts'

let sandbox: RunningSandbox
let door: Door
let api: ApiChecker

beforeAll(async () => {
  sandbox = await openSandbox({ spares: 1 })
  door = await openDoor({ sandbox })
  api = new ApiChecker((await door.server.inject('/openapi.json')).json())
})
afterAll(async () => {
  await door?.close()
  await sandbox?.close()
})

type Sent = {
  method: 'GET' | 'POST' | 'DELETE'
  url: string
  payload?: string | Buffer
  headers?: Record<string, string>
}

/** `template`: as it stands in the document; null for a path that may be none of it. */
async function check(template: string | null, sent: Sent): Promise<void> {
  const { statusCode, headers, body } = await door.server.inject(sent)
  expect(statusCode).toBeLessThan(500)
  const contentType = String(headers['content-type'] ?? '')
  const read: unknown = /json/.test(contentType) ? JSON.parse(body) : body
  if (template === null) return
  expect(api.faultsOf(sent.method, template, { status: statusCode, contentType, body: read })).toEqual([])
}

const json = { 'content-type': 'application/json' }

const anything = fc.anything({ withBigInt: false, withDate: false, withMap: false, withSet: false })
const language = fc.constantFrom('python3', 'javascript', 'typescript', 'ruby')
const code = fc.constantFrom('def main():\n    return {}', 'function main() { return {} }', '', '\u0000', '}{', ' ')
const outputs = fc.dictionary(
  fc.string({ maxLength: 5 }),
  fc.oneof(
    anything,
    fc.record({ type: fc.constantFrom('string', 'number', 'object', 'array[object]'), children: anything }),
  ),
  { maxKeys: 3 },
)
/** Close to a node, so that some are and most are wrong in one place. */
const almostNode = fc.record(
  {
    type: fc.oneof({ weight: 9, arbitrary: fc.constant('code') }, anything),
    title: fc.oneof(fc.string(), anything),
    code_language: fc.oneof({ weight: 5, arbitrary: language }, anything),
    code: fc.oneof({ weight: 5, arbitrary: code }, anything),
    variables: fc.oneof(fc.array(fc.record({ variable: fc.oneof(fc.string(), anything) })), anything),
    outputs: fc.oneof({ weight: 5, arbitrary: outputs }, anything),
    retry_config: anything,
    error_strategy: fc.oneof(fc.constantFrom('none', 'default-value', 'fail-branch'), anything),
    default_value: fc.oneof(fc.array(fc.record({ key: fc.string(), type: fc.string(), value: anything })), anything),
    limits: fc.oneof(fc.record({ wallMs: fc.integer(), memoryMb: fc.integer() }, { requiredKeys: [] }), anything),
  },
  { requiredKeys: ['type', 'code', 'outputs'] },
)
const almostRequest = fc.record(
  {
    node: fc.oneof({ weight: 5, arbitrary: almostNode }, anything),
    inputs: fc.oneof(fc.dictionary(fc.string(), anything), anything),
    nodeId: fc.oneof(fc.string(), anything),
    outputs: fc.oneof(fc.constantFrom('declared', 'any'), anything),
  },
  { requiredKeys: ['node'] },
)
/** Close to a workflow: a graph whose nodes and edges are nearly right, as an object or as YAML. */
const almostGraph = fc
  .record({
    nodes: fc.array(
      fc.record(
        {
          id: fc.oneof({ weight: 9, arbitrary: fc.constantFrom('a', 'b', 'c', 'd') }, anything),
          parentId: fc.oneof(fc.constantFrom('a', 'b'), anything),
          data: fc.oneof(
            { weight: 9, arbitrary: fc.record({ type: fc.constantFrom(...nodeTypes, 'llm'), title: fc.string() }) },
            { weight: 5, arbitrary: almostNode },
            {
              weight: 5,
              arbitrary: fc.record({
                type: fc.constantFrom(...nodeTypes),
                variables: fc.oneof(fc.array(fc.record({ variable: fc.string(), type: fc.string() })), anything),
                outputs: fc.oneof(fc.array(fc.record({ variable: fc.string(), value_selector: anything })), anything),
                cases: anything,
                template: fc.oneof(fc.string(), anything),
                answer: fc.oneof(fc.constant('{{#a.text#}}'), anything),
                iterator_selector: anything,
                start_node_id: anything,
              }),
            },
            anything,
          ),
        },
        { requiredKeys: ['id', 'data'] },
      ),
      { maxLength: 5 },
    ),
    edges: fc.oneof(
      fc.array(
        fc.record({
          source: fc.constantFrom('a', 'b', 'c', 'x'),
          target: fc.constantFrom('a', 'b', 'c', 'd'),
          sourceHandle: fc.oneof(fc.constantFrom('source', 'true', 'fail-branch'), anything),
        }),
      ),
      anything,
    ),
  })
  .map((graph): unknown => graph)
const almostYaml = fc
  .tuple(
    fc.oneof(almostGraph, anything),
    fc.nat(),
    fc.constantFrom('', '&a ', '*a', '? ', '- ', '|', '\t', ': ', '[', '!!set '),
  )
  .map(([value, at, piece]) => {
    const text = JSON.stringify(value, null, 1) ?? ''
    const place = at % (text.length + 1)
    return text.slice(0, place) + piece + text.slice(place + 1)
  })
const almostWorkflow = fc.record(
  {
    workflow: fc.oneof(
      { weight: 5, arbitrary: almostGraph },
      { weight: 2, arbitrary: almostGraph.map((graph) => ({ kind: 'app', workflow: { graph } })) },
      { weight: 3, arbitrary: almostYaml },
      fc.string(),
      anything,
    ),
    inputs: fc.oneof(fc.dictionary(fc.string(), anything), anything),
  },
  { requiredKeys: ['workflow'] },
)
/** Texts that are nearly JSON: a sound one that is cut, or with a piece put in. */
const almostJson = fc
  .tuple(
    fc.json(),
    fc.nat(),
    fc.constantFrom('', '{', '"', ',', '\\', '\u0000', 'NaN', '1e999', '9'.repeat(30), '\ud800'),
  )
  .map(([text, at, piece]) => text.slice(0, at % (text.length + 1)) + piece + text.slice((at + 1) % (text.length + 1)))

describe('no body causes a 500', () => {
  const bodies = ['/v1/nodes/run', '/v1/nodes/validate', '/v1/workflows/run', '/v1/workflows/validate'] as const

  test.each(bodies)('%s: JSON of any kind', async (url) => {
    const almost = url.startsWith('/v1/nodes') ? almostRequest : almostWorkflow
    const property = fc.asyncProperty(fc.oneof(anything, { weight: 5, arbitrary: almost }), async (body) => {
      await check(url, { method: 'POST', url, headers: json, payload: JSON.stringify(body) ?? '' })
    })
    await fc.assert(property, { numRuns: 150 })
  })

  test.each(bodies)('%s: text that is almost JSON, and bytes', async (url) => {
    const payload = fc.oneof(
      almostJson,
      fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
    )
    await fc.assert(
      fc.asyncProperty(payload, (bytes) => check(url, { method: 'POST', url, headers: json, payload: bytes })),
      { numRuns: 300 },
    )
  })

  test.each(bodies)('%s: content types and encodings', async (url) => {
    const header = fc.oneof(
      fc.constantFrom(
        'application/json; charset=utf-16',
        'application/json;',
        'text/json',
        'application/problem+json',
        '*/*',
      ),
      fc.stringMatching(/^[ -~]{1,30}$/),
    )
    const property = fc.asyncProperty(header, header, async (type, encoding) => {
      await check(url, {
        method: 'POST',
        url,
        headers: { 'content-type': type, 'content-encoding': encoding },
        payload: '{}',
      })
    })
    await fc.assert(property, { numRuns: 200 })
  })

  test('what is run again, whatever is changed', async () => {
    const { id, record } = door.runs.startWorkflow({ workflow: iterating() }, { client: 'local' })
    await record
    const nodeId = fc.oneof(fc.constantFrom('start', 'list', 'loop', 'square', 'end'), fc.string({ minLength: 1 }))
    const body = fc.oneof(
      anything,
      fc.record(
        {
          inputs: fc.oneof(fc.dictionary(fc.constantFrom('n', 'x', 'y'), anything), anything),
          item: fc.oneof(fc.nat(9), anything),
        },
        { requiredKeys: [] },
      ),
    )
    const property = fc.asyncProperty(nodeId, body, async (node, changes) => {
      const sent = { method: 'POST', headers: json, payload: JSON.stringify(changes) ?? '' } as const
      const at = encodeURIComponent(node.toWellFormed())
      await check('/v1/runs/{id}/nodes/{nodeId}/rerun', { ...sent, url: `/v1/runs/${id}/nodes/${at}/rerun` })
      await check('/v1/runs/{id}/replay', { ...sent, url: `/v1/runs/${id}/replay` })
    })
    await fc.assert(property, { numRuns: 100 })
  })

  test("Dify's routes: JSON of any kind", async () => {
    const almost = fc.record(
      { language: fc.oneof(fc.constantFrom('python3', 'nodejs'), anything), code: anything, preload: anything },
      { requiredKeys: [] },
    )
    const url = fc.constantFrom('/v1/sandbox/run', '/v1/sandbox/dependencies/update')
    const property = fc.asyncProperty(url, fc.oneof(anything, almost), async (path, body) => {
      await check(path, { method: 'POST', url: path, headers: json, payload: JSON.stringify(body) ?? '' })
    })
    await fc.assert(property, { numRuns: 100 })
  })
})

describe('no path, query or header causes a 500', () => {
  const printable = fc.stringMatching(/^[!-~]{1,40}$/)
  // The injector reads the path as part of an address; what it cannot read does not get to the server.
  const paths = printable.filter((path) => /^[^/\\]/.test(path) && URL.canParse(`/${path}`, 'http://localhost'))

  test('ids and queries', async () => {
    const text = fc.string({ unit: 'binary' }).map((it) => encodeURIComponent(it.toWellFormed()))
    const names = [
      'kind',
      'status',
      'language',
      'nodeId',
      'errorCode',
      'startedAfter',
      'startedBefore',
      'limit',
      'cursor',
      'x',
    ]
    const query = fc.array(fc.tuple(fc.constantFrom(...names), text), { maxLength: 4 })
    const property = fc.asyncProperty(query, text, async (pairs, id) => {
      await check('/v1/runs', { method: 'GET', url: `/v1/runs?${pairs.map((pair) => pair.join('=')).join('&')}` })
      const method = id.length % 2 === 0 ? 'GET' : 'DELETE'
      await check(id === '' ? null : '/v1/runs/{id}', { method, url: `/v1/runs/${id}` })
      await check(id === '' ? null : '/v1/runs/{id}/events', {
        method: 'GET',
        url: `/v1/runs/${id}/events?after=${id}`,
      })
    })
    await fc.assert(property, { numRuns: 200 })
  })

  test('paths and headers', async () => {
    const names = ['prefer', 'idempotency-key', 'last-event-id', 'authorization', 'x-api-key', 'origin', 'traceparent']
    const headers = fc.dictionary(fc.constantFrom(...names), printable, { maxKeys: 4 })
    const property = fc.asyncProperty(paths, headers, async (path, given) => {
      await check(null, { method: 'GET', url: `/${path}`, headers: given })
      await check('/v1/nodes/run', {
        method: 'POST',
        url: '/v1/nodes/run',
        headers: { ...json, ...given },
        payload: '{}',
      })
    })
    await fc.assert(property, { numRuns: 200 })
  })
})
