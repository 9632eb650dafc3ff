import type { Execution, Program, Sandbox, SandboxRunOptions } from '../../contract/program.ts'

/**
 * A sandbox in which at most `places` programs of one workflow are at once; more wait here, first come first served, so that
 * a wide graph does not fill the sandbox's line.
 */
export function gateSandbox(sandbox: Sandbox, places: number): Sandbox {
  const gate = new Gate(places)
  return {
    get isolation() {
      return sandbox.isolation
    },
    run: (program, options) => runInTurn(sandbox, gate, program, options),
    close: () => sandbox.close(),
  }
}

async function runInTurn(
  sandbox: Sandbox,
  gate: Gate,
  program: Program,
  options: SandboxRunOptions = {},
): Promise<Execution> {
  const waitedMs = await gate.enter(options.signal)
  if (waitedMs === null) return notRun(sandbox)
  try {
    const execution = await sandbox.run(program, options)
    if (waitedMs === 0) return execution
    const { usage } = execution
    return { ...execution, usage: { ...usage, queuedMs: usage.queuedMs + waitedMs } }
  } finally {
    gate.leave()
  }
}

/** What became of a program that was not run. */
export function notRun({ isolation }: Sandbox): Execution {
  const usage = { wallMs: 0, queuedMs: 0, cpuMs: 0, peakMemoryBytes: 0 }
  return { outcome: { status: 'cancelled' }, logs: [], usage, isolation }
}

class Gate {
  #free: number
  readonly #waiting = new Set<() => void>()

  constructor(places: number) {
    this.#free = places
  }

  /** How long it took, in ms; null: the signal came first. */
  async enter(signal: AbortSignal | undefined): Promise<number | null> {
    if (signal?.aborted) return null
    if (this.#free > 0) {
      this.#free--
      return 0
    }
    const startMs = performance.now()
    const { promise, resolve } = Promise.withResolvers<'turn' | 'aborted'>()
    const takeTurn = (): void => resolve('turn')
    const giveUp = (): void => {
      if (this.#waiting.delete(takeTurn)) resolve('aborted')
    }
    this.#waiting.add(takeTurn)
    signal?.addEventListener('abort', giveUp)
    const outcome = await promise
    signal?.removeEventListener('abort', giveUp)
    return outcome === 'turn' ? performance.now() - startMs : null
  }

  /** The place goes to who waited longest. */
  leave(): void {
    const [next] = this.#waiting
    if (!next) this.#free++
    else {
      this.#waiting.delete(next)
      next()
    }
  }
}
