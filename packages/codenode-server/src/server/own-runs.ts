import { CodenodeError } from 'codenode/internal/contract/error'
import type { Execution, Program, SandboxRunOptions } from 'codenode/internal/contract/program'
import type { RunningSandbox } from 'codenode/internal/pool/create-sandbox'
import { gateSandbox } from 'codenode/internal/workflow/graph/gate'

/**
 * The sandbox of a service as the library of its program uses it. It has places and a line of its own, since the line of the
 * service has no bound, and it ends with the service: to close it does nothing.
 */
export class OwnRuns {
  readonly sandbox: RunningSandbox
  readonly #active = new Set<Promise<unknown>>()
  readonly #stop = new AbortController()
  #isClosed = false

  constructor(shared: RunningSandbox, bounds: { maxRunning: number; maxWaiting: number }) {
    const bounded = gateSandbox(shared, bounds)
    const run = async (program: Program, options: SandboxRunOptions = {}): Promise<Execution> => {
      if (this.#isClosed) throw new CodenodeError('sandbox_closed', {})
      const { signal } = this.#stop
      const stopped = options.signal ? AbortSignal.any([options.signal, signal]) : signal
      const running = bounded.run(program, { ...options, signal: stopped })
      this.#active.add(running)
      try {
        return await running
      } finally {
        this.#active.delete(running)
      }
    }
    this.sandbox = {
      get isolation() {
        return shared.isolation
      },
      limits: shared.limits,
      run,
      packages: () => shared.packages(),
      stats: () => shared.stats(),
      close: async () => undefined,
      [Symbol.asyncDispose]: async () => undefined,
    }
  }

  /** Takes nothing more, waits for what runs up to `deadlineMs`, and cancels the rest. */
  async close(deadlineMs: number): Promise<void> {
    this.#isClosed = true
    const timer = setTimeout(() => this.#stop.abort(), deadlineMs)
    await Promise.allSettled(this.#active)
    clearTimeout(timer)
  }
}
