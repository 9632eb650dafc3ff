import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, rmSync } from 'node:fs'
import { PassThrough } from 'node:stream'
import { fileURLToPath } from 'node:url'
import {
  type CallToolResult,
  Client,
  LOG_LEVEL_META_KEY,
  StreamableHTTPClientTransport,
  type VersionNegotiationMode,
} from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { defaultLimits } from 'codenode/internal/contract/limits'
import type { RunRecord } from 'codenode/internal/contract/record'
import type { WorkflowRecord } from 'codenode/internal/contract/workflow-record'
import type { RunningSandbox } from 'codenode/internal/pool/create-sandbox'
import { runNode } from 'codenode/internal/run/run-node'
import Fastify, { type FastifyInstance } from 'fastify'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { end, graph, node } from '../../codenode/test/support/graph.ts'
import { descendants, eventually, isAlive, openSandbox } from '../../codenode/test/support/sandbox.ts'
import { makeDataDir } from '../../codenode/test/support/service.ts'
import { handled } from '../../codenode/test/support/workflows.ts'
import { buildErrorHandler } from '../src/http/handle-error.ts'
import { plainKey } from '../src/http/keys/key.ts'
import { registerMcp } from '../src/http/mcp-routes.ts'
import { LosslessStdioTransport } from '../src/mcp/lossless-stdio.ts'
import { maxMessageBytes } from '../src/mcp/message-size.ts'
import { serveMcpStdio } from '../src/mcp/serve-stdio.ts'
import type { ClientId, RunService } from '../src/service/api/types.ts'
import { createRunService } from '../src/service/run-service.ts'
import { keysOf } from './support/keys-of.ts'

const limits = { ...defaultLimits, wallMs: 120_000, cpuMs: 120_000 }
const version = '1.2.3'
const key = 'a key of the test'.replaceAll(' ', '-')
const timeout = 120_000

let sandbox: RunningSandbox
let runs: RunService
let app: FastifyInstance
let address: URL
const opened: (() => Promise<unknown>)[] = []

beforeAll(async () => {
  sandbox = await openSandbox({ spares: 1, limits })
  const history = { file: ':memory:', maxRuns: 1000, maxAgeDays: 1, inputs: true }
  runs = createRunService({ sandbox, limits, maxRuns: 100, history })
  app = Fastify()
  app.setErrorHandler(buildErrorHandler(1000))
  registerMcp(app, { runs, sandbox, keys: keysOf([key]), version, limits })
  address = new URL('/mcp', await app.listen({ port: 0, host: '127.0.0.1' }))
}, timeout)

afterEach(async () => {
  for (const close of opened.splice(0)) await close()
})

afterAll(async () => {
  await runs.close({ deadlineMs: 0 })
  await app.close()
  await sandbox.close()
})

type Door = {
  name: string
  /** Whose runs they are. */
  owner: ClientId
  connect: (client: Client) => Promise<void>
}

/** Two streams in place of the standard ones of a process. */
async function connectByStreams(client: Client): Promise<void> {
  const [toServer, toClient] = [new PassThrough(), new PassThrough()]
  const controller = new AbortController()
  const options = { runs, packages: () => sandbox.packages(), version, limits }
  const streams = { input: toServer, output: toClient, onProblem: (message: string) => expect.fail(message) }
  const served = serveMcpStdio({ ...options, ...streams }, controller.signal)
  const size = { maxMessageBytes: maxMessageBytes(limits) }
  await client.connect(new LosslessStdioTransport({ input: toClient, output: toServer, ...size }))
  opened.push(async () => {
    toServer.end()
    await served
  })
}

async function connectByHttp(client: Client): Promise<void> {
  const requestInit = { headers: { authorization: `Bearer ${key}` } }
  await client.connect(new StreamableHTTPClientTransport(address, { requestInit }))
}

const doors: Door[] = [
  { name: 'streams', owner: 'local', connect: connectByStreams },
  { name: 'HTTP', owner: plainKey(key).client, connect: connectByHttp },
]
const modes: { era: string; mode: VersionNegotiationMode }[] = [
  { era: '2025', mode: 'legacy' },
  { era: '2026', mode: { pin: '2026-07-28' } },
]
const cases = doors.flatMap((door) => modes.map((mode) => ({ ...door, ...mode })))

async function open(door: Pick<Door, 'connect'>, mode: VersionNegotiationMode): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode } })
  opened.push(() => client.close())
  await door.connect(client)
  return client
}

/** What the client makes of the answer is JSON; the record's schema is checked by the client. */
function recordOf({ structuredContent }: CallToolResult): RunRecord {
  return structuredContent as RunRecord
}

function textOf({ content }: CallToolResult): string {
  return content.map((block) => (block.type === 'text' ? block.text : '')).join('')
}

const sums = [
  ['python', 'def main(a, b):\n    return {"sum": a + b}'],
  ['python3', 'def main(**inputs):\n    return {"sum": inputs["a"] + inputs["b"]}'],
  ['js', 'function main({ a, b }) { return { sum: a + b } }'],
  ['javascript', 'async function main({ a, b }) { return { sum: a + b } }'],
  ['ts', 'function main({ a, b }: { a: number; b: number }) { return { sum: a + b } }'],
] as const

const forever = 'import time\ndef main():\n    print("started", flush=True)\n    while True:\n        time.sleep(0.1)'

const isIdle = () => runs.stats().active === 0
const newestRun = (owner: ClientId) => runs.list({ limit: 1 }, owner).runs[0]

describe.each(cases)('over $name, protocol of $era', ({ owner, connect, mode }) => {
  const openHere = () => open({ connect }, mode)

  test('the tools are listed with what they take and give', { timeout }, async () => {
    const client = await openHere()
    expect(client.getServerVersion()).toMatchObject({ name: 'codenode', version })
    const { tools } = await client.listTools()
    expect(tools.map(({ name }) => name)).toEqual(['run_code', 'run_node', 'run_workflow', 'list_packages'])
    for (const { inputSchema, outputSchema, description } of tools) {
      expect(inputSchema.type).toBe('object')
      expect(outputSchema?.type).toBe('object')
      expect(description).toBeTruthy()
      // Some clients cannot pass references on.
      expect(JSON.stringify(inputSchema)).not.toContain('$ref')
    }
    expect(tools[0]?.inputSchema.required).toEqual(['language', 'code'])
    // Other names are read, and not told.
    const language = { type: 'string', enum: ['python', 'javascript', 'typescript'] }
    expect(tools[0]?.inputSchema.properties).toMatchObject({ language })
    expect(tools[3]?.inputSchema).toMatchObject({ properties: { language } })
    expect(tools[3]?.inputSchema.required ?? []).toEqual([])
  })

  test.each(sums)('%s is run', { timeout }, async (language, code) => {
    const client = await openHere()
    // With the tools listed, the client checks each answer against the output schema.
    await client.listTools()
    const answer = await client.callTool({ name: 'run_code', arguments: { language, code, inputs: { a: 1, b: 2 } } })
    expect(recordOf(answer)).toMatchObject({ status: 'succeeded', outputs: { sum: 3 }, error: null })
    expect(answer.isError).toBeFalsy()
    expect(textOf(answer)).toContain('{"sum":3}')
    expect(runs.get(recordOf(answer).id, owner)).toEqual(recordOf(answer))
  })

  test('a failure names the line and what to do', { timeout }, async () => {
    const client = await openHere()
    const code = 'def main():\n    print("so far")\n    return {"x": 1 / 0}'
    const answer = await client.callTool({ name: 'run_code', arguments: { language: 'python', code } })
    expect(answer.isError).toBe(true)
    expect(recordOf(answer)).toMatchObject({ status: 'failed', error: { code: 'code_threw', details: { line: 3 } } })
    expect(textOf(answer)).toMatch(/ZeroDivisionError.*line 3.*What to do: .*stdout:\nso far/s)
  })

  test('declared outputs are checked', { timeout }, async () => {
    const client = await openHere()
    const code = 'function main() { return { n: "1" } }'
    const outputs = { n: { type: 'number' } }
    const answer = await client.callTool({ name: 'run_code', arguments: { language: 'js', code, outputs } })
    expect(recordOf(answer).error).toMatchObject({ code: 'output_wrong_type' })
    expect(textOf(answer)).toContain('Output "n" is the string "1" but is declared as number')
  })

  test('logs arrive while the code runs, as messages and as progress', { timeout }, async () => {
    const client = await openHere()
    const told: string[] = []
    const progress: number[] = []
    const started = Promise.withResolvers<void>()
    client.setNotificationHandler('notifications/message', ({ params }) => {
      const { stream, text } = params.data as { stream: string; text: string }
      told.push(`${params.level} ${stream} ${text.trim()}`)
      started.resolve()
    })
    const controller = new AbortController()
    const call = client.callTool(
      {
        name: 'run_code',
        arguments: { language: 'python', code: forever },
        _meta: { [LOG_LEVEL_META_KEY]: 'debug' },
      },
      { signal: controller.signal, timeout, onprogress: (it) => progress.push(it.progress) },
    )
    // The run does not end by itself, so whatever arrives arrives before its result.
    await started.promise
    await eventually('progress is told', () => progress.length > 0)
    controller.abort()
    await expect(call).rejects.toThrow()
    expect(told[0]).toBe('info stdout started')
    expect(progress[0]).toBe(1)
  })

  test('a call that the client cancels cancels the run', { timeout }, async () => {
    const client = await openHere()
    const controller = new AbortController()
    const call = client.callTool(
      { name: 'run_code', arguments: { language: 'python', code: forever } },
      { signal: controller.signal, timeout },
    )
    await eventually('it runs', () => runs.stats().byClient[owner] === 1)
    controller.abort()
    await expect(call).rejects.toThrow()
    await eventually('the run is cancelled', () => isIdle() && newestRun(owner)?.status === 'cancelled')
  })

  test('a client that goes away leaves no run', { timeout }, async () => {
    const client = await openHere()
    const call = client.callTool({ name: 'run_code', arguments: { language: 'python', code: forever } }, { timeout })
    await eventually('it runs', () => runs.stats().byClient[owner] === 1)
    for (const close of opened.splice(0)) await close()
    await expect(call).rejects.toThrow()
    await eventually('the run is cancelled', () => isIdle() && newestRun(owner)?.status === 'cancelled')
  })

  test('timeout_ms ends a run', { timeout }, async () => {
    const client = await openHere()
    const given = { language: 'javascript', code: 'function main() { for (;;); }', timeout_ms: 300 }
    const answer = await client.callTool({ name: 'run_code', arguments: given })
    expect(answer.isError).toBe(true)
    expect(recordOf(answer).error).toMatchObject({ code: 'wall_time_exceeded', details: { wallMs: 300 } })
  })

  test('run_node gives the record that the library gives', { timeout }, async () => {
    const client = await openHere()
    const node = {
      type: 'code' as const,
      title: 'Divide',
      code: 'def main(a):\n    return {"x": 1 // a}',
      variables: [{ variable: 'a', value_selector: [] }],
      outputs: { x: { type: 'number' as const } },
      error_strategy: 'default-value' as const,
      default_value: [{ key: 'x', type: 'number' as const, value: 7 }],
    }
    const answer = await client.callTool({ name: 'run_node', arguments: { node, inputs: { a: 0 }, node_id: 'n1' } })
    const expected = await runNode(node, { a: 0 }, { sandbox, limits, nodeId: 'n1' })
    expect(answer.isError).toBeFalsy()
    expect(comparable(recordOf(answer))).toEqual(comparable(expected))
    expect(textOf(answer)).toContain('Outputs:\n{"x":7,')
  })

  test('run_workflow gives a record with each node, and tells nodes and logs', { timeout }, async () => {
    const client = await openHere()
    await client.listTools()
    const told: Record<string, unknown>[] = []
    client.setNotificationHandler('notifications/message', ({ params }) => {
      told.push(params.data as Record<string, unknown>)
    })
    const progress: unknown[] = []
    const answer = await client.callTool(
      {
        name: 'run_workflow',
        arguments: { workflow: stringify(handled), inputs: { n: 1 } },
        _meta: { [LOG_LEVEL_META_KEY]: 'debug' },
      },
      { timeout, onprogress: ({ message }) => progress.push(message) },
    )
    const record = answer.structuredContent as WorkflowRecord
    expect(record).toMatchObject({ status: 'partial-succeeded', outputs: { n: 7 } })
    expect(answer.isError).toBeFalsy()
    expect(runs.get(record.id, owner)).toEqual(record)
    expect(textOf(answer)).toMatch(/Outputs:\n{"n":7}.*FAILS \(fails\): exception, code_threw.*fails stdout:\na/s)
    const ofFails = told.filter(({ nodeId }) => nodeId === 'fails')
    expect(ofFails.map(({ status, text }) => status ?? text)).toEqual([
      'started',
      ...['a\n', 'b\n', 'retry', 'a\n', 'b\n', 'retry', 'a\n', 'b\n'],
      'exception',
    ])
    expect(progress).toContain('RESCUE: succeeded')
  })

  test('run_workflow takes stand-ins for nodes that do not run here', { timeout }, async () => {
    const client = await openHere()
    const chat = graph([node('s', 'start'), node('l', 'llm'), end('e', { t: 'l.text' })], 's>l', 'l>e')
    const call = async (given: object) =>
      await client.callTool({ name: 'run_workflow', arguments: { workflow: chat, ...given } })
    const first = (await call({ stand_ins: { L: { text: 'Hi' } } })).structuredContent as WorkflowRecord
    expect(first.outputs).toEqual({ t: 'Hi' })
    const second = (await call({ stand_ins_from: first.id })).structuredContent as WorkflowRecord
    expect(second).toMatchObject({ outputs: { t: 'Hi' }, nodes: [{}, { standIn: 'recorded' }, {}] })
    expect(textOf(await call({}))).toContain('is llm, which does not run here')
  })

  test('the text has whole numbers with all their digits', { timeout }, async () => {
    const client = await openHere()
    const code = 'def main():\n    return {"n": 2**62 + 1}'
    const answer = await client.callTool({ name: 'run_code', arguments: { language: 'python', code } })
    expect(textOf(answer)).toContain('{"n":4611686018427387905}')
  })

  test.each([
    ['run_code', { language: 'ruby', code: 'x' }, 'request_invalid', 'language'],
    ['run_code', { language: 'python' }, 'request_invalid', 'code is missing'],
    ['run_code', { language: 'python', code: 'x', inputs: { '1a': 1 } }, 'request_invalid', 'inputs["1a"]'],
    ['run_code', { language: 'python', code: ' ' }, 'node_invalid', 'code is empty'],
    ['run_code', { language: 'python', code: 'x', time: 1 }, 'request_invalid', 'time is not known here'],
    ['run_node', { node: { type: 'code' } }, 'node_invalid', 'code'],
    ['run_node', { node: {}, nodeId: 'n1' }, 'request_invalid', 'nodeId is not known here. Did you mean node_id?'],
    ['run_workflow', { workflow: 'a: [' }, 'workflow_invalid', 'line 1, column 5'],
    ['run_workflow', { inputs: {} }, 'workflow_invalid', 'workflow'],
    ['run_workflow', { flow: {} }, 'request_invalid', 'flow is not known here'],
    ['run_workflow', { flow: {} }, 'request_invalid', 'workflow is missing'],
    ['list_packages', { language: 'ruby' }, 'request_invalid', 'language'],
  ])('%s %j is refused as %s', { timeout }, async (name, given, code, told) => {
    const client = await openHere()
    const answer = await client.callTool({ name, arguments: given })
    expect(answer.isError).toBe(true)
    expect(answer.structuredContent).toMatchObject({ error: { code } })
    expect(textOf(answer)).toContain(told)
  })

  test('packages are listed', { timeout }, async () => {
    const client = await openHere()
    await client.listTools()
    const all = await client.callTool({ name: 'list_packages', arguments: {} })
    const { python, javascript } = sandbox.packages()
    expect(all.structuredContent).toEqual({ python, javascript })
    const typescript = await client.callTool({ name: 'list_packages', arguments: { language: 'ts' } })
    expect(typescript.structuredContent).toEqual({ javascript })
    for (const { name, version } of javascript) expect(textOf(typescript)).toContain(`${name} ${version}`)
  })
})

/** A record without what differs from run to run. */
function comparable({ id, startedAt, usage, attempts, ...rest }: RunRecord): unknown {
  const same = attempts.map(({ startedAt: _at, durationMs: _ms, usage: _used, ...attempt }) => attempt)
  return { ...rest, attempts: same, known: [id, startedAt, usage].every(Boolean) }
}

/** A call as text, since the official client cannot write such a number. */
const bigCall = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'tools/call',
  params: {
    name: 'run_code',
    arguments: { language: 'python', code: 'def main(n):\n    return {"next": n + 1}', inputs: { n: 'N' } },
  },
}).replace('"N"', '4611686018427387904')

test('the call of docs/mcp.md gives what it says', { timeout }, async () => {
  const page = readFileSync(new URL('../../../docs/mcp.md', import.meta.url), 'utf8')
  const snippets = [...page.matchAll(/^```json\n(.*?)^```/gms)].map(([, json = '']) => JSON.parse(json) as object)
  const client = await open({ connect: connectByStreams }, 'legacy')
  const answer = await client.callTool({ name: 'run_code', arguments: snippets.at(-1) as Record<string, unknown> })
  expect(recordOf(answer).outputs).toEqual({ sum: 3 })
})

test('a mistake of ours is told to the operator, not to the client', { timeout }, async () => {
  const failures: unknown[] = []
  const packages = () => {
    throw new Error('a path of this machine')
  }
  const broken = Fastify({ logger: { stream: { write: (line) => failures.push(line) } } })
  registerMcp(broken, { runs, sandbox: { packages }, keys: keysOf([]), version, limits })
  const url = new URL('/mcp', await broken.listen({ port: 0, host: '127.0.0.1' }))
  const client = await open({ connect: (it) => it.connect(new StreamableHTTPClientTransport(url)) }, 'legacy')
  const answer = await client.callTool({ name: 'list_packages', arguments: {} })
  expect(answer.structuredContent).toMatchObject({ error: { code: 'internal_error' } })
  expect(JSON.stringify(answer)).not.toContain('path of this machine')
  expect(failures.join()).toContain('path of this machine')
  broken.server.closeAllConnections()
  await broken.close()
})

describe('over streams', () => {
  /** What the server writes to a client that writes these lines and waits for so many. */
  async function exchange(
    lines: readonly string[],
    answers: number,
  ): Promise<{ written: string[]; problems: string[] }> {
    const [input, output] = [new PassThrough(), new PassThrough()]
    const problems: string[] = []
    const options = { runs, packages: () => sandbox.packages(), version, limits: { ...limits, inputBytes: 1000 } }
    const onProblem = (message: string) => problems.push(message)
    const served = serveMcpStdio({ ...options, input, output, onProblem }, new AbortController().signal)
    let text = ''
    output.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      if (text.split('\n').length > answers) input.end()
    })
    input.write(lines.map((line) => `${line}\n`).join(''))
    await served
    return { written: text.trimEnd().split('\n'), problems }
  }

  test('whole numbers keep their digits both ways', { timeout }, async () => {
    const { written, problems } = await exchange([bigCall], 1)
    expect(written.at(-1)).toContain('"outputs":{"next":4611686018427387905}')
    expect(problems).toEqual([])
  })

  test('lines that are no messages are passed over, and not repeated', { timeout }, async () => {
    const { written, problems } = await exchange(['{"secret', '', '{"jsonrpc":"1.0"}', bigCall], 1)
    expect(written).toHaveLength(1)
    expect(problems).toHaveLength(2)
    expect(problems.join()).not.toContain('secret')
  })

  test('a message that is too large ends the connection', { timeout }, async () => {
    const { problems } = await exchange([JSON.stringify({ text: 'x'.repeat(3_000_000) })], 1)
    expect(problems).toEqual([expect.stringContaining('A message is larger than')])
  })
})

describe('over HTTP', () => {
  const message = { jsonrpc: '2.0', id: 1, method: 'tools/list' }
  const post = (headers: Record<string, string>, body = JSON.stringify(message)) =>
    fetch(address, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers },
      body,
    })

  test.each([{}, { authorization: 'Bearer wrong' }, { 'x-api-key': 'wrong' }])(
    'a request with %j for a key is refused',
    async (headers: Record<string, string>) => {
      const response = await post(headers)
      expect(response.status).toBe(401)
      expect(response.headers.get('content-type')).toContain('application/problem+json')
      expect(response.headers.get('www-authenticate')).toBe('Bearer')
      expect(await response.json()).toMatchObject({ code: 'unauthorized', status: 401 })
    },
  )

  test('a client with a wrong key cannot connect', async () => {
    const requestInit = { headers: { authorization: 'Bearer wrong' } }
    const client = new Client({ name: 'test', version: '1' })
    await expect(client.connect(new StreamableHTTPClientTransport(address, { requestInit }))).rejects.toThrow()
  })

  test('the key is taken from X-Api-Key as well', async () => {
    const response = await post({ 'x-api-key': key })
    expect(response.status).toBe(200)
    expect(await response.text()).toContain('run_code')
  })

  test('whole numbers keep their digits both ways', async () => {
    const response = await post({ 'x-api-key': key }, bigCall)
    expect(await response.text()).toContain('"outputs":{"next":4611686018427387905}')
  })

  test('one that cancels cannot reach the calls of another session', { timeout }, async () => {
    const [one, other] = [
      await open({ connect: connectByHttp }, 'legacy'),
      await open({ connect: connectByHttp }, 'legacy'),
    ]
    const slow = 'import time\ndef main():\n    time.sleep(1)\n    return {"done": True}'
    const call = one.callTool({ name: 'run_code', arguments: { language: 'python', code: slow } }, { timeout })
    // The ids of calls are counted by each client, so those of two clients are alike.
    for (let requestId = 0; requestId < 5; requestId++) {
      await other.notification({ method: 'notifications/cancelled', params: { requestId } })
    }
    expect(recordOf(await call).outputs).toEqual({ done: true })
  })

  test.each(modes)('a server that closes lets a call of $era end', { timeout }, async ({ mode }) => {
    const closing = Fastify()
    registerMcp(closing, { runs, sandbox, keys: keysOf([]), version, limits })
    const url = new URL('/mcp', await closing.listen({ port: 0, host: '127.0.0.1' }))
    const client = await open({ connect: (it) => it.connect(new StreamableHTTPClientTransport(url)) }, mode)
    const slow = 'import time\ndef main():\n    time.sleep(1)\n    return {"done": True}'
    const call = client.callTool({ name: 'run_code', arguments: { language: 'python', code: slow } }, { timeout })
    await eventually('it runs', () => runs.stats().byClient.local === 1)
    const closed = closing.close()
    expect(recordOf(await call).outputs).toEqual({ done: true })
    closing.server.closeAllConnections()
    await closed
  })

  test.each(['', '{', '[1', 'null', '"text"', '{"jsonrpc":"2.0"}'])(
    'the body %j is refused, and nothing breaks',
    async (body) => {
      const { status } = await post({ 'x-api-key': key }, body)
      expect(status).toBeGreaterThanOrEqual(400)
      expect(status).toBeLessThan(500)
    },
  )
})

describe('codenode mcp', () => {
  const dataDir = makeDataDir()
  afterAll(() => rmSync(dataDir, { recursive: true, force: true }))
  const command = process.execPath
  const args = [fileURLToPath(new URL('../../codenode/bin/codenode.js', import.meta.url)), 'mcp']
  // The client passes on only what it must; the isolation of this machine is the environment's to name.
  const env = Object.fromEntries(
    Object.entries({ ...process.env, CODENODE_DATA_DIR: dataDir }).flatMap(([name, value]) =>
      value ? [[name, value]] : [],
    ),
  )

  test.each(modes)('speaks the protocol of $era, and leaves nothing behind', { timeout }, async ({ mode }) => {
    const transport = new StdioClientTransport({ command, args, env, stderr: 'pipe' })
    const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode } })
    const problems: Error[] = []
    client.onerror = (error) => problems.push(error)
    await client.connect(transport, { timeout })
    const { pid } = transport
    const { tools } = await client.listTools()
    expect(tools).toHaveLength(4)
    for (const [language, code] of sums) {
      const given = { language, code, inputs: { a: 1, b: 2 } }
      const answer = await client.callTool({ name: 'run_code', arguments: given }, { timeout })
      expect(recordOf(answer).outputs).toEqual({ sum: 3 })
    }
    const below = descendants(pid ?? 0)
    expect(below.length).toBeGreaterThan(0)
    await client.close()
    await eventually('every process has ended', () => ![pid ?? 0, ...below].some(isAlive))
    expect(problems).toEqual([])
  })

  const start = (changed: Record<string, string>) => {
    const child = spawn(command, args, { env: { ...env, ...changed }, stdio: ['pipe', 'pipe', 'pipe'] })
    opened.push(async () => void child.kill('SIGKILL'))
    const printed = { stdout: '', stderr: '' }
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].on('data', (chunk: Buffer) => {
        printed[name] += chunk.toString()
      })
    }
    const ended = once(child, 'close').then(() => child.exitCode)
    return { child, printed, ended }
  }

  test.each(['the end of its input', 'SIGTERM'] as const)(
    '%s ends it in the middle of a run',
    { timeout },
    async (end) => {
      const { child, printed, ended } = start({})
      const params = { name: 'run_code', arguments: { language: 'python', code: forever } }
      child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params })}\n`)
      await eventually('it runs', () => printed.stdout.includes('started'))
      const below = descendants(child.pid ?? 0)
      if (end === 'SIGTERM') child.kill('SIGTERM')
      else child.stdin.end()
      expect(await ended).toBe(0)
      await expect.poll(() => below.filter(isAlive)).toEqual([])
      // The ready line, and nothing of code or inputs.
      expect(printed.stderr).toMatch(/^codenode mcp: ready \(isolation [^\n]*\)\n$/)
    },
  )

  test('a wrong configuration is told on the standard error', { timeout }, async () => {
    const { printed, ended } = start({ CODENODE_WALL_MS: 'soon' })
    expect(await ended).toBe(2)
    expect(printed.stdout).toBe('')
    expect(printed.stderr).toContain('CODENODE_WALL_MS')
  })
})
