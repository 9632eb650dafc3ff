import { parseLossless, stringifyLossless } from '../json/json.ts'
import { ApiError, readProblem } from './api-error.ts'

export type TransportOptions = { baseUrl: string; apiKey?: string | undefined; fetch?: typeof fetch | undefined }

export type ApiRequest = {
  method?: 'GET' | 'POST' | 'DELETE'
  path: string
  query?: Readonly<Record<string, string | number | undefined>>
  headers?: Readonly<Record<string, string | undefined>>
  body?: unknown
  signal?: AbortSignal | undefined
}

export type Transport = {
  /** The JSON of an answer, its long integers as bigint. */
  ask(request: ApiRequest): Promise<unknown>
  /** The answer with its body still to be read. */
  open(request: ApiRequest): Promise<Response>
}

/** Sends requests; every answer but a good one is thrown as `ApiError`, an abort as the signal's reason. */
export function createTransport(options: TransportOptions): Transport {
  const base = options.baseUrl.replace(/\/+$/, '')

  const open = async (request: ApiRequest): Promise<Response> => {
    // Read at each request: a page may replace fetch later.
    const send = options.fetch ?? globalThis.fetch
    const response = await orConnectionFailed(
      request.signal,
      send(base + target(request), toInit(request, options.apiKey)),
    )
    if (response.ok) return response
    const text = await orConnectionFailed(request.signal, response.text())
    throw readProblem({ status: response.status, retryAfter: response.headers.get('retry-after'), text })
  }
  const ask = async (request: ApiRequest): Promise<unknown> => {
    const response = await open(request)
    return parseAnswer(response.status, await orConnectionFailed(request.signal, response.text()))
  }
  return { ask, open }
}

/** What fetch rejects with, told apart: the caller's abort is passed on, everything else means that no answer came. */
export async function orConnectionFailed<Value>(
  signal: AbortSignal | undefined,
  waiting: Promise<Value>,
): Promise<Value> {
  try {
    return await waiting
  } catch (cause) {
    throw signal?.aborted ? signal.reason : connectionFailed(cause)
  }
}

export function connectionFailed(cause?: unknown): ApiError {
  const message = 'The service cannot be reached, or the connection broke.'
  return new ApiError({ code: 'connection_failed', message, cause })
}

export function parseAnswer(status: number, text: string): unknown {
  try {
    return parseLossless(text)
  } catch (cause) {
    const message = 'The answer is not JSON; perhaps a proxy gave it.'
    throw new ApiError({ code: 'answer_unreadable', message, status, cause })
  }
}

function target({ path, query = {} }: ApiRequest): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value))
  return search.size > 0 ? `${path}?${search.toString()}` : path
}

function toInit({ method = 'GET', headers = {}, body, signal }: ApiRequest, apiKey: string | undefined): RequestInit {
  const all = new Headers({ Accept: 'application/json' })
  if (apiKey !== undefined) all.set('Authorization', `Bearer ${apiKey}`)
  if (body !== undefined) all.set('Content-Type', 'application/json')
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) all.set(name, value)
  return {
    method,
    headers: all,
    ...(body === undefined ? {} : { body: stringifyLossless(body) }),
    ...(signal ? { signal } : {}),
    // A run that is cancelled because its page goes away is still cancelled.
    ...(method === 'DELETE' ? { keepalive: true } : {}),
  }
}
