/**
 * Calls in progress, by session and id. In the protocol of 2025 a client cancels a call by a request of its own, which
 * must find the call; from 2026 on it closes the connection of the call instead.
 */
export class OpenCalls {
  readonly #open = new Map<string, AbortController>()

  /** `signal` is aborted when the client cancels the call; `end` must be called when it has ended. */
  begin(session: string, id: string | number): { signal: AbortSignal; end: () => void } {
    const key = toKey(session, id)
    const controller = new AbortController()
    this.#open.set(key, controller)
    const end = () => {
      if (this.#open.get(key) === controller) this.#open.delete(key)
    }
    return { signal: controller.signal, end }
  }

  cancel(session: string, id: string | number): void {
    this.#open.get(toKey(session, id))?.abort()
  }
}

function toKey(session: string, id: string | number): string {
  return JSON.stringify([session, id])
}
