/** Workflows over HTTP: run, checked, followed, run again, against the service's own OpenAPI document. */
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { stringifyLossless } from 'codenode/internal/json/json'
import type { RunningSandbox } from 'codenode/internal/pool/create-sandbox'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { end, graph, node } from '../../codenode/test/support/graph.ts'
import { eventually, openSandbox } from '../../codenode/test/support/sandbox.ts'
import {
  choosing,
  failing,
  forever,
  handled,
  iterating,
  parallel,
  workflows,
} from '../../codenode/test/support/workflows.ts'
import { exampleWorkflowRequest } from '../src/http/documents/examples.ts'
import { ApiChecker, type AskedOfApi, callApi, node as codeNode, type Door, openDoor } from './support/http-door.ts'

let sandbox: RunningSandbox
let door: Door
let api: ApiChecker

beforeAll(async () => {
  sandbox = await openSandbox({ packages: 'installed', spares: 1 })
  door = await openDoor({ sandbox })
  api = new ApiChecker((await door.server.inject('/openapi.json')).json())
})
afterAll(async () => {
  await door?.close()
  await sandbox?.close()
})

const call = (method: string, template: string, asked?: AskedOfApi) =>
  callApi({ api, url: door.url }, method, template, asked)
const run = (asked: AskedOfApi) => call('POST', '/v1/workflows/run', asked)
const validate = (workflow: unknown) => call('POST', '/v1/workflows/validate', { body: { workflow } })
const get = (id: unknown, end = '') => call('GET', `/v1/runs/{id}${end}`, { path: `/v1/runs/${String(id)}${end}` })
const rerun = (id: unknown, nodeId: string, asked: AskedOfApi = {}) => {
  const path = `/v1/runs/${String(id)}/nodes/${encodeURIComponent(nodeId)}/rerun`
  return call('POST', '/v1/runs/{id}/nodes/{nodeId}/rerun', { path, ...asked })
}
const replay = (id: unknown, asked: AskedOfApi = {}) =>
  call('POST', '/v1/runs/{id}/replay', { path: `/v1/runs/${String(id)}/replay`, ...asked })

describe('POST /v1/workflows/run', () => {
  test('the example of the document can be sent as it stands', async () => {
    expect(api.allows('POST', '/v1/workflows/run', exampleWorkflowRequest)).toBe(true)
    const { status, body } = await run({ body: exampleWorkflowRequest })
    expect({ status, outputs: body.outputs }).toEqual({ status: 200, outputs: { average: 3 } })
  })

  test('the request of docs/workflows.md is answered as the example of the document', async () => {
    const page = readFileSync(new URL('../../../docs/workflows.md', import.meta.url), 'utf8')
    const section = page.slice(page.indexOf('## Over HTTP'))
    const [, text = ''] = /^```json\n(.*?)^```/ms.exec(section) ?? []
    expect((await run({ text })).body).toMatchObject({ status: 'succeeded', outputs: { average: 3 } })
  })

  test.each(Object.entries(workflows))(
    '%s is answered with its record, which the history has too',
    async (_, workflow) => {
      const { status, headers, body, text } = await run({ body: { workflow, inputs: { n: 3 } } })
      expect(status).toBe(200)
      expect(headers.get('location')).toBe(`/v1/runs/${String(body.id)}`)
      expect((await get(body.id)).text).toBe(text)
      expect((await get(body.id, '/request')).body).toEqual({ workflow, inputs: { n: 3 }, rerunOf: null, secrets: [] })
    },
  )

  test('a document may be text in YAML, its integers keep their digits', async () => {
    const text = stringify(
      graph([node('start', 'start', { variables: [] }), node('end', 'end', { outputs: [] })], 'start>end'),
    )
    expect((await run({ body: { workflow: text } })).body).toMatchObject({ status: 'succeeded', outputs: {} })
    const asked = `{"workflow": ${JSON.stringify(parallel)}, "inputs": {"n": 4503599627370497}}`
    expect((await run({ text: asked })).text).toContain('"double":9007199254740994')
  })

  test('Prefer: respond-async answers 202 with a run that can be polled and cancelled', async () => {
    const { status, headers, body } = await run({ body: { workflow: forever }, headers: { prefer: 'respond-async' } })
    expect({ status, run: body.status, name: body.workflow }).toMatchObject({
      status: 202,
      run: 'running',
      name: { name: 'Workflow' },
    })
    const path = headers.get('location') ?? ''
    expect((await get(body.id)).body).toMatchObject({ status: 'running' })
    const cancelled = await call('DELETE', '/v1/runs/{id}', { path })
    expect(cancelled).toMatchObject({ status: 200, body: { status: 'cancelled' } })
    expect((await get(body.id)).text).toBe(cancelled.text)
  })

  test('the same idempotency key means the same run', async () => {
    const headers = { 'idempotency-key': 'w-1' }
    const body = { workflow: parallel, inputs: { n: 1 } }
    const [first, second] = await Promise.all([run({ body, headers }), run({ body, headers })])
    expect(second.text).toBe(first.text)
    const other = await run({ body: { ...body, inputs: { n: 2 } }, headers })
    expect(other).toMatchObject({ status: 409, body: { code: 'idempotency_conflict' } })
  })

  test('a client that disconnects cancels the run', async () => {
    const { port } = new URL(door.url)
    const socket = connect(Number(port), '127.0.0.1')
    await once(socket, 'connect')
    const body = JSON.stringify({ workflow: forever, inputs: { n: 77 } })
    const head = ['POST /v1/workflows/run HTTP/1.1', 'Host: 127.0.0.1', 'Content-Type: application/json']
    socket.write(`${[...head, `Content-Length: ${body.length}`].join('\r\n')}\r\n\r\n${body}`)
    const newest = () => door.runs.list({ kind: 'workflow', limit: 1 }, 'local').runs[0]
    await eventually('it runs', () => newest()?.status === 'running')
    socket.destroy()
    await eventually('it is cancelled', () => newest()?.status === 'cancelled')
  })

  test("a document may be an answer of Dify's console, as an object", async () => {
    const data = stringify(graph([node('start', 'start'), end('end', { user: 'sys.user_id' })], 'start>end'))
    const { body } = await run({ body: { workflow: { data } } })
    expect(body).toMatchObject({ status: 'succeeded', outputs: { user: 'local' } })
    expect((await replay(body.id)).body).toMatchObject({ status: 'succeeded' })
    expect((await validate({ data: `${data}${'# long\n'.repeat(10_000)}` })).body).toMatchObject({ valid: true })
    expect((await validate({ data: 'a: [' })).body).toMatchObject({
      valid: false,
      issues: [{ path: 'line 1, column 5' }],
    })
  })

  const wrong: [what: string, asked: AskedOfApi, expected: object][] = [
    ['no body', {}, { status: 400, body: { issues: [{ path: 'body' }] } }],
    [
      'an unknown member',
      { body: { workflow: parallel, input: {} } },
      { status: 400, body: { issues: [{ path: 'input' }] } },
    ],
    ['no workflow', { body: {} }, { status: 422, body: { code: 'workflow_invalid' } }],
    [
      'a list',
      { body: { workflow: [] } },
      { status: 422, body: { code: 'workflow_invalid', issues: [{ path: 'workflow' }] } },
    ],
    ['wrong inputs', { body: { workflow: parallel, inputs: [1] } }, { status: 422, body: { code: 'inputs_invalid' } }],
    [
      'an LLM node',
      { body: { workflow: graph([node('start', 'start'), node('llm', 'llm'), end('end')], 'start>llm', 'llm>end') } },
      { status: 422, body: { code: 'workflow_invalid', issues: [{ node: { id: 'llm', title: 'LLM' } }] } },
    ],
    [
      'broken YAML',
      { body: { workflow: 'a:\n  - [1' } },
      { status: 422, body: { issues: [{ path: 'line 2, column 7' }] } },
    ],
    [
      'a repeated key',
      { body: { workflow: 'nodes: []\nnodes: []' } },
      { status: 422, body: { issues: [{ path: 'line 2, column 1', message: 'repeats the key "nodes".' }] } },
    ],
    [
      'YAML that is too deep',
      { body: { workflow: '['.repeat(50_000) } },
      { status: 422, body: { code: 'workflow_invalid' } },
    ],
    [
      'YAML that is in itself',
      { body: { workflow: 'nodes: &a [*a]' } },
      { status: 422, body: { code: 'workflow_invalid' } },
    ],
    ['a body past the limit', { text: JSON.stringify({ workflow: 'x'.repeat(12 * 2 ** 20) }) }, { status: 413 }],
    ['YAML as the body', { text: 'workflow: {}', headers: { 'content-type': 'application/yaml' } }, { status: 415 }],
  ]
  test.each(wrong)('%s is a problem', async (_, asked, expected) => {
    const answer = await run(asked)
    expect(answer).toMatchObject(expected)
    expect(answer.headers.get('content-type')).toContain('application/problem+json')
  })
})

describe('POST /v1/workflows/validate', () => {
  test('tells the nodes of a workflow that can run, and its warnings', async () => {
    const { body } = await validate({ version: '9.9', workflow: { graph: iterating() } })
    expect(body).toMatchObject({
      valid: true,
      workflow: { name: 'Workflow', version: '9.9' },
      warnings: [{ code: 'version_unknown' }],
    })
    const { nodes } = body.workflow as { nodes: { id: string }[] }
    expect(nodes.map(({ id }) => id)).toEqual(['start', 'list', 'loop', 'first', 'square', 'end'])
  })

  test('or all that is wrong, with each place', async () => {
    const two = graph(
      [node('start', 'start'), node('a', 'llm'), node('b', 'http-request'), end('end')],
      'start>a',
      'a>b',
      'b>end',
    )
    expect((await validate(two)).body).toMatchObject({
      valid: false,
      issues: [{ node: { id: 'a' } }, { node: { id: 'b' } }],
    })
    expect((await validate('a: [')).body).toMatchObject({
      valid: false,
      issues: [{ path: 'line 1, column 5', node: null }],
    })
    expect((await validate(null)).body).toMatchObject({ valid: false, issues: [{ path: 'workflow' }] })
    expect((await call('POST', '/v1/workflows/validate', { body: [] })).status).toBe(400)
  })
})

describe('stand-ins', () => {
  const chat = graph(
    [node('start', 'start'), node('llm', 'llm'), end('end', { text: 'llm.text' })],
    'start>llm',
    'llm>end',
  )
  const standIns = { llm: { text: 'Hello', tokens: 9_007_199_254_740_993n } }

  test('give the outputs of nodes that do not run here, and are kept with the run', async () => {
    const text = stringifyLossless({ workflow: chat, standIns })
    const first = await run({ text })
    expect(first).toMatchObject({ status: 200, body: { status: 'succeeded', outputs: { text: 'Hello' } } })
    expect(first.text).toContain('"tokens":9007199254740993')
    expect((await get(first.body.id, '/request')).text).toContain('"tokens":9007199254740993')
    expect((await replay(first.body.id)).body).toMatchObject({ outputs: { text: 'Hello' } })
    const changed = await replay(first.body.id, { body: { standIns: { llm: { text: 'Bye' } } } })
    expect(changed.body).toMatchObject({ outputs: { text: 'Bye' } })

    const from = await run({ body: { workflow: chat, standInsFrom: first.body.id } })
    expect(from.body).toMatchObject({ outputs: { text: 'Hello' }, nodes: [{}, { standIn: 'recorded' }, {}] })
    // They are kept themselves, not the name of the run that they come from.
    const kept = (await get(from.body.id, '/request')).body
    expect(kept).toMatchObject({ standIns: { llm: { text: 'Hello' } } })
    expect((await rerun(from.body.id, 'llm')).body).toMatchObject({ code: 'rerun_refused' })
  })

  test('make another request of the same idempotency key', async () => {
    const headers = { 'idempotency-key': 'stand-ins' }
    const body = { workflow: chat, standIns: 'made' }
    expect((await run({ body, headers })).status).toBe(200)
    expect((await run({ body: { ...body, standIns: { llm: {} } }, headers })).body.code).toBe('idempotency_conflict')
  })

  test('make a workflow valid, or are told as wrong', async () => {
    const check = async (asked: object) =>
      (await call('POST', '/v1/workflows/validate', { body: { workflow: chat, ...asked } })).body
    expect(await check({})).toEqual({
      valid: false,
      issues: [
        {
          path: 'nodes[1].data.type',
          message: expect.stringContaining('is llm, which does not run here.') as string,
          node: { id: 'llm', title: 'LLM' },
          nodeType: 'llm',
          nodes: [{ id: 'llm', title: 'LLM' }],
        },
      ],
    })
    expect(await check({ standIns: 'made' })).toMatchObject({
      valid: true,
      workflow: { nodes: [{}, { id: 'llm', type: 'llm', standIn: 'made' }, {}] },
      warnings: [{ code: 'node_stood_in' }],
    })
    expect(await check({ standIns: { llm: 1 } })).toMatchObject({ valid: false, issues: [{ path: 'standIns.llm' }] })
    const single = await call('POST', '/v1/nodes/run', { body: { node: codeNode('def main(): return {"x": 1}') } })
    expect(await check({ standInsFrom: single.body.id })).toMatchObject({
      valid: false,
      issues: [{ path: 'standInsFrom' }],
    })
    expect(await check({ standInsFrom: 'run_0' })).toMatchObject({ status: 404, code: 'run_not_found' })
  })

  test('of many nodes of one type are asked for once', async () => {
    const ids = Array.from({ length: 40 }, (_, index) => `llm${index}`)
    const nodes = [node('start', 'start'), ...ids.map((id) => node(id, 'llm')), node('tool', 'tool'), end('end')]
    const edges = [...ids.map((id) => `start>${id}`), 'start>tool', 'tool>end']
    const { issues } = (await validate(graph(nodes, ...edges))).body as {
      issues: { nodeType: string; nodes: object[] }[]
    }
    expect(issues.map(({ nodeType, nodes: all }) => [nodeType, all.length])).toEqual([
      ['llm', 40],
      ['tool', 1],
    ])
  })
})

describe('the events of a workflow', () => {
  const read = async (path: string, headers: Record<string, string> = {}) =>
    (await (await fetch(door.url + path, { headers })).text()).replace(/^(: .*\n\n)*/, '')

  test.each(Object.entries(workflows))('of %s are the same live, resumed, and after the end', async (_, workflow) => {
    const { body } = await run({ body: { workflow }, headers: { prefer: 'respond-async' } })
    const path = `/v1/runs/${String(body.id)}/events`
    const live = await read(path)
    expect(live).toMatch(/^id: 1\nevent: status\n.*\n\nid: 2\nevent: node\n/)
    expect(live).toMatch(/\nevent: result\n.*\n\n$/)
    await eventually('it is in the history', () => door.runs.stats().active === 0)
    expect(await read(path)).toBe(live)
    const rest = live.slice(live.indexOf('id: 4\n'))
    expect(await read(path, { 'last-event-id': '3' })).toBe(rest)
    expect(await read(`${path}?after=3`)).toBe(rest)
  })
})

describe('running again', () => {
  test('one node, with the inputs that it had or changed ones, is a run of that node', async () => {
    const { body: past } = await run({ body: { workflow: parallel, inputs: { n: 4 } } })
    const again = await rerun(past.id, 'double')
    expect(again).toMatchObject({
      status: 200,
      body: { status: 'succeeded', outputs: { n: 8 }, node: { id: 'double' } },
    })
    const changed = await rerun(past.id, 'double', { body: { inputs: { n: 5 } } })
    expect(changed.body.outputs).toEqual({ n: 10 })
    const rerunOf = { runId: past.id, nodeId: 'double' }
    expect((await get(changed.body.id, '/request')).body).toMatchObject({ inputs: { n: 5 }, rerunOf })
    const listed = await call('GET', '/v1/runs', { path: '/v1/runs?kind=node&nodeId=double&limit=1' })
    expect(listed.body.runs).toMatchObject([{ id: changed.body.id, rerunOf }])
    const started = await rerun(past.id, 'double', { headers: { prefer: 'respond-async' } })
    expect(started.status).toBe(202)
  })

  test('one item of an iteration', async () => {
    const { body: past } = await run({ body: { workflow: iterating(), inputs: { n: 6 } } })
    expect((await rerun(past.id, 'square', { body: { item: 4 } })).body.outputs).toEqual({ x: 16 })
    expect((await rerun(past.id, 'square')).body).toMatchObject({ status: 'failed', error: { code: 'code_threw' } })
  })

  test('the whole run', async () => {
    const { body: past } = await run({ body: { workflow: choosing, inputs: { n: 4 } } })
    expect((await replay(past.id)).body).toMatchObject({ status: 'succeeded', outputs: { text: 'many: 4' } })
    const changed = await replay(past.id, { body: { inputs: { n: 1 } }, headers: { 'idempotency-key': 'replayed' } })
    expect(changed.body.outputs).toEqual({})
    expect((await get(changed.body.id, '/request')).body).toMatchObject({ rerunOf: { runId: past.id, nodeId: null } })
    expect(
      (await replay(past.id, { body: { inputs: { n: 1 } }, headers: { 'idempotency-key': 'replayed' } })).text,
    ).toBe(changed.text)
  })

  test('is refused where there is nothing to run again', async () => {
    const { body: past } = await run({ body: { workflow: handled } })
    const single = await call('POST', '/v1/nodes/run', { body: { node: codeNode('def main():\n    return {}') } })
    const unknown = `run_${'0'.repeat(32)}`
    const refused = { status: 422, body: { code: 'rerun_refused' } }
    expect(await rerun(past.id, 'nobody')).toMatchObject(refused)
    expect(await rerun(past.id, 'x/y'.repeat(50))).toMatchObject(refused)
    expect(await rerun(past.id, 'never')).toMatchObject(refused)
    expect(await rerun(single.body.id, 'x')).toMatchObject(refused)
    expect(await rerun(unknown, 'x')).toMatchObject({ status: 404, body: { code: 'run_not_found' } })
    expect(await replay(unknown)).toMatchObject({ status: 404, body: { code: 'run_not_found' } })
    expect(await replay(single.body.id)).toMatchObject({ status: 422, body: { code: 'replay_refused' } })
    expect(await rerun(past.id, 'fails', { body: { item: -1 } })).toMatchObject({
      status: 400,
      body: { code: 'request_invalid' },
    })
    expect(await rerun(past.id, 'fails', { body: { inputs: { m: 1 } } })).toMatchObject({
      status: 422,
      body: { code: 'inputs_invalid' },
    })
    expect(await replay(past.id, { body: { inputs: 5 } })).toMatchObject({
      status: 422,
      body: { code: 'inputs_invalid' },
    })
    expect(await replay(past.id, { body: { input: {} } })).toMatchObject({
      status: 400,
      body: { code: 'request_invalid' },
    })
  })
})

test('lists tell workflows from nodes', async () => {
  await run({ body: { workflow: failing, inputs: { n: 1 } } })
  const { body } = await call('GET', '/v1/runs', { path: '/v1/runs?kind=workflow&status=failed&limit=1' })
  expect(body.runs).toMatchObject([{ kind: 'workflow', language: null, nodes: 3, error: { code: 'code_threw' } }])
  expect((await call('GET', '/v1/runs', { path: '/v1/runs?kind=program' })).status).toBe(400)
})
