import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from 'node:net'
import type { CodeNodeInput, RunEvent, WorkflowEvent } from 'codenode'
import type * as api from 'codenode/client'
import { ApiError, type Client, createClient } from 'codenode/client'
import { checkConfig } from 'codenode/internal/config/read-config'
import type { RunningSandbox } from 'codenode/internal/pool/create-sandbox'
import { afterAll, beforeAll, describe, expect, expectTypeOf, test } from 'vitest'
import { openSandbox } from '../../codenode/test/support/sandbox.ts'
import { forever, parallel } from '../../codenode/test/support/workflows.ts'
import { createServer } from '../src/http/create-server.ts'
import { Keyring } from '../src/http/keys/keyring.ts'
import type * as service from '../src/service/api/types.ts'
import { createRunService } from '../src/service/run-service.ts'

const apiKey = 'the key of these tests'.replaceAll(' ', '-')
let sandbox: RunningSandbox
let baseUrl: string
let client: Client
let stop: () => Promise<void>

beforeAll(async () => {
  sandbox = await openSandbox({ spares: 1 })
  const { config } = checkConfig({ apiKeys: [apiKey] }, {}, null)
  const history = { file: ':memory:', maxRuns: 1000, maxAgeDays: 1, inputs: true }
  const runs = createRunService({ sandbox, limits: sandbox.limits, maxRuns: 20, maxRunsPerClient: 3, history })
  const keyring = Keyring.of(config.service.apiKeys)
  const timeouts = { heartbeatMs: 50 }
  const server = await createServer({ runs, sandbox, config, keyring, version: '0.0.0', timeouts })
  baseUrl = await server.listen({ host: '127.0.0.1', port: 0 })
  client = createClient({ baseUrl: `${baseUrl}/`, apiKey })
  stop = async () => {
    server.server.closeAllConnections()
    await server.close()
    await runs.close({ deadlineMs: 0 })
  }
})
afterAll(async () => {
  await stop?.()
  await sandbox?.close()
})

function node(code: string, settings: Partial<CodeNodeInput> = {}): CodeNodeInput {
  return { type: 'code', title: 'Test', code_language: 'python3', variables: [], outputs: {}, code, ...settings }
}

const count = node(
  'import time\ndef main(n):\n    for i in range(n):\n        print(i, flush=True)\n        time.sleep(0.02)\n    return {"n": n}',
  { variables: [{ variable: 'n' }], outputs: { n: { type: 'number' } } },
)
const endless = node('import time\ndef main():\n    print("here", flush=True)\n    time.sleep(100)\n    return {}')

async function errorOf(promise: Promise<unknown>): Promise<ApiError> {
  const error = await promise.then(
    () => expect.fail('it was not refused'),
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(ApiError)
  return error as ApiError
}

describe('a run', () => {
  test('comes back as its record, integers with all their digits both ways', async () => {
    const add = node('def main(a):\n    return {"b": a + 1}', {
      variables: [{ variable: 'a' }],
      outputs: { b: { type: 'number' } },
    })
    const record = await client.runNode({ node: add, inputs: { a: 9007199254740993n }, nodeId: 'node-1' })
    expect([record.status, record.outputs, record.node.id]).toEqual(['succeeded', { b: 9007199254740994n }, 'node-1'])
    expect(await client.getRun(record.id)).toEqual(record)
    expect(await client.getRunRequest(record.id)).toMatchObject({ inputs: { a: 9007199254740993n } })
  })

  test('keeps what main returns when any outputs are asked for', async () => {
    const free = node('def main():\n    return {"whatever": [1]}')
    expect((await client.runNode({ node: free, outputs: 'any' })).outputs).toEqual({ whatever: [1] })
  })

  test('that is started is followed event by event', async () => {
    const started = await client.startNode({ node: count, inputs: { n: 3 } })
    const events: api.SequencedEvent[] = []
    for await (const event of client.followRun(started.id)) events.push(event)
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, i) => i + 1))
    const types = events.map(({ event }) => event.type)
    expect([types[0], ...types.slice(-3)]).toEqual(['status', 'attempt', 'status', 'result'])
    const rest: api.SequencedEvent[] = []
    for await (const event of client.followRun(started.id, { after: 2 })) rest.push(event)
    expect(rest).toEqual(events.slice(2))
  })

  test('tells its events while it goes on, and then its record', async () => {
    const events: RunEvent[] = []
    const record = await client.runNode(
      { node: count, inputs: { n: 2 } },
      { onEvent: (event) => void events.push(event) },
    )
    expect(record.outputs).toEqual({ n: 2 })
    expect(events.at(-1)).toEqual({ type: 'result', runId: record.id, record })
  })

  test('is the same one for the same idempotency key', async () => {
    const request = { node: count, inputs: { n: 1 } }
    const first = await client.runNode(request, { idempotencyKey: 'once' })
    const again = await client.runNode(request, { idempotencyKey: 'once' })
    expect(again).toEqual(first)
    const { code, status } = await errorOf(client.runNode({ ...request, inputs: { n: 2 } }, { idempotencyKey: 'once' }))
    expect({ code, status }).toEqual({ code: 'idempotency_conflict', status: 409 })
  })

  test('is cancelled by its id', async () => {
    const { id } = await client.startNode({ node: endless })
    expect((await client.cancelRun(id)).status).toBe('cancelled')
    expect(await client.getRun(id)).toMatchObject({ id, status: 'cancelled' })
  })

  test.each([['in one request'], ['with events']])('is cancelled by an abort of its caller, %s', async (how) => {
    const stopped = new AbortController()
    const nodeId = `aborted ${how}`
    const options = how === 'with events' ? { onEvent: () => undefined } : {}
    const promise = client.runNode({ node: endless, nodeId }, { signal: stopped.signal, ...options })
    const reason = new Error('enough')
    const rejected = expect(promise).rejects.toBe(reason)
    const [running] = await untilListed({ nodeId })
    stopped.abort(reason)
    await rejected
    // The stream of events ends when the run has.
    for await (const { event } of client.followRun(running?.id ?? '')) {
      if (event.type === 'result') expect(event.record.status).toBe('cancelled')
    }
  })
})

describe('a workflow', () => {
  test('is run, followed, checked, and run again', async () => {
    const events: WorkflowEvent[] = []
    const record = await client.runWorkflow(
      { workflow: parallel, inputs: { n: 4 } },
      { onEvent: (event) => void events.push(event) },
    )
    expect(record).toMatchObject({ status: 'succeeded', outputs: { double: 8, negative: -4 } })
    expect(events.at(-1)).toEqual({ type: 'result', runId: record.id, record })
    expect(events.flatMap((event) => (event.type === 'node' ? [event.status] : []))).toHaveLength(8)
    const again: WorkflowEvent[] = []
    for await (const { event } of client.followRun<WorkflowEvent>(record.id)) again.push(event)
    expect(again).toEqual(events)

    const rerun = await client.rerunNode({ runId: record.id, nodeId: 'double', inputs: { n: 5 } })
    expect(rerun).toMatchObject({ outputs: { n: 10 }, node: { id: 'double' } })
    const replayed = await client.replay({ runId: record.id, inputs: { n: 6 } })
    expect(replayed.outputs).toEqual({ double: 12, negative: -6 })
    const rerunOf = { runId: record.id, nodeId: null }
    expect(await client.getRunRequest(replayed.id)).toEqual({
      workflow: parallel,
      inputs: { n: 6 },
      rerunOf,
      secrets: [],
    })
    const { runs } = await client.listRuns({ kind: 'workflow', limit: 2 })
    expect(runs.map((run) => run.rerunOf)).toEqual([rerunOf, null])
  })

  test('takes stand-ins for nodes that do not run here, to run and to be checked', async () => {
    const nodes = [
      { id: 's', data: { type: 'start' } },
      { id: 'l', data: { type: 'llm' } },
      { id: 'e', data: { type: 'end', outputs: [{ variable: 't', value_selector: ['l', 'text'] }] } },
    ]
    const edges = [
      { source: 's', target: 'l' },
      { source: 'l', target: 'e' },
    ]
    const workflow = { nodes, edges }
    const record = await client.runWorkflow({ workflow, standIns: { l: { text: 'Hi' } } })
    expect(record.outputs).toEqual({ t: 'Hi' })
    expect((await client.runWorkflow({ workflow, standInsFrom: record.id })).outputs).toEqual({ t: 'Hi' })
    expect((await client.replay({ runId: record.id, standIns: { l: { text: 'Ho' } } })).outputs).toEqual({ t: 'Ho' })
    expect(await client.validateWorkflow(workflow)).toMatchObject({ valid: false, issues: [{ nodeType: 'llm' }] })
    expect(await client.validateWorkflow(workflow, { standIns: 'made' })).toMatchObject({ valid: true })
  })

  test('that is started is cancelled by its id, or by an abort of its caller', async () => {
    const started = await client.startWorkflow({ workflow: forever })
    expect(started).toMatchObject({ status: 'running', workflow: { name: 'Workflow' } })
    expect((await client.cancelRun(started.id)).status).toBe('cancelled')
    const stopped = new AbortController()
    const onEvent = (event: WorkflowEvent) => event.type === 'log' && stopped.abort(new Error('enough'))
    await expect(client.runWorkflow({ workflow: forever }, { signal: stopped.signal, onEvent })).rejects.toThrow(
      'enough',
    )
    const [newest] = (await client.listRuns({ kind: 'workflow', limit: 1 })).runs
    await expect.poll(async () => (await client.getRun(newest?.id ?? '')).status).toBe('cancelled')
  })

  test('that is wrong is told with every issue', async () => {
    expect(await client.validateWorkflow(parallel)).toMatchObject({
      valid: true,
      workflow: { nodes: [{}, {}, {}, {}] },
    })
    expect(await client.validateWorkflow('a: [')).toMatchObject({ valid: false, issues: [{ node: null }] })
    const error = await errorOf(client.runWorkflow({ workflow: { nodes: [], edges: [] } }))
    expect([error.code, error.status, error.issues.length > 0]).toEqual(['workflow_invalid', 422, true])
  })
})

/** The runs that a filter finds, once there are some. */
async function untilListed(filter: api.RunFilter): Promise<api.RunSummary[]> {
  for (;;) {
    const { runs } = await client.listRuns(filter)
    if (runs.length > 0) return runs
  }
}

describe('the service', () => {
  test('lists runs page by page, by filter', async () => {
    for (let n = 0; n < 3; n++) await client.runNode({ node: count, inputs: { n: 0 }, nodeId: 'listed' })
    const first = await client.listRuns({ nodeId: 'listed', limit: 2 })
    const second = await client.listRuns({ nodeId: 'listed', limit: 2, cursor: first.nextCursor ?? '' })
    expect([first.runs.length, second.runs.length, second.nextCursor]).toEqual([2, 1, null])
    expect(await client.listRuns({ nodeId: 'listed', status: 'failed' })).toEqual({ runs: [], nextCursor: null })
  })

  test('checks a node without running it', async () => {
    expect(await client.validateNode(count)).toMatchObject({ valid: true, node: { code_language: 'python3' } })
    const checked = await client.validateNode({ ...count, code_language: 'cobol' })
    expect(checked).toMatchObject({ valid: false, issues: [{ path: 'code_language' }] })
  })

  test('tells its packages, its isolation, its state and its health', async () => {
    const packages = await client.packages()
    expect(packages.python.find(({ name }) => name === 'numpy')).toMatchObject({ importNames: ['numpy'] })
    expect(packages.javascript.map(({ name }) => name)).toContain('lodash')
    const { members } = await client.members({ language: 'python', module: 'os', path: 'path' })
    expect(members.find(({ name }) => name === 'join')).toMatchObject({ kind: 'function', detail: '(a, *p)' })
    expect(await client.isolation()).toEqual(sandbox.isolation)
    expect(await client.status()).toMatchObject({ version: '0.0.0', history: { isWritable: true, problem: null } })
    await client.health()
  })
})

describe('an error', () => {
  test('tells every problem of a node', async () => {
    const wrong = { ...count, code_language: 'cobol', code: '' } as unknown as CodeNodeInput
    const error = await errorOf(client.runNode({ node: wrong }))
    expect([error.code, error.status, error.isTemporary]).toEqual(['node_invalid', 422, false])
    expect(error.issues.length).toBeGreaterThan(0)
    expect(error.message).toContain('code_language')
  })

  test.each([
    ['unauthorized', 401, () => createClient({ baseUrl, apiKey: 'wrong' }).listRuns()],
    ['unauthorized', 401, () => createClient({ baseUrl }).listRuns()],
    ['run_not_found', 404, () => client.getRun('run_0')],
    ['run_not_found', 404, async () => await client.followRun('a/../b').next()],
    ['package_not_found', 404, () => client.members({ language: 'javascript', module: '@none/of-these' })],
    ['request_invalid', 400, () => client.listRuns({ limit: 1000 })],
    ['not_found', 404, () => createClient({ baseUrl: `${baseUrl}/elsewhere`, apiKey }).packages()],
  ])('%s has the status %i', async (code, status, call) => {
    const error = await errorOf(call())
    expect([error.code, error.status]).toEqual([code, status])
  })

  test('says how long to wait when there are too many runs', async () => {
    const started = await Promise.all([1, 2, 3].map(async () => await client.startNode({ node: endless })))
    const error = await errorOf(client.runNode({ node: count, inputs: { n: 0 } }))
    await Promise.all(started.map(async ({ id }) => await client.cancelRun(id)))
    expect([error.code, error.status, error.retryAfterMs]).toEqual(['too_many_runs', 429, 1000])
  })

  test('tells that nothing answers, and that something else does', async () => {
    const [gone, other] = await Promise.all([
      openPort(null),
      openPort('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi'),
    ])
    await gone.close()
    const nothing = await errorOf(createClient({ baseUrl: gone.address }).health())
    const something = await errorOf(createClient({ baseUrl: other.address }).health())
    await other.close()
    expect([nothing.code, nothing.status, nothing.isTemporary]).toEqual(['connection_failed', null, true])
    expect([something.code, something.status]).toEqual(['answer_unreadable', 200])
  })
})

describe('a broken connection', () => {
  test('of a stream is opened again behind the last event', async () => {
    await using cutter = await openCutter({ bytes: 1200, times: 3 })
    const through = createClient({ baseUrl: cutter.address, apiKey })
    const { id } = await client.startNode({ node: count, inputs: { n: 20 } })
    const events: api.SequencedEvent[] = []
    for await (const event of through.followRun(id)) events.push(event)
    expect(cutter.cuts()).toBe(3)
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, i) => i + 1))
    expect(events.at(-1)).toMatchObject({
      event: { type: 'result', record: { status: 'succeeded', outputs: { n: 20 } } },
    })
  })

  test('is given up when each try breaks before an event', async () => {
    await using cutter = await openCutter({ bytes: 100, times: Number.POSITIVE_INFINITY })
    const through = createClient({ baseUrl: cutter.address, apiKey })
    const { id } = await client.runNode({ node: count, inputs: { n: 0 } })
    const error = await errorOf(through.followRun(id, { maxTries: 3 }).next())
    expect([error.code, cutter.cuts()]).toEqual(['connection_failed', 3])
  })

  test('is given up after some tries', async () => {
    const gone = await openPort(null)
    await gone.close()
    const error = await errorOf(createClient({ baseUrl: gone.address }).followRun('run_0', { maxTries: 2 }).next())
    expect(error.code).toBe('connection_failed')
  })

  test('is noticed when nothing comes any more', async () => {
    const silent = await openPort('HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n')
    const error = await errorOf(
      createClient({ baseUrl: silent.address }).followRun('run_0', { maxTries: 2, idleMs: 100 }).next(),
    )
    await silent.close()
    expect(error.code).toBe('connection_failed')
  })

  test('is not waited for when the caller has enough', async () => {
    const gone = await openPort(null)
    await gone.close()
    const signal = AbortSignal.timeout(100)
    const following = createClient({ baseUrl: gone.address }).followRun('run_0', { maxTries: 1000, signal }).next()
    await expect(following).rejects.toMatchObject({ name: 'TimeoutError' })
  })
})

test('the types of the client are those of the service', () => {
  expectTypeOf<api.RunSummary>().toEqualTypeOf<service.RunSummary>()
  expectTypeOf<api.RunFilter>().toEqualTypeOf<service.RunFilter>()
  expectTypeOf<api.RunPage>().toEqualTypeOf<service.RunPage>()
  expectTypeOf<api.RunDocument>().toEqualTypeOf<service.RunDocument>()
  expectTypeOf<api.SequencedEvent>().toEqualTypeOf<service.SequencedEvent>()
})

/** Something that answers every connection with the same text and keeps it open. */
async function openPort(text: string | null) {
  return await listen((socket) => {
    if (text !== null) socket.once('data', () => socket.write(text))
  })
}

/** A way to the service that cuts connections, so many times, after some bytes of the answer. */
async function openCutter({ bytes, times }: { bytes: number; times: number }) {
  let cuts = 0
  const port = await listen((socket) => {
    const { hostname, port: to } = new URL(baseUrl)
    const upstream = connect(Number(to), hostname)
    let left = cuts < times ? bytes : Number.POSITIVE_INFINITY
    socket.pipe(upstream)
    upstream.on('data', (chunk: Buffer) => {
      if (left <= 0) return
      socket.write(chunk.subarray(0, left))
      left -= chunk.length
      if (left > 0) return
      cuts++
      socket.end()
    })
    upstream.on('error', () => socket.destroy())
    upstream.on('close', () => socket.destroy())
    socket.on('close', () => upstream.destroy())
  })
  return { address: port.address, cuts: () => cuts, [Symbol.asyncDispose]: port.close }
}

async function listen(onConnection: (socket: Socket) => void) {
  const sockets = new Set<Socket>()
  const server = createTcpServer((socket) => {
    sockets.add(socket)
    // Broken connections are what these tests are about.
    socket.on('error', () => socket.destroy())
    onConnection(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const close = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  }
  return { address: `http://127.0.0.1:${port}`, close }
}
