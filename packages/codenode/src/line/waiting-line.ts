import { CodenodeError } from '../contract/error.ts'

/** One that waits; each of the two ends it. */
export type Waiter<Given> = { give: (value: Given) => void; refuse: (error: unknown) => void }

/**
 * Those who wait for something. Clients take turns; of one client, who came first is served first. Who is cancelled leaves at
 * once.
 */
export class WaitingLine<Given> implements Iterable<Waiter<Given>> {
  /** Of each client, in the order of their turns. */
  readonly #turns = new Map<string, Set<Waiter<Given>>>()
  #length = 0

  get length(): number {
    return this.#length
  }

  /** Client by client. */
  *[Symbol.iterator](): Iterator<Waiter<Given>> {
    for (const waiters of this.#turns.values()) yield* waiters
  }

  /** Resolves to what it is served; rejects with what it is refused with, and with `cancelled` when the signal is aborted. */
  async join(signal?: AbortSignal, client = ''): Promise<Given> {
    throwIfCancelled(signal)
    const { promise, resolve, reject } = Promise.withResolvers<Given>()
    const waiters = this.#turns.get(client) ?? new Set()
    this.#turns.set(client, waiters)
    const leave = (): void => {
      waiters.delete(waiter)
      this.#length--
      if (waiters.size === 0) this.#turns.delete(client)
      signal?.removeEventListener('abort', cancel)
    }
    const waiter: Waiter<Given> = {
      give: (value) => {
        leave()
        resolve(value)
      },
      refuse: (error) => {
        leave()
        reject(error)
      },
    }
    const cancel = (): void => waiter.refuse(cancelled(signal))
    signal?.addEventListener('abort', cancel, { once: true })
    waiters.add(waiter)
    this.#length++
    return await promise
  }

  /** Gives it to the one whose turn it is. False: nobody waits. */
  serve(value: Given): boolean {
    const [turn] = this.#turns
    if (!turn) return false
    const [client, waiters] = turn
    // Its next turn is after all others'.
    this.#turns.delete(client)
    this.#turns.set(client, waiters)
    const [first] = waiters
    first?.give(value)
    return true
  }

  refuseAll(error: unknown): void {
    for (const waiter of [...this]) waiter.refuse(error)
  }
}

/** Throws `cancelled` when the signal is aborted. */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw cancelled(signal)
}

function cancelled(signal: AbortSignal | undefined): CodenodeError {
  return new CodenodeError('cancelled', {}, { cause: signal?.reason })
}
