/** Why a run is stopped before its end: the caller's signal or the time limit, whichever comes first. */
export class StopReason {
  readonly #controller = new AbortController()
  readonly #caller: AbortSignal | undefined
  readonly #timer: NodeJS.Timeout
  readonly #onAbort = (): void => this.#stop('cancelled')
  #reason: 'cancelled' | 'time_exceeded' | null = null

  /** Timers can wait for 2^31 − 1 ms at most, which is 24 days. */
  constructor(caller: AbortSignal | undefined, wallMs: number) {
    this.#caller = caller
    this.#timer = setTimeout(() => this.#stop('time_exceeded'), Math.min(wallMs, 2 ** 31 - 1))
    caller?.addEventListener('abort', this.#onAbort)
    if (caller?.aborted) this.#stop('cancelled')
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  get reason(): 'cancelled' | 'time_exceeded' | null {
    return this.#reason
  }

  /** Nothing is stopped any more. */
  dispose(): void {
    clearTimeout(this.#timer)
    this.#caller?.removeEventListener('abort', this.#onAbort)
  }

  #stop(reason: 'cancelled' | 'time_exceeded'): void {
    this.#reason ??= reason
    this.#controller.abort()
  }
}
