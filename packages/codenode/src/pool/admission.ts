import { CodenodeError } from '../contract/error.ts'

export type AdmissionOptions = {
  /** Runs at once. */
  maxRunning: number
  /** Runs that may wait beyond those; the next one is refused at once with `pool_full`. */
  maxWaiting: number
}

type Waiter = { admit: () => void; refuse: (error: Error) => void }

/** Bounded concurrency with a bounded line, first come, first served. */
export class Admission {
  readonly #options: AdmissionOptions
  readonly #line = new Set<Waiter>()
  #running = 0
  #closed = false

  constructor(options: AdmissionOptions) {
    this.#options = options
  }

  get running(): number {
    return this.#running
  }

  get waiting(): number {
    return this.#line.size
  }

  /** Resolves when it is this run's turn; rejects with `pool_full`, `sandbox_closed` or `cancelled`. */
  async enter(signal?: AbortSignal): Promise<void> {
    if (this.#closed) throw new CodenodeError('sandbox_closed', {})
    if (signal?.aborted) throw new CodenodeError('cancelled', {}, { cause: signal.reason })
    if (this.#running < this.#options.maxRunning) {
      this.#running++
      return
    }
    if (this.#line.size >= this.#options.maxWaiting) throw new CodenodeError('pool_full', { waiting: this.#line.size })
    await new Promise<void>((resolve, reject) => {
      const leave = () => {
        this.#line.delete(waiter)
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
      this.#line.add(waiter)
    })
  }

  /** A run has ended: the first in the line takes its place. */
  leave(): void {
    const [next] = this.#line
    if (next) next.admit()
    else this.#running--
  }

  close(): void {
    this.#closed = true
    for (const waiter of this.#line) waiter.refuse(new CodenodeError('sandbox_closed', {}))
  }
}
