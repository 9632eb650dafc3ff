/** What becomes of runs and requests when a real service is told to stop, or is killed. */
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import type { RunDocument } from 'codenode/internal/contract/run-documents'
import { isInProgress } from 'codenode/internal/contract/run-documents'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventually } from '../../codenode/test/support/sandbox.ts'
import { makeDataDir, startService, type TestService } from '../../codenode/test/support/service.ts'
import { node } from './support/http-door.ts'

const json = { 'content-type': 'application/json' }
/** One run at a time, so that all others wait. */
const oneByOne = { CODENODE_MAX_RUNNING: '1', CODENODE_WALL_MS: '120000', CODENODE_CPU_MS: '120000' }

const made: string[] = []
const opened: TestService[] = []
afterAll(async () => {
  for (const service of opened) await service.close()
  for (const folder of made) rmSync(folder, { recursive: true, force: true })
})

function newDataDir(): string {
  const folder = makeDataDir()
  made.push(folder)
  return folder
}

async function open(dataDir: string, env: Record<string, string> = {}): Promise<TestService> {
  const service = await startService({ dataDir, env: { ...oneByOne, ...env } })
  opened.push(service)
  return service
}

async function end(service: TestService, signal: NodeJS.Signals): Promise<number | null> {
  const ended = once(service.process, 'exit') as Promise<[number | null]>
  service.process.kill(signal)
  return (await ended)[0]
}

async function begin(at: string, body: unknown, path = '/v1/nodes/run'): Promise<string> {
  const headers = { ...json, prefer: 'respond-async' }
  const response = await fetch(`${at}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
  expect(response.status).toBe(202)
  return ((await response.json()) as { id: string }).id
}

const get = async (at: string, id: string) => (await (await fetch(`${at}/v1/runs/${id}`)).json()) as RunDocument

async function ended(at: string, id: string): Promise<RunDocument> {
  await eventually(`${id} has ended`, async () => !isInProgress(await get(at, id)), 60_000)
  return await get(at, id)
}

/** Says that it runs, and goes on for far too long. */
const long = node('import time\ndef main():\n    print("at work")\n    time.sleep(100)\n    return {}\n')
const square = { ...node('def main(n):\n    return {"square": n * n}\n', { square: { type: 'number' } }, ['n']) }
const workflow = {
  kind: 'app',
  app: { name: 'Squares', mode: 'workflow' },
  workflow: {
    graph: {
      nodes: [
        { id: 'start', data: { type: 'start', title: 'Start', variables: [{ variable: 'n', type: 'number' }] } },
        {
          id: 'square',
          data: { ...square, variables: [{ variable: 'n', value_selector: ['start', 'n'] }] },
        },
        {
          id: 'end',
          data: { type: 'end', title: 'End', outputs: [{ variable: 'out', value_selector: ['square', 'square'] }] },
        },
      ],
      edges: [
        { id: 'a', source: 'start', target: 'square' },
        { id: 'b', source: 'square', target: 'end' },
      ],
    },
  },
}

async function untilAtWork(at: string, id: string): Promise<void> {
  await eventually('it runs', async () => (await get(at, id)).status === 'running')
}

describe.each([
  { how: 'told to stop', signal: 'SIGTERM' },
  { how: 'killed', signal: 'SIGKILL' },
] as const)('a service that is $how', ({ signal }) => {
  test('leaves the runs that it accepted and has not begun to the next start, and blames the platform for the others', async () => {
    const dataDir = newDataDir()
    const first = await open(dataDir, { CODENODE_STOP_MS: '100' })
    const begun = await begin(first.address, { node: long })
    await untilAtWork(first.address, begun)
    const waiting = await Promise.all([1, 2, 3].map((n) => begin(first.address, { node: square, inputs: { n } })))
    const any = await begin(first.address, {
      node: node('def main():\n    return {"x": 1}\n'),
      outputs: 'any',
      nodeId: 'n',
    })
    const whole = await begin(first.address, { workflow, inputs: { n: 7 } }, '/v1/workflows/run')
    const secret = await begin(first.address, { node: square, inputs: { n: 4 }, secrets: ['n'] })
    const before = await Promise.all([...waiting, any, whole].map((id) => get(first.address, id)))
    expect(before.map(({ status }) => status)).toEqual(Array(5).fill('queued'))
    const queued = await fetch(`${first.address}/v1/runs?status=queued`)
    expect(((await queued.json()) as { runs: unknown[] }).runs).toHaveLength(5)
    expect(await end(first, signal)).toBe(signal === 'SIGTERM' ? 0 : null)

    const second = await open(dataDir)
    expect(second.printed()).toMatch(/"runs":5.*"msg":"resumed"/)
    const after = await Promise.all(waiting.map((id) => ended(second.address, id)))
    expect(after).toMatchObject([1, 4, 9].map((square) => ({ status: 'succeeded', outputs: { square } })))
    expect(after.map(({ startedAt }) => startedAt)).toEqual(before.slice(0, 3).map(({ startedAt }) => startedAt))
    expect(await ended(second.address, any)).toMatchObject({ outputs: { x: 1 }, node: { id: 'n' } })
    expect(await ended(second.address, whole)).toMatchObject({ status: 'succeeded', outputs: { out: 49 } })
    // Its secret is not kept, so there is nothing to begin it with.
    for (const id of [begun, secret]) {
      const error = { code: 'run_interrupted', blame: 'platform' }
      expect(await get(second.address, id)).toMatchObject({ status: 'failed', error })
    }
    if (signal === 'SIGTERM') expect(await get(second.address, begun)).toMatchObject({ logs: [{ text: 'at work\n' }] })
    const metrics = await (await fetch(`${second.address}/metrics`)).text()
    expect(metrics).toMatch(/codenode_runs_total\{[^}]*status="succeeded"[^}]*\} 4/)
  })

  test('tells a follower that comes back the result, whatever it knows, and then nothing more', async () => {
    const dataDir = newDataDir()
    const first = await open(dataDir, { CODENODE_STOP_MS: '100' })
    const code =
      'import time\ndef main():\n    for i in range(20):\n        print(i, flush=True)\n        time.sleep(0.005)\n    time.sleep(100)\n'
    const id = await begin(first.address, { node: node(code) })
    await eventually('much is told', async () => ((await eventIds(first.address, id, 300)).at(-1) ?? 0) > 10)
    await end(first, signal)

    const second = await open(dataDir)
    for (const known of ['1', '2', '3', '12', '5000']) {
      const told = await follow(second.address, id, known)
      expect(told.status).toBe(200)
      expect(told.events.at(-1)).toMatchObject({ type: 'result', id: expect.any(Number) as number })
      const last = String(told.events.at(-1)?.id)
      expect((await follow(second.address, id, last)).status, `after ${known}`).toBe(204)
    }
  })
})

describe('a service that is told to stop', () => {
  let service: TestService
  beforeAll(async () => {
    service = await open(newDataDir(), { CODENODE_DRAIN_MS: '2500' })
  })

  test('first says so to load balancers and serves on, then ends', async () => {
    for (const route of ['livez', 'readyz', 'health']) {
      expect(await (await fetch(`${service.address}/${route}`)).json()).toBe('ok')
    }
    const ending = end(service, 'SIGTERM')
    await eventually('it is not ready', async () => (await fetch(`${service.address}/readyz`)).status === 503)
    expect(await (await fetch(`${service.address}/readyz`)).json()).toMatchObject({ code: 'service_stopping' })
    expect((await fetch(`${service.address}/health`)).status).toBe(503)
    expect((await fetch(`${service.address}/livez`)).status).toBe(200)
    const body = JSON.stringify({ node: square, inputs: { n: 3 } })
    const response = await fetch(`${service.address}/v1/nodes/run`, { method: 'POST', headers: json, body })
    expect(response.headers.get('connection')).toBe('close')
    expect(await response.json()).toMatchObject({ outputs: { square: 9 } })
    expect(await ending).toBe(0)
  })

  test('at a terminal ends at once', async () => {
    const atTerminal = await open(newDataDir(), { CODENODE_DRAIN_MS: '60000' })
    expect(await end(atTerminal, 'SIGINT')).toBe(0)
  })
})

test('a stream that has ended is not begun again by a reader who has all of it', async () => {
  const service = await open(newDataDir())
  const id = await begin(service.address, { node: square, inputs: { n: 2 } })
  const { events } = await follow(service.address, id)
  const last = events.at(-1)
  expect(last?.type).toBe('result')
  expect((await follow(service.address, id, String(last?.id))).status).toBe(204)
  expect((await fetch(`${service.address}/v1/runs/${id}/events?after=${last?.id}`)).status).toBe(204)
  // Nobody can know later numbers, but who asks for them waits for nothing either.
  expect((await follow(service.address, id, '999')).events.map(({ type }) => type)).toEqual(['result'])
})

type Told = { id: number; type: string }

async function follow(at: string, id: string, after = ''): Promise<{ status: number; events: Told[] }> {
  const response = await fetch(`${at}/v1/runs/${id}/events`, { headers: { 'last-event-id': after } })
  return { status: response.status, events: read(await response.text()) }
}

function read(text: string): Told[] {
  return [...text.matchAll(/^id: (\d+)\nevent: (\w+)$/gm)].map(([, id, type = '']) => ({ id: Number(id), type }))
}

/** What a run that goes on tells within some time. */
async function eventIds(at: string, id: string, withinMs: number): Promise<number[]> {
  const response = await fetch(`${at}/v1/runs/${id}/events`, { signal: AbortSignal.timeout(withinMs) })
  let text = ''
  try {
    for await (const chunk of response.body ?? []) text += Buffer.from(chunk).toString()
  } catch {
    // The time is over.
  }
  return read(text).map(({ id }) => id)
}
