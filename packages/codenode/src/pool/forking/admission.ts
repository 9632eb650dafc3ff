import { CodenodeError } from '../../contract/error.ts'

export type AdmissionOptions = {
  /** Runs at once. */
  maxRunning: number
  /** Runs that may wait beyond those; the next one is refused at once with `pool_full`. */
  maxWaiting: number
}

type Waiter = { admit: () => void; refuse: (error: Error) => void }

/**
 * Bounded concurrency with a bounded line. Clients take turns; the runs of one client are first come, first served.
 */
export class Admission {
  readonly #options: AdmissionOptions
  /** The line of each client, in the order of their turns. */
  readonly #lines = new Map<string, Set<Waiter>>()
  #waiting = 0
  #running = 0
  #closed = false

  constructor(options: AdmissionOptions) {
    this.#options = options
  }

  get running(): number {
    return this.#running
  }

  get waiting(): number {
    return this.#waiting
  }

  /** As `enter`, for a run that need not wait; false: it has to. Throws `sandbox_closed`. */
  tryEnter(): boolean {
    if (this.#closed) throw new CodenodeError('sandbox_closed', {})
    if (this.#running >= this.#options.maxRunning) return false
    this.#running++
    return true
  }

  /** Resolves when it is this run's turn; rejects with `pool_full`, `sandbox_closed` or `cancelled`. */
  async enter(signal?: AbortSignal, client = ''): Promise<void> {
    if (signal?.aborted) throw new CodenodeError('cancelled', {}, { cause: signal.reason })
    if (this.tryEnter()) return
    if (this.#waiting >= this.#options.maxWaiting) throw new CodenodeError('pool_full', { waiting: this.#waiting })
    const line = this.#lines.get(client) ?? new Set()
    this.#lines.set(client, line)
    await new Promise<void>((resolve, reject) => {
      const leave = () => {
        line.delete(waiter)
        this.#waiting--
        if (line.size === 0) this.#lines.delete(client)
        signal?.removeEventListener('abort', onAbort)
      }
      const waiter: Waiter = {
        admit: () => {
          leave()
          resolve()
        },
        refuse: (error) => {
          leave()
          reject(error)
        },
      }
      const onAbort = () => waiter.refuse(new CodenodeError('cancelled', {}, { cause: signal?.reason }))
      signal?.addEventListener('abort', onAbort, { once: true })
      line.add(waiter)
      this.#waiting++
    })
  }

  /** A run has ended: the first in the line of the client whose turn it is takes its place. */
  leave(): void {
    const [turn] = this.#lines
    if (!turn) {
      this.#running--
      return
    }
    const [client, line] = turn
    // Its next turn is after all others'.
    this.#lines.delete(client)
    this.#lines.set(client, line)
    const [next] = line
    next?.admit()
  }

  close(): void {
    this.#closed = true
    for (const line of [...this.#lines.values()]) {
      for (const waiter of [...line]) waiter.refuse(new CodenodeError('sandbox_closed', {}))
    }
  }
}
