import { createTraceState, isSpanContextValid, type SpanContext } from '@opentelemetry/api'

export type RequestHeaders = Readonly<Record<string, string | string[] | undefined>>

/** Where a request comes from, as its `traceparent` and `tracestate` say (W3C Trace Context); null: it does not say. */
export function readTraceParent(headers: RequestHeaders): SpanContext | null {
  const { traceparent, tracestate } = headers
  if (typeof traceparent !== 'string') return null
  // Later versions may add fields behind the flags; version ff is forbidden, and 00 has nothing behind them.
  const found = /^(?!ff)([\da-f]{2})-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(-.*)?$/.exec(traceparent.trim())
  const [, version, traceId = '', spanId = '', flags = '', more] = found ?? []
  if (!found || (version === '00' && more !== undefined)) return null
  const context: SpanContext = { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & 1, isRemote: true }
  if (tracestate !== undefined) context.traceState = createTraceState(String(tracestate))
  return isSpanContextValid(context) ? context : null
}
