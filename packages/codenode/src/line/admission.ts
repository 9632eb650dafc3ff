import { CodenodeError } from '../contract/error.ts'
import { throwIfCancelled, WaitingLine } from './waiting-line.ts'

export type AdmissionOptions = {
  /** Runs at once. */
  maxRunning: number
  /** Runs that may wait beyond those; the next one is refused at once with `pool_full`. Default: any number. */
  maxWaiting?: number
}

/** So many places, and a line of those who wait for one. */
export class Admission {
  readonly #maxRunning: number
  readonly #maxWaiting: number
  readonly #line = new WaitingLine<void>()
  #running = 0
  #closed = false

  constructor({ maxRunning, maxWaiting = Number.POSITIVE_INFINITY }: AdmissionOptions) {
    this.#maxRunning = maxRunning
    this.#maxWaiting = maxWaiting
  }

  get running(): number {
    return this.#running
  }

  get waiting(): number {
    return this.#line.length
  }

  /** As `enter`, for a run that need not wait; false: it has to. Throws `sandbox_closed`. */
  tryEnter(): boolean {
    if (this.#closed) throw new CodenodeError('sandbox_closed', {})
    if (this.#running >= this.#maxRunning) return false
    this.#running++
    return true
  }

  /** Resolves when it is this run's turn; rejects with `pool_full`, `sandbox_closed` or `cancelled`. */
  async enter(signal?: AbortSignal, client?: string): Promise<void> {
    throwIfCancelled(signal)
    if (this.tryEnter()) return
    const waiting = this.#line.length
    if (waiting >= this.#maxWaiting) throw new CodenodeError('pool_full', { waiting })
    await this.#line.join(signal, client)
  }

  /** A run has ended: the one whose turn it is takes its place. */
  leave(): void {
    if (!this.#line.serve()) this.#running--
  }

  close(): void {
    this.#closed = true
    this.#line.refuseAll(new CodenodeError('sandbox_closed', {}))
  }
}
