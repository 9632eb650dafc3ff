import { randomBytes } from 'node:crypto'
import { availableParallelism } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { CodenodeError, isCodenodeError } from '../../contract/error.ts'
import type { ServerLimits } from '../../contract/limits.ts'
import type { Execution, Isolation, Program, SandboxRunOptions } from '../../contract/program.ts'
import type { RuntimeName } from '../../contract/runtime-name.ts'
import { Admission } from '../../line/admission.ts'
import { holdOffload } from '../../offload/offload.ts'
import type { InstalledPackage } from '../../sandbox/installed-packages.ts'
import { listPackages, noPackages } from '../../sandbox/start-zygote.ts'
import type { RunningSandbox, SandboxStats } from '../options/running-sandbox.ts'
import type { SandboxSettings } from '../options/sandbox-options.ts'
import { Host } from './host.ts'

/** How long to wait before a host that ended is started again; doubled up to the second figure. */
const backoffMs = { first: 200, most: 30_000 }

/**
 * A sandbox whose zygotes, sockets and limits are in threads of their own. This one only decides who is next and hands
 * runs over, so that it has time for the service and a machine with many cores can be used by one service.
 */
export class HostedSandbox implements RunningSandbox {
  readonly limits: ServerLimits
  readonly #options: SandboxSettings
  readonly #admission: Admission
  readonly #hosts = new Set<Host>()
  readonly #letOffloadGo = holdOffload()
  /** Resolved, and made anew, whenever a host gets ready or cannot. */
  #change = Promise.withResolvers<void>()
  #lastFailure: CodenodeError | undefined
  #isolation: Isolation
  #lost = 0
  #failures = 0
  #closing: Promise<void> | undefined

  /** `options.hosts` is at least one. */
  constructor(options: SandboxSettings) {
    const cores = availableParallelism()
    const maxRunning = options.maxRunning ?? Math.max(4, 2 * cores)
    this.limits = options.limits
    this.#isolation = { level: options.isolation, layers: {} }
    this.#admission = new Admission({ maxRunning, maxWaiting: options.maxWaiting })
    const spares = options.spares === undefined ? undefined : Math.ceil(options.spares / options.hosts)
    // Who runs is decided here. In a host a run may still wait until the process before it is reaped.
    this.#options = { ...options, maxRunning, maxWaiting: Number.MAX_SAFE_INTEGER, spares }
  }

  get isolation(): Isolation {
    return this.#isolation
  }

  /** Those that there are now, also those that start. */
  get hosts(): readonly Host[] {
    return [...this.#hosts]
  }

  /** `onLaunched`: told at once, since what starts does not need this thread. */
  async open(onLaunched?: () => void): Promise<void> {
    onLaunched?.()
    await Promise.all(Array.from({ length: this.#options.hosts }, () => this.#start()))
  }

  async run(program: Program, options: SandboxRunOptions = {}): Promise<Execution> {
    const { signal, client } = options
    if (this.#closing) throw new CodenodeError('sandbox_closed', {})
    const asked = performance.now()
    let held = false
    try {
      if (signal?.aborted) return this.#cancelled(0)
      if (!this.#admission.tryEnter()) await this.#admission.enter(signal, client)
      held = true
      const host = this.#freest() ?? (await this.#awaitHost(signal))
      const waitedMs = performance.now() - asked
      options.onStart?.()
      const execution = await host.run(program, options)
      execution.usage.queuedMs += waitedMs
      return execution
    } catch (error) {
      if (signal?.aborted) return this.#cancelled(performance.now() - asked)
      throw this.#closing ? new CodenodeError('sandbox_closed', {}, { cause: error }) : error
    } finally {
      if (held) this.#admission.leave()
    }
  }

  packages(): Record<RuntimeName, InstalledPackage[]> {
    return this.#options.packages === 'none' ? noPackages : listPackages(this.#options.packagesDir)
  }

  stats(): SandboxStats {
    const runtimes: SandboxStats['runtimes'] = {}
    for (const host of this.#hosts) {
      for (const [name, its] of Object.entries(host.runtimes)) {
        // The keys are names of runtimes.
        const { spares = 0, lost = this.#lost } = runtimes[name as RuntimeName] ?? {}
        runtimes[name as RuntimeName] = { ...its, spares: spares + its.spares, lost: lost + its.lost }
      }
    }
    const ending = this.hosts.reduce((sum, host) => sum + host.ending, 0)
    return { running: this.#admission.running, waiting: this.#admission.waiting, ending, runtimes }
  }

  async close(): Promise<void> {
    this.#closing ??= this.#shutDown()
    await this.#closing
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #shutDown(): Promise<void> {
    this.#admission.close()
    this.#tellChange()
    await Promise.all([...this.#hosts].map((host) => host.close()))
    await this.#letOffloadGo()
  }

  async #start(): Promise<void> {
    const folder = path.join(this.#options.dataDir, 'run', `${process.pid}-${randomBytes(6).toString('hex')}`)
    const host = new Host(this.#options, folder)
    this.#hosts.add(host)
    host.onGone = () => this.#hosts.delete(host)
    await host.ready()
    this.#isolation = host.isolation ?? this.#isolation
    this.#failures = 0
    this.#lastFailure = undefined
    host.onGone = () => {
      this.#hosts.delete(host)
      if (this.#closing) return
      this.#lost++
      void this.#replace()
    }
    this.#tellChange()
  }

  /** Starts a host in the place of one that ended, for as long as it takes. */
  async #replace(): Promise<void> {
    while (!this.#closing) {
      try {
        await this.#start()
        return
      } catch (error) {
        this.#lastFailure = toCodenodeError(error)
        this.#tellChange()
        await sleep(Math.min(backoffMs.first * 2 ** this.#failures++, backoffMs.most), undefined, { ref: false })
      }
    }
  }

  #freest(): Host | undefined {
    let freest: Host | undefined
    for (const host of this.#hosts) {
      if (host.state === 'ready' && (!freest || host.load < freest.load)) freest = host
    }
    return freest
  }

  /** Waits for the first host that is ready; what keeps all of them from starting is thrown. */
  async #awaitHost(signal: AbortSignal | undefined): Promise<Host> {
    for (;;) {
      const host = this.#freest()
      if (host) return host
      if (this.#closing) throw new CodenodeError('sandbox_closed', {})
      if (signal?.aborted) throw new CodenodeError('cancelled', {}, { cause: signal.reason })
      if (this.#lastFailure) throw this.#lastFailure
      const aborted = Promise.withResolvers<void>()
      signal?.addEventListener('abort', () => aborted.resolve(), { once: true })
      await Promise.race([this.#change.promise, aborted.promise])
    }
  }

  #tellChange(): void {
    this.#change.resolve()
    this.#change = Promise.withResolvers()
  }

  #cancelled(queuedMs: number): Execution {
    return {
      outcome: { status: 'cancelled' },
      logs: [],
      usage: { wallMs: 0, queuedMs, cpuMs: 0, peakMemoryBytes: 0 },
      isolation: this.isolation,
    }
  }
}

function toCodenodeError(error: unknown): CodenodeError {
  if (isCodenodeError(error)) return error
  return new CodenodeError('sandbox_unavailable', { message: String(error) }, { cause: error })
}
