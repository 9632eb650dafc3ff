import { CodenodeError } from 'codenode/internal/contract/error'
import type { Execution } from 'codenode/internal/contract/program'
import type { ProgramOptions, ProgramRequest, RunServiceOptions } from '../api/types.ts'
import type { Seats } from '../limits/seats.ts'
import { buildScript } from './build-script.ts'

/** Whole programs that run. Nothing is kept of them. */
export class Programs {
  readonly #options: Pick<RunServiceOptions, 'sandbox' | 'limits'>
  readonly #seats: Seats
  /** What cancels a program, and its end. */
  readonly #running = new Map<AbortController, Promise<Execution>>()

  constructor(options: Pick<RunServiceOptions, 'sandbox' | 'limits'>, seats: Seats) {
    this.#options = options
    this.#seats = seats
  }

  /** Rejects with `code_too_large`, `too_many_runs`, `pool_full`, and what the sandbox says. */
  async run(request: ProgramRequest, { client, signal, onLog }: ProgramOptions): Promise<Execution> {
    const { sandbox, limits } = this.#options
    const program = buildScript(request, limits)
    const seat = this.#seats.take(client)
    try {
      seat.hold(program.code.length + program.inputsJson.length)
    } catch (error) {
      seat.leave()
      throw error
    }
    const stop = new AbortController()
    const either = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal
    const running = sandbox.run(program, { signal: either, onLog, client }).finally(() => {
      seat.leave()
      this.#running.delete(stop)
    })
    this.#running.set(stop, running)
    const execution = await running
    // Who asked has not gone away, so the service has ended it.
    if (execution.outcome.status === 'cancelled' && stop.signal.aborted) throw new CodenodeError('service_stopping', {})
    return execution
  }

  /** Ends all, as the service does. */
  interruptAll(): void {
    for (const stop of this.#running.keys()) stop.abort()
  }

  async ended(): Promise<void> {
    await Promise.allSettled(this.#running.values())
  }
}
