import { parseLossless, stringifyLossless } from '../json/json.ts'
import { ApiError, readProblem } from './api-error.ts'

export type TransportOptions = { baseUrl: string; apiKey?: string | undefined; fetch?: typeof fetch | undefined }

export type ApiRequest = {
  method?: 'GET' | 'POST'
  path: string
  query?: Readonly<Record<string, string | number | undefined>>
  headers?: Readonly<Record<string, string | undefined>>
  body?: unknown
  signal?: AbortSignal | undefined
  /** It is sent also when the page goes away. */
  outlivesPage?: boolean
}

export type Transport = {
  /** The JSON of an answer, its long integers as bigint. */
  ask(request: ApiRequest): Promise<unknown>
  /** The answer with its body still to be read. */
  open(request: ApiRequest): Promise<Response>
  /** Where the service is. */
  readonly base: string
}

/** Sends requests; every answer but a good one is thrown as `ApiError`, an abort as the signal's reason. */
export function createTransport(options: TransportOptions): Transport {
  // The types say so; who calls from JavaScript has no types.
  const given: unknown = (options as Partial<TransportOptions> | undefined)?.baseUrl
  if (typeof given !== 'string') {
    throw new TypeError(
      "createClient needs baseUrl, where the service is: createClient({ baseUrl: 'http://127.0.0.1:8194' }).",
    )
  }
  const base = given.replace(/\/+$/, '')

  const open = async (request: ApiRequest): Promise<Response> => {
    // Read at each request: a page may replace fetch later.
    const send = options.fetch ?? globalThis.fetch
    const response = await orConnectionFailed(
      request.signal,
      base,
      send(base + target(request), toInit(request, options.apiKey)),
    )
    if (response.ok) return response
    const text = await orConnectionFailed(request.signal, base, response.text())
    throw readProblem({ status: response.status, retryAfter: response.headers.get('retry-after'), text })
  }
  const ask = async (request: ApiRequest): Promise<unknown> => {
    const response = await open(request)
    return parseAnswer(response.status, await orConnectionFailed(request.signal, base, response.text()))
  }
  return { ask, open, base }
}

/** What fetch rejects with, told apart: the caller's abort is passed on, everything else means that no answer came. */
export async function orConnectionFailed<Value>(
  signal: AbortSignal | undefined,
  base: string,
  waiting: Promise<Value>,
): Promise<Value> {
  try {
    return await waiting
  } catch (cause) {
    throw signal?.aborted ? signal.reason : connectionFailed(base, cause)
  }
}

export function connectionFailed(base: string, cause?: unknown): ApiError {
  const at = base === '' ? '' : ` at ${base}`
  const message = `The service${at} cannot be reached, or the connection broke.`
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

function toInit(
  { method = 'GET', headers = {}, body, signal, outlivesPage = false }: ApiRequest,
  apiKey: string | undefined,
): RequestInit {
  const all = new Headers({ Accept: 'application/json' })
  if (apiKey !== undefined) all.set('Authorization', `Bearer ${apiKey}`)
  if (body !== undefined) all.set('Content-Type', 'application/json')
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) all.set(name, value)
  return {
    method,
    headers: all,
    ...(body === undefined ? {} : { body: stringifyLossless(body) }),
    ...(signal ? { signal } : {}),
    ...(outlivesPage ? { keepalive: true } : {}),
  }
}
