/**
 * How often each client may ask: so many requests a minute on average, and as many at once after a quiet minute. It counts in
 * memory, so a start begins anew.
 */
export class Rates {
  /** When each client's room will be whole again. */
  readonly #fullAt = new Map<string, number>()

  /** Takes a request of a client. Gives 0, or the milliseconds until the next one is taken. `nowMs`: on any clock that only goes on. */
  take(client: string, perMinute: number, nowMs = performance.now()): number {
    const eachMs = 60_000 / perMinute
    const fullAt = Math.max(nowMs, this.#fullAt.get(client) ?? 0)
    const waitMs = fullAt + eachMs - nowMs - 60_000
    if (waitMs > 0) return waitMs
    this.#fullAt.set(client, fullAt + eachMs)
    if (this.#fullAt.size > 10_000) this.#forget(nowMs)
    return 0
  }

  #forget(nowMs: number): void {
    for (const [client, fullAt] of this.#fullAt) if (fullAt <= nowMs) this.#fullAt.delete(client)
  }
}
