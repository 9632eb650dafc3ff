import { setTimeout as sleep } from 'node:timers/promises'
import { CodenodeError } from '../contract/error.ts'
import type { Child } from './child.ts'
import type { Greeted } from './listener.ts'
import type { Zygote } from './zygote.ts'

/** How long to wait before a zygote that does not start is tried again; doubled up to the second figure. */
const backoffMs = { first: 500, most: 30_000 }
/** So many starts of a zygote that has run here before may fail before runs are told that there is no sandbox. */
const mostBadLuck = 2

/** How much a zygote is used before the next one takes its place: what its children share by chance does not last. */
export type Renewal = { runs: number; hours: number }

/**
 * Keeps one zygote alive: a dead one is replaced when the next child is wanted. Its children die with it and their runs
 * fail as `sandbox_lost`; nothing else does.
 */
export class Runtime {
  /** How many zygotes died since the start. */
  lost = 0
  readonly #start: () => Promise<Zygote>
  readonly #probe: (zygote: Zygote) => Promise<unknown>
  readonly #renewal: Renewal
  /** Zygotes that are being warmed, and those whose last children still run. */
  readonly #others = new Set<Zygote>()
  #isRenewing: Promise<void> | undefined
  #zygote: Promise<Zygote> | undefined
  /** The zygote that serves now, if there is one. */
  current: Zygote | undefined
  #closed = false
  #failures = 0
  #hasServed = false
  #notBefore = 0
  #notRenewedBefore = 0

  /** `probe` throws when a layer of a zygote that has just started does not hold; then nothing runs in it. */
  constructor(
    start: () => Promise<Zygote>,
    probe: (zygote: Zygote) => Promise<unknown>,
    renewal: Renewal = { runs: Number.POSITIVE_INFINITY, hours: Number.POSITIVE_INFINITY },
  ) {
    this.#start = start
    this.#probe = probe
    this.#renewal = renewal
  }

  /** The zygote, started if there is none. */
  async zygote(): Promise<Zygote> {
    if (this.#closed) throw new CodenodeError('sandbox_closed', {})
    this.#zygote ??= this.#launch()
    return await this.#zygote
  }

  async fork(purpose: 'spare' | 'run', tmpBytes = 0): Promise<Child> {
    const zygote = await this.zygote()
    this.#renewIfDue(zygote)
    return await zygote.fork(purpose, tmpBytes)
  }

  /** Starts the replacement of a dead zygote before anybody asks for it. */
  onLost: (() => void) | undefined

  /** Children of a zygote before this one should not be kept for later. */
  onRenewed: (() => void) | undefined

  attach(greeted: Greeted): boolean {
    return (this.current?.attach(greeted) ?? false) || [...this.#others].some((it) => it.attach(greeted))
  }

  async close(): Promise<void> {
    this.#closed = true
    const zygote = await this.#zygote?.catch(() => undefined)
    await Promise.all([zygote?.stop(), this.#isRenewing, ...[...this.#others].map((it) => it.stop())])
  }

  #renewIfDue(zygote: Zygote): void {
    const { forks, hours } = zygote.use
    if (forks < this.#renewal.runs && hours < this.#renewal.hours) return
    if (this.#closed || performance.now() < this.#notRenewedBefore) return
    this.#isRenewing ??= this.#renew(zygote).finally(() => {
      this.#isRenewing = undefined
    })
  }

  /** Warms the next zygote while this one serves. If it cannot be had, this one goes on and it is tried again later. */
  async #renew(old: Zygote): Promise<void> {
    let next: Zygote | undefined
    try {
      next = await this.#start()
      this.#others.add(next)
      await this.#probe(next)
    } catch {
      this.#notRenewedBefore = performance.now() + backoffMs.most
      if (next) this.#others.delete(next)
      await next?.stop()
      return
    }
    this.#others.delete(next)
    if (next.state !== 'serving' || this.#closed || this.current !== old) {
      await next.stop()
      return
    }
    this.#others.add(old)
    old.onDeath(() => this.#others.delete(old))
    this.#serveFrom(next)
    this.#zygote = Promise.resolve(next)
    old.retire()
    this.onRenewed?.()
  }

  #serveFrom(zygote: Zygote): void {
    this.current = zygote
    zygote.onDeath(() => {
      // One that was replaced ends when it is no longer used.
      if (this.current !== zygote) return
      this.#zygote = undefined
      this.current = undefined
      if (this.#closed) return
      this.lost++
      this.onLost?.()
    })
  }

  async #launch(): Promise<Zygote> {
    const waitMs = this.#notBefore - performance.now()
    if (waitMs > 0 && this.#mayRecover) await sleep(waitMs)
    else if (waitMs > 0) {
      this.#zygote = undefined
      throw new CodenodeError('sandbox_unavailable', {
        message: `It could not be started; the next try is in ${Math.ceil(waitMs / 1000)} s.`,
      })
    }
    if (this.#closed) throw new CodenodeError('sandbox_closed', {})
    try {
      const zygote = await this.#start()
      this.current = zygote
      await this.#probeOrStop(zygote)
      this.#failures = 0
      this.#hasServed = true
      this.#serveFrom(zygote)
      if (this.#closed) await zygote.stop()
      return zygote
    } catch (error) {
      this.#zygote = undefined
      this.#notBefore = performance.now() + Math.min(backoffMs.first * 2 ** this.#failures++, backoffMs.most)
      throw this.#mayRecover && !isGap(error)
        ? new CodenodeError('sandbox_lost', { message: String(error) }, { cause: error })
        : error
    }
  }

  /** It has run here before, so a start that fails may be bad luck: runs wait for the next one, a few times. */
  get #mayRecover(): boolean {
    return this.#hasServed && this.#failures <= mostBadLuck
  }

  async #probeOrStop(zygote: Zygote): Promise<void> {
    try {
      await this.#probe(zygote)
    } catch (error) {
      this.current = undefined
      await zygote.stop()
      throw error
    }
  }
}

/** A layer does not hold: that is no bad luck. */
function isGap(error: unknown): boolean {
  const details: unknown = error instanceof CodenodeError ? error.details : null
  return typeof details === 'object' && details !== null && 'missing' in details
}
