import type { Attributes, Meter } from '@opentelemetry/api'

/** A request that has ended. */
export type EndedRequest = {
  method: string
  /** The route that was found, such as `/v1/runs/:id`; null: none. */
  route: string | null
  /** Null: the client went away before the answer. */
  status: number | null
  /** The code of the problem, where the answer is one. */
  problem: string | null
  seconds: number
}

/** From a short run to a long one. */
const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1200]

/** By OpenTelemetry's conventions for HTTP servers, which dashboards know. A request counts when it ends, a stream too. */
export function createRequestMetrics(meter: Meter): (request: EndedRequest) => void {
  const duration = meter.createHistogram('http_server_request_duration_seconds', {
    description: 'Time from a request to the end of its answer.',
    advice: { explicitBucketBoundaries: seconds },
  })
  return ({ method, route, status, problem, seconds }) => {
    const attributes: Attributes = {
      http_request_method: method,
      http_route: route ?? '',
      http_response_status_code: status ?? 0,
      error_type: problem ?? (status === null ? 'client_left' : ''),
    }
    duration.record(seconds, attributes)
  }
}
