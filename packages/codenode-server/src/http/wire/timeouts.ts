/** How long the server waits for whom, in milliseconds. */
export type Timeouts = {
  /** For the whole of a request, so that a client that sends one byte a second does not hold a connection. */
  requestMs: number
  /** For its headers. */
  headersMs: number
  /** How often the two above are looked at. */
  checkMs: number
  /** For the next request on a connection. */
  keepAliveMs: number
  /** Between two signs of life on a stream of events. */
  heartbeatMs: number
  /** For a reader that takes nothing of what was sent to it. */
  stallMs: number
}

export const defaultTimeouts: Timeouts = {
  requestMs: 60_000,
  headersMs: 20_000,
  checkMs: 2_000,
  // Longer than the 60 s of common proxies, so that it is they who close.
  keepAliveMs: 72_000,
  heartbeatMs: 15_000,
  stallMs: 30_000,
}
