/** Traces as a collector gets them from a real service. */
import { createClient } from 'codenode/client'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startService, type TestService } from '../../codenode/test/support/service.ts'
import { openCollector } from './support/otlp-collector.ts'

const traceId = '0af7651916cd43dd8448eb211c80319c'
const traceparent = `00-${traceId}-b7ad6b7169203331-01`

let collector: Awaited<ReturnType<typeof openCollector>>
let service: TestService | undefined
beforeEach(async () => {
  collector = await openCollector()
})
afterEach(async () => {
  await service?.close()
  service = undefined
  await collector[Symbol.asyncDispose]()
})

async function open(env: Record<string, string> = {}): Promise<TestService> {
  service = await startService({ env: { CODENODE_TRACES: collector.address, ...env } })
  return service
}

/** Ends the service, which sends what is left. */
async function allSpans() {
  await service?.close()
  service = undefined
  return collector.spans
}

const spansNamed = async (name: string) => (await allSpans()).filter((span) => span.name === name)

test('name the service as OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES say, and each service by an id of its own', async () => {
  const { address } = await open({
    OTEL_SERVICE_NAME: 'code-step',
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=staging,service.version=7',
  })
  await fetch(`${address}/v1/runs`)
  const [span] = await spansNamed('GET /v1/runs')
  expect(span?.resource).toMatchObject({
    'service.name': 'code-step',
    'service.version': '7',
    'deployment.environment.name': 'staging',
    'service.instance.id': expect.stringMatching(/^[\da-f-]{36}$/) as string,
    'host.name': expect.any(String) as string,
  })
})

test('have the programs that Dify sends', async () => {
  const { address } = await open()
  const answer = await fetch(`${address}/v1/sandbox/run`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', traceparent },
    body: JSON.stringify({ language: 'python3', code: 'print("a secret of the code")' }),
  })
  expect(await answer.json()).toMatchObject({ code: 0, data: { stdout: 'a secret of the code\n' } })
  const spans = await allSpans()
  const request = spans.find(({ name }) => name === 'POST /v1/sandbox/run')
  expect(request).toMatchObject({ traceId, parentSpanId: 'b7ad6b7169203331' })
  expect(spans.find(({ name }) => name === 'program')).toMatchObject({
    traceId,
    parentSpanId: request?.spanId,
    attributes: { 'codenode.run.language': 'python', 'codenode.run.status': 'succeeded' },
  })
  expect(Buffer.concat(collector.bodies).includes('a secret of the code')).toBe(false)
})

test('have requests that are refused, and none of what is asked every few seconds', async () => {
  const { address } = await open()
  for (const probe of ['/livez', '/readyz', '/health', '/metrics']) await fetch(address + probe)
  const wrong = await fetch(`${address}/v1/nodes/run?token=not-to-be-told`, {
    method: 'POST',
    headers: { traceparent },
  })
  expect(wrong.status).toBe(400)
  const spans = await allSpans()
  expect(spans.map(({ name }) => name)).toEqual(['POST /v1/nodes/run'])
  expect(spans[0]).toMatchObject({
    traceId,
    status: { code: 0 },
    attributes: {
      'http.response.status_code': 400,
      'codenode.problem': 'request_invalid',
      'url.path': '/v1/nodes/run',
    },
  })
  expect(Buffer.concat(collector.bodies).includes('not-to-be-told')).toBe(false)
})

test('are sampled as OTEL_TRACES_SAMPLER says', async () => {
  const { address } = await open({ OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0' })
  await fetch(`${address}/v1/runs`)
  await fetch(`${address}/v1/runs`, { headers: { traceparent } })
  const spans = await allSpans()
  expect(spans.map((span) => span.traceId)).toEqual([traceId])
})

test.each([
  ['OTEL_TRACES_SAMPLER', 'sometimes', 'it must be one of always_on, always_off'],
  ['OTEL_TRACES_SAMPLER_ARG', '20', 'it must be a number from 0 to 1'],
])('a wrong %s stops the start with what is wrong', async (name, value, told) => {
  const env = { OTEL_TRACES_SAMPLER: 'traceidratio', [name]: value }
  await expect(open(env)).rejects.toThrow(`${name} is "${value}"; ${told}`)
})

test('have the id that stands in the log, with and without a traceparent', async () => {
  const { address } = await open()
  const client = createClient({ baseUrl: address })
  await client.runNode({
    node: { type: 'code', code: 'def main(): return {"n": 1}', outputs: { n: { type: 'number' } } },
  })
  const printed = service?.printed ?? (() => '')
  const [request] = await spansNamed('POST /v1/nodes/run')
  const lines = printed()
    .split('\n')
    .filter((line) => line.startsWith('{'))
  const line = lines
    .map((text) => JSON.parse(text) as Record<string, unknown>)
    .find(({ path }) => path === '/v1/nodes/run')
  expect(line?.traceId).toBe(request?.traceId)
})
