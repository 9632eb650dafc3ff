import { CodenodeError, isCodenodeError } from '../../contract/error.ts'
import { throwIfCancelled, type Waiter, WaitingLine } from '../../line/waiting-line.ts'
import { type SpareRange, SpareTarget } from '../options/spare-target.ts'

export type ChildSource<Child extends SpareChild> = { fork: (purpose: 'spare' | 'run') => Promise<Child> }
/** What is kept here; who takes it knows it better. */
export type SpareChild = {
  readonly isUsable: boolean
  /** It works, but others should be kept for later. */
  readonly isOutdated: boolean
  kill(): void
}

/** How many children may be lost on their way to a run, with their zygotes, before the run fails itself. */
const tries = 3
/** While half of the spares are left, others are forked only so long after the first was taken. */
const refillDelayMs = 50
/** How often spares beyond the target are let go, after a time with many runs. */
const trimMs = 10_000

/**
 * Children forked ahead of need, so that a run does not wait for its fork. Forks take processor time from the runs beside
 * them, so a short burst is served from what is there: others are forked when it is over, or when half are gone, and then
 * one after the other, so that runs that go on meanwhile feel one fork and not eight.
 */
export class Spares<Child extends SpareChild> {
  readonly #source: ChildSource<Child>
  readonly #target: SpareTarget
  readonly #ready: Child[] = []
  /** Runs without a child. */
  readonly #waiting = new WaitingLine<Child>()
  /** Of those that have lost a child on its way. */
  readonly #triesLeft = new WeakMap<Waiter<Child>, number>()
  #starting = 0
  #timer: NodeJS.Timeout | undefined
  #trimmer: NodeJS.Timeout | undefined
  #isRefilling = false
  #closed = false

  readonly #isBusy: () => boolean

  /** `isBusy`: the processors have no time to get children ready in. */
  constructor(source: ChildSource<Child>, { count, isBusy }: { count: SpareRange; isBusy: () => boolean }) {
    this.#source = source
    this.#target = new SpareTarget(count)
    this.#isBusy = isBusy
  }

  get count(): number {
    return this.#ready.length
  }

  /** A child that waits for work: a spare, or the next one that is ready. Rejects with `cancelled` when the signal is aborted. */
  async take(signal?: AbortSignal): Promise<Child> {
    return this.takeReady() ?? (await this.#wait(signal))
  }

  /** A spare; null when there is none. */
  takeReady(): Child | null {
    for (let child = this.#ready.shift(); child; child = this.#ready.shift()) {
      if (!child.isUsable) continue
      if (2 * this.#ready.length < this.#target.at(performance.now())) this.refill()
      else this.#refillSoon()
      return child
    }
    return null
  }

  /** A run has ended: with others waiting, nothing is saved by waiting for them to ask. */
  runEnded(): void {
    if (this.#waiting.length > 0) this.refill()
  }

  /** Forks until the target is met. */
  refill(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#closed) return
    this.#isRefilling = this.#missing > 0
    if (this.#isRefilling && this.#starting <= this.#waiting.length) void this.#add(this.#isBusy() ? 'run' : 'spare')
  }

  /** Puts a new child in the place of each that is outdated, one after the other; until then the old ones serve. */
  async renew(): Promise<void> {
    while (this.#ready.some((it) => it.isOutdated) && !this.#closed) {
      const child = await this.#source.fork('spare').catch(() => null)
      const place = this.#ready.findIndex((it) => it.isOutdated)
      for (const old of place < 0 ? [] : this.#ready.splice(place, 1)) old.kill()
      // A run may have taken the old one meanwhile: then another is on its way already.
      if (child && this.#missing <= 0) child.kill()
      else if (child) this.#hand(child)
    }
  }

  close(): void {
    this.#closed = true
    clearTimeout(this.#timer)
    clearInterval(this.#trimmer)
    for (const child of this.#ready.splice(0)) child.kill()
    this.#waiting.refuseAll(new CodenodeError('sandbox_closed', {}))
  }

  /** What is forked for a run that leaves the line becomes a spare. */
  async #wait(signal: AbortSignal | undefined): Promise<Child> {
    throwIfCancelled(signal)
    const given = this.#waiting.join(signal)
    this.#target.ranOut(performance.now())
    if (this.#target.isRaised) this.#trimmer ??= setInterval(() => this.#trim(), trimMs).unref()
    this.#forkForWaiting()
    return await given
  }

  #refillSoon(): void {
    this.#timer ??= setTimeout(() => this.refill(), refillDelayMs)
  }

  /** What the target lacks, beyond what is on its way and will go to those that wait. */
  get #missing(): number {
    return this.#target.at(performance.now()) + this.#waiting.length - this.#ready.length - this.#starting
  }

  #trim(): void {
    const beyond = this.#ready.length - this.#target.at(performance.now())
    if (beyond > 0) for (const child of this.#ready.splice(0, beyond)) child.kill()
    if (this.#target.isRaised) return
    clearInterval(this.#trimmer)
    this.#trimmer = undefined
  }

  #forkForWaiting(): void {
    while (this.#starting < this.#waiting.length) void this.#add('run')
  }

  async #add(purpose: 'spare' | 'run'): Promise<void> {
    this.#starting++
    try {
      const child = await this.#source.fork(purpose)
      this.#starting--
      this.#hand(child)
      if (this.#isRefilling) this.refill()
    } catch (error) {
      this.#starting--
      this.#isRefilling = false
      this.#explain(error)
    }
  }

  #hand(child: Child): void {
    if (this.#closed) child.kill()
    else if (this.#waiting.serve(child)) this.#refillSoon()
    else if (child.isOutdated) {
      child.kill()
      this.#refillSoon()
    } else this.#ready.push(child)
  }

  /** A spare that is not there is no failure of anyone: the run that needs one tries for itself and reports the reason. */
  #explain(error: unknown): void {
    if (this.#starting >= this.#waiting.length) return
    const leftOf = (waiter: Waiter<Child>): number => this.#triesLeft.get(waiter) ?? tries
    // One zygote takes many children with it: each run that waits loses one of them.
    const [waiter] = [...this.#waiting].sort((one, other) => leftOf(other) - leftOf(one))
    if (!waiter) return
    const left = leftOf(waiter) - 1
    if (!isCodenodeError(error, 'sandbox_lost') || left === 0) {
      waiter.refuse(error)
      return
    }
    this.#triesLeft.set(waiter, left)
    this.#forkForWaiting()
  }
}
