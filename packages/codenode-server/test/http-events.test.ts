/** Live events over HTTP: order, resuming, signs of life, readers that are slow or leave. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import type { RunEvent } from 'codenode/internal/contract/events'
import type { RunningSandbox } from 'codenode/internal/pool/create-sandbox'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventually, openSandbox } from '../../codenode/test/support/sandbox.ts'
import { type Door, endless, node, openDoor } from './support/http-door.ts'

let sandbox: RunningSandbox
let door: Door

beforeAll(async () => {
  sandbox = await openSandbox({ spares: 1 })
  door = await openDoor({ sandbox, server: { timeouts: { heartbeatMs: 50, stallMs: 1000 } } })
})
afterAll(async () => {
  await door?.close()
  await sandbox?.close()
})

type Frame = { id: number; event: string; data: RunEvent }

async function start(body: object): Promise<string> {
  const response = await fetch(`${door.url}/v1/nodes/run`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', prefer: 'respond-async' },
    body: JSON.stringify(body),
  })
  return ((await response.json()) as { id: string }).id
}

async function read(path: string, headers: Record<string, string> = {}): Promise<Frame[]> {
  const response = await fetch(door.url + path, { headers })
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toContain('text/event-stream')
  return toFrames(await response.text())
}

function toFrames(text: string): Frame[] {
  return [...text.matchAll(/^id: (\d+)\nevent: (\w+)\ndata: (.*)\n\n/gm)].map(([, id, event = '', data = '']) => ({
    id: Number(id),
    event,
    data: JSON.parse(data) as RunEvent,
  }))
}

const printing = node(
  'import time\ndef main():\n    for i in range(3):\n        print(i, flush=True)\n        time.sleep(0.05)\n    return {}\n',
)

describe('GET /v1/runs/{id}/events', () => {
  test('tells everything in order, live and again afterwards, and ends behind the result', async () => {
    const path = `/v1/runs/${await start({ node: printing })}/events`
    const live = await read(path)
    expect(live.map(({ id }) => id)).toEqual(live.map((_, index) => index + 1))
    expect(live.map(({ event }) => event)).toEqual(live.map(({ data }) => data.type))
    expect(live.filter(({ event }) => event !== 'log').map(({ event }) => event)).toEqual([
      'status',
      'attempt',
      'status',
      'result',
    ])
    expect(live.flatMap(({ data }) => (data.type === 'log' ? data.entry.text : [])).join('')).toBe('0\n1\n2\n')
    expect(await read(path)).toEqual(live)
  })

  test('goes on behind Last-Event-ID, which wins over `after`', async () => {
    const path = `/v1/runs/${await start({ node: printing })}/events`
    const all = await read(path)
    expect(await read(`${path}?after=2`)).toEqual(all.slice(2))
    expect(await read(`${path}?after=1`, { 'last-event-id': '3' })).toEqual(all.slice(3))
    expect((await fetch(door.url + path, { headers: { 'last-event-id': String(all.length) } })).status).toBe(204)
    for (const [query, headers] of [
      ['?after=-1', {}],
      ['?after=x', {}],
      ['', { 'last-event-id': 'x' }],
    ] as const) {
      expect((await fetch(`${door.url}${path}${query}`, { headers })).status).toBe(400)
    }
  })

  test('shows signs of life while nothing happens, and notices at once when the reader leaves', async () => {
    const id = await start({ node: endless })
    const leaving = new AbortController()
    const response = await fetch(`${door.url}/v1/runs/${id}/events`, { signal: leaving.signal })
    let text = ''
    const reading = (async () => {
      const decoder = new TextDecoder()
      for await (const chunk of response.body ?? []) {
        text += decoder.decode(chunk as Uint8Array)
        if (text.split(': still there\n\n').length > 3) return
      }
    })()
    await reading
    leaving.abort()
    expect(toFrames(text)).toMatchObject([{ id: 1, event: 'status' }])
    await eventually('the connection is closed', async () => (await connections(door)) === 0)
    // Watching is not running: the run goes on.
    expect(door.runs.get(id, 'local').status).toBe('running')
    await door.runs.cancel(id, 'local')
  })

  test('a reader that takes nothing is dropped, does not hold up the run, and can come back', async () => {
    const large = node('def main():\n    return {"texts": ["x" * 400_000] * 20}\n', {
      texts: { type: 'array[string]' },
    })
    const id = await start({ node: large })
    const socket = await openSilently(`/v1/runs/${id}/events`)
    await eventually('the run has ended', () => door.runs.get(id, 'local').status === 'succeeded')
    await eventually('the reader is dropped', async () => (await connections(door)) === 0)
    socket.destroy()
    const all = await read(`/v1/runs/${id}/events`)
    const { data } = all.at(-1) as Frame
    expect(data.type === 'result' && data.record.status).toBe('succeeded')
    expect(await read(`/v1/runs/${id}/events`, { 'last-event-id': '2' })).toEqual(all.slice(2))
  })

  test('a large record is sent to whoever reads it, and not kept for whoever does not', async () => {
    const large = node('def main():\n    return {"texts": ["x" * 400_000] * 20}\n', {
      texts: { type: 'array[string]' },
    })
    const id = await start({ node: large })
    await eventually('the run has ended', () => door.runs.get(id, 'local').status === 'succeeded')
    const record = await (await fetch(`${door.url}/v1/runs/${id}`)).text()
    expect(record.length).toBeGreaterThan(8_000_000)
    const socket = await openSilently(`/v1/runs/${id}`)
    await eventually('the client is dropped', async () => (await connections(door)) === 0)
    socket.destroy()
  })

  test('ends when the service stops', async () => {
    const stopping = await openDoor({ sandbox })
    const started = stopping.runs.start({ node: endless as never }, { client: 'local' })
    const response = await fetch(`${stopping.url}/v1/runs/${started.id}/events`)
    const text = response.text()
    await stopping.runs.close({ deadlineMs: 0 })
    expect(toFrames(await text).at(-1)).toMatchObject({
      event: 'result',
      data: { record: { status: 'failed', error: { code: 'run_interrupted' } } },
    })
    await stopping.close()
  })
})

/** Asks, and then reads nothing. */
async function openSilently(path: string): Promise<Socket> {
  const { port } = new URL(door.url)
  const socket = connect(Number(port), '127.0.0.1')
  await once(socket, 'connect')
  socket.pause()
  socket.on('error', () => undefined) // being dropped is what is tested
  const arrived = once(door.server.server, 'request')
  socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`)
  await arrived
  return socket
}

/** Those that do something: idle ones are closed first. */
async function connections({ server }: Door): Promise<number> {
  server.server.closeIdleConnections()
  return await new Promise((resolve, reject) => {
    server.server.getConnections((error, count) => (error ? reject(error) : resolve(count)))
  })
}
