import { randomBytes } from 'node:crypto'
import { availableParallelism } from 'node:os'
import path from 'node:path'
import { CodenodeError, isCodenodeError } from '../../contract/error.ts'
import { hasNamespaces } from '../../contract/isolation.ts'
import { type ServerLimits, toRunLimits } from '../../contract/limits.ts'
import type { Execution, Isolation, Program, SandboxRunOptions } from '../../contract/program.ts'
import { type RuntimeName, runtimeOf } from '../../contract/runtime-name.ts'
import { Admission } from '../../line/admission.ts'
import { holdOffload } from '../../offload/offload.ts'
import type { Child } from '../../sandbox/child.ts'
import type { InstalledPackage } from '../../sandbox/installed-packages.ts'
import { Listener } from '../../sandbox/listener.ts'
import { probeZygote } from '../../sandbox/probe/probe-zygote.ts'
import { findRunUids, RunUids } from '../../sandbox/run-uids.ts'
import { type Renewal, Runtime } from '../../sandbox/runtime.ts'
import { listPackages, noPackages, startZygote, type ZygoteSettings } from '../../sandbox/start-zygote.ts'
import { type BorrowedWatch, borrowWatch } from '../../sandbox/watch/shared-watch.ts'
import type { RunningSandbox, SandboxStats } from '../options/running-sandbox.ts'
import type { SandboxSettings } from '../options/sandbox-options.ts'
import { type SpareRange, toSpareRange } from '../options/spare-target.ts'
import { Spares } from './spares.ts'

/** How many zygotes may die under a run that waits for its fork before it fails itself, as for spares. */
const forkTries = 3

type Engine = { runtime: Runtime; spares: Spares<Child> }

/** The sandbox itself: zygotes, their children, the socket between. It lives in the thread that makes it. */
export class ForkingSandbox implements RunningSandbox {
  readonly limits: ServerLimits
  readonly #settings: ZygoteSettings
  readonly #bigIntegers: SandboxSettings['bigIntegers']
  readonly #runtimes: readonly RuntimeName[]
  readonly #spares: SpareRange
  readonly #admission: Admission
  readonly #listener: Listener
  readonly #engines = new Map<RuntimeName, Engine>()
  readonly #letOffloadGo = holdOffload()
  #layers: Readonly<Record<string, string>> = {}
  readonly #renewal: Renewal
  #borrowed: BorrowedWatch | undefined
  #closing: Promise<void> | undefined
  /** Processes that were answered, gave back their place, and are not gone yet. */
  #ending = 0
  readonly #mostEnding: number

  /** `folder`: for its socket; a new one in the data directory unless it is given. */
  constructor(options: SandboxSettings, folder?: string) {
    this.#runtimes = options.runtimes
    this.#renewal = options.renewal
    const cores = availableParallelism()
    this.limits = options.limits
    this.#spares = toSpareRange(options.spares, cores)
    const maxRunning = options.maxRunning ?? Math.max(4, 2 * cores)
    // As they hold memory still, not any number of them.
    this.#mostEnding = Math.ceil(maxRunning / 2)
    this.#admission = new Admission({
      maxRunning,
      maxWaiting: options.maxWaiting,
    })
    const ownFolder = folder ?? path.join(options.dataDir, 'run', `${process.pid}-${randomBytes(6).toString('hex')}`)
    this.#listener = new Listener(ownFolder, (greeted) => {
      const isKnown = [...this.#engines.values()].some(({ runtime }) => runtime.attach(greeted))
      if (!isKnown) greeted.socket.destroy()
    })
    const uids = findRunUids()
    const secret = randomBytes(12).toString('hex')
    let children = 0
    this.#bigIntegers = options.bigIntegers
    this.#settings = {
      packagesDir: options.packagesDir,
      packages: options.packages,
      preload: options.preload,
      timeZone: options.timeZone,
      level: options.isolation,
      socket: { folder: ownFolder, name: this.#listener.name },
      uids: uids && RunUids.claim(uids),
      watch: async () => {
        this.#borrowed ??= borrowWatch()
        return await this.#borrowed.watch
      },
      bubblewrap: options.bubblewrap ?? process.env.CODENODE_BWRAP ?? 'bwrap',
      limits: this.limits,
      maxRunning: maxRunning + this.#mostEnding,
      nextId: () => `${secret}-${children++}`,
    }
  }

  get isolation(): Isolation {
    return { level: this.#settings.level, layers: this.#layers }
  }

  /** `onLaunched`: told when all zygotes have been started, and are left to warm themselves. */
  async open(onLaunched?: () => void): Promise<void> {
    let left = this.#runtimes.length
    this.#settings.onLaunched = () => {
      if (--left === 0) onLaunched?.()
    }
    await this.#listener.listen()
    await Promise.all(
      this.#runtimes.map(async (name) => {
        const engine = this.#engine(name)
        const child = await engine.runtime.fork('run')
        this.#layers = child.layers
        child.kill()
        engine.spares.refill()
      }),
    )
  }

  async run(program: Program, { signal, onLog, onStart, client }: SandboxRunOptions = {}): Promise<Execution> {
    if (this.#closing) throw new CodenodeError('sandbox_closed', {})
    const asked = performance.now()
    const cancelled = (queuedMs: number): Execution => ({
      outcome: { status: 'cancelled' },
      logs: [],
      usage: { wallMs: 0, queuedMs, cpuMs: 0, peakMemoryBytes: 0 },
      isolation: this.isolation,
    })
    const engine = this.#engine(runtimeOf[program.language])
    if (signal?.aborted) return cancelled(0)
    // What need not wait is sent before this returns, so that the caller's own work is done while the program runs.
    try {
      if (!this.#admission.tryEnter()) await this.#admission.enter(signal, client)
    } catch (error) {
      if (signal?.aborted) return cancelled(performance.now() - asked)
      throw error
    }
    let hasPlace = true
    const leave = (): void => {
      if (hasPlace) this.#admission.leave()
      hasPlace = false
    }
    const release = () => {
      leave()
      engine.spares.runEnded()
    }
    let child: Child
    try {
      const { tmpBytes } = program.limits
      if (tmpBytes > 0) child = await this.#forkWithTmp(engine.runtime, tmpBytes)
      else child = engine.spares.takeReady() ?? (await engine.spares.take(signal))
    } catch (error) {
      release()
      if (signal?.aborted) return cancelled(performance.now() - asked)
      throw error
    }
    const queuedMs = performance.now() - asked
    let isGone = false
    void child.gone.then(() => {
      isGone = true
      release()
    })
    if (signal?.aborted) {
      child.kill()
      return cancelled(queuedMs)
    }
    onStart?.()
    const result = await child
      .run({ bigIntegers: this.#bigIntegers, ...program }, { signal, onLog })
      .catch((error: unknown) => {
        throw this.#closing ? new CodenodeError('sandbox_closed', {}, { cause: error }) : error
      })
    // The result is known, and the process is on its way out: the next one need not wait for that.
    if (!isGone && this.#ending < this.#mostEnding) {
      this.#ending++
      void child.gone.then(() => this.#ending--)
      leave()
    }
    return {
      ...result,
      usage: { ...result.usage, queuedMs },
      isolation: { level: this.#settings.level, layers: child.layers },
    }
  }

  /** Spares have no /tmp, since most runs need none. */
  async #forkWithTmp(runtime: Runtime, tmpBytes: number): Promise<Child> {
    const { level } = this.#settings
    if (!hasNamespaces(level)) throw new CodenodeError('tmp_unavailable', { level })
    for (let triesLeft = forkTries; ; triesLeft--) {
      try {
        return await runtime.fork('run', tmpBytes)
      } catch (error) {
        const isLost = isCodenodeError(error, 'sandbox_lost')
        if (!isLost || triesLeft <= 1) throw error
      }
    }
  }

  packages(): Record<RuntimeName, InstalledPackage[]> {
    return this.#settings.packages === 'none' ? noPackages : listPackages(this.#settings.packagesDir)
  }

  stats(): SandboxStats {
    const runtimes: SandboxStats['runtimes'] = {}
    for (const [name, { runtime, spares }] of this.#engines) {
      const { current, lost } = runtime
      const version = current?.facts.version ?? null
      runtimes[name] = { spares: spares.count, lost, zygotePid: current?.pid ?? null, version }
    }
    return { running: this.#admission.running, waiting: this.#admission.waiting, ending: this.#ending, runtimes }
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
    for (const { spares } of this.#engines.values()) spares.close()
    try {
      await Promise.all([...this.#engines.values()].map(({ runtime }) => runtime.close()))
      await this.#listener.close()
    } finally {
      this.#settings.uids?.release()
      await this.#borrowed?.giveBack()
    }
    await this.#letOffloadGo()
  }

  #engine(name: RuntimeName): Engine {
    const known = this.#engines.get(name)
    if (known) return known
    const { level, uids } = this.#settings
    const expected = { level, limits: toRunLimits(this.limits, null).limits, hasRunUids: uids !== null }
    const runtime = new Runtime(
      () => startZygote(name, this.#settings),
      (zygote) => probeZygote(zygote, name, expected),
      this.#renewal,
    )
    const cores = availableParallelism()
    const spares = new Spares(runtime, { count: this.#spares, isBusy: () => this.#admission.running >= cores })
    runtime.onLost = () => spares.refill()
    runtime.onRenewed = () => void spares.renew()
    const engine: Engine = { runtime, spares }
    this.#engines.set(name, engine)
    return engine
  }
}
