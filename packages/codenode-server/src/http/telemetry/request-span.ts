import { type Attributes, type Context, SpanKind, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api'
import type { EndedRequest } from './request-metrics.ts'

/** A request that is answered now, as a span. */
export type RequestSpan = {
  /** In which its runs are. */
  readonly context: Context
  readonly traceId: string
  end(request: Pick<EndedRequest, 'status' | 'problem'>): void
}

export type BegunRequest = {
  method: string
  /** The route that was found, such as `/v1/runs/:id`; null: none. */
  route: string | null
  /** Without its query, which may hold secrets. */
  path: string
  scheme: string
  userAgent: string | undefined
}

/** Those that the conventions know; others are of whoever asks. */
const methods = ['CONNECT', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT', 'QUERY', 'TRACE']

/** Begins a span by OpenTelemetry's semantic conventions for HTTP servers, the stable ones. */
export function beginRequestSpan(tracer: Tracer, parent: Context, begun: BegunRequest): RequestSpan {
  const { method, route, path, scheme, userAgent } = begun
  const known = methods.includes(method) ? method : '_OTHER'
  const attributes: Attributes = {
    'http.request.method': known,
    'url.path': path,
    'url.scheme': scheme,
    ...(known === method ? {} : { 'http.request.method_original': method }),
    ...(route === null ? {} : { 'http.route': route }),
    ...(userAgent === undefined ? {} : { 'user_agent.original': userAgent }),
  }
  const verb = known === '_OTHER' ? 'HTTP' : known
  const name = route === null ? verb : `${verb} ${route}`
  const span = tracer.startSpan(name, { kind: SpanKind.SERVER, attributes }, parent)
  return {
    context: trace.setSpan(parent, span),
    traceId: span.spanContext().traceId,
    end: ({ status, problem }) => {
      const isFailed = status === null || status >= 500
      if (status !== null) span.setAttribute('http.response.status_code', status)
      if (problem !== null) span.setAttribute('codenode.problem', problem)
      if (isFailed) {
        span.setAttribute('error.type', status === null ? 'client_left' : (problem ?? String(status)))
        span.setStatus({ code: SpanStatusCode.ERROR })
      }
      span.end()
    },
  }
}
