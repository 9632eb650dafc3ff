import type { AnyEvent } from '../contract/run-documents.ts'
import { ApiError } from './api-error.ts'
import { readServerSentEvents } from './server-sent-events.ts'
import { connectionFailed, orConnectionFailed, parseAnswer, type Transport } from './transport.ts'
import type { SequencedEvent } from './types.ts'

export type FollowOptions = {
  /** The `seq` of the last event that is known. Default: 0, all events are wanted. */
  after?: number
  /** Ends following; the run goes on. */
  signal?: AbortSignal | undefined
  /** Tries in a row that brought nothing, after which it is given up. Default: 8, about 20 s. */
  maxTries?: number
  /** A connection on which nothing came for so long is taken for broken. Default: 60,000. */
  idleMs?: number
}

/** The events of a run up to its `result`. A broken connection is opened again behind the last event, with growing waits. */
export async function* followRun<Event extends AnyEvent>(
  transport: Transport,
  id: string,
  { after = 0, signal, maxTries = 8, idleMs = 60_000 }: FollowOptions = {},
): AsyncGenerator<SequencedEvent<Event>, void> {
  let last = after
  let failedTries = 0
  for (;;) {
    let problem = connectionFailed(transport.base)
    let heartbeats = 0
    try {
      for await (const message of listen<Event>(transport, id, { last, signal, idleMs })) {
        // The first sign of life comes with the answer; a connection that breaks right behind it has brought nothing.
        if (message === 'over') return
        if (message !== 'heartbeat' || ++heartbeats > 1) failedTries = 0
        if (message === 'heartbeat') continue
        last = message.seq
        yield message
        if (message.event.type === 'result') return
      }
    } catch (error) {
      if (!(error instanceof ApiError) || !error.isTemporary) throw error
      problem = error
    }
    if (++failedTries >= maxTries) throw problem
    await pause(Math.max(problem.retryAfterMs ?? 0, waitBeforeTry(failedTries, Math.random())), signal)
  }
}

/** Doubled each time from 0.25 s up to 10 s; the upper half is left to chance, so that many clients do not come back at once. */
export function waitBeforeTry(failedTries: number, random: number): number {
  const most = Math.min(250 * 2 ** (failedTries - 1), 10_000)
  return most / 2 + (most / 2) * random
}

type ListenOptions = { last: number; signal: AbortSignal | undefined; idleMs: number }

/** One connection. */
async function* listen<Event extends AnyEvent>(
  transport: Transport,
  id: string,
  { last, signal, idleMs }: ListenOptions,
): AsyncGenerator<SequencedEvent<Event> | 'heartbeat' | 'over'> {
  const connection = new AbortController()
  const both = signal ? AbortSignal.any([signal, connection.signal]) : connection.signal
  let timer: ReturnType<typeof setTimeout> | undefined
  const silent = connectionFailed(transport.base, new Error(`Nothing came for ${idleMs} ms.`))
  const expectMore = (): void => {
    clearTimeout(timer)
    timer = setTimeout(() => connection.abort(silent), idleMs)
  }
  try {
    expectMore()
    const headers = { Accept: 'text/event-stream', 'Last-Event-ID': last > 0 ? String(last) : undefined }
    const response = await transport.open({ path: `/v1/runs/${encodeURIComponent(id)}/events`, headers, signal: both })
    // The caller knows the result already.
    if (response.status === 204) yield 'over'
    for await (const message of readServerSentEvents(chunksOf(response, both, transport.base))) {
      expectMore()
      if (message.type === 'comment') yield 'heartbeat'
      // The service sends an event of the run in each message, and the caller knows what the run is of.
      else yield { seq: Number(message.id), event: parseAnswer(response.status, message.data) as Event }
    }
  } finally {
    clearTimeout(timer)
    // A reader that stops early must not leave the connection open.
    connection.abort()
  }
}

async function* chunksOf(response: Response, signal: AbortSignal, base: string): AsyncGenerator<Uint8Array> {
  // A body is made of bytes, which the type of Response leaves open.
  const reader = (response.body as ReadableStream<Uint8Array> | null)?.getReader()
  if (!reader) return
  for (;;) {
    const { done, value } = await orConnectionFailed(signal, base, reader.read())
    if (done) return
    yield value
  }
}

async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted()
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const stop = (): void => reject(signal?.reason)
  const timer = setTimeout(resolve, ms)
  signal?.addEventListener('abort', stop, { once: true })
  try {
    await promise
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', stop)
  }
}
