import { CodenodeError } from '../contract/error.ts'

export type ChildSource<Child extends SpareChild> = { fork: (purpose: 'spare' | 'run') => Promise<Child> }
/** What is kept here; who takes it knows it better. */
export type SpareChild = { readonly isUsable: boolean; kill(): void }

/** How many children may be lost on their way to a run, with their zygotes, before the run fails itself. */
const tries = 3
/** While spares are left, the next one is forked when the run that took one is over, or after this time. */
const refillDelayMs = 50

type Waiter<Child> = { give: (child: Child) => void; refuse: (error: unknown) => void; triesLeft: number }

/** Children forked ahead of need, so that a run does not wait for its fork. */
export class Spares<Child extends SpareChild> {
  readonly #source: ChildSource<Child>
  readonly #target: number
  readonly #ready: Child[] = []
  /** Runs without a child, in the order in which they came. */
  readonly #waiting: Waiter<Child>[] = []
  #starting = 0
  #timer: NodeJS.Timeout | undefined
  #closed = false

  readonly #isBusy: () => boolean

  /** `isBusy`: the processors have no time to get children ready in. */
  constructor(source: ChildSource<Child>, { target, isBusy }: { target: number; isBusy: () => boolean }) {
    this.#source = source
    this.#target = target
    this.#isBusy = isBusy
  }

  get count(): number {
    return this.#ready.length
  }

  /** A child that waits for work: a spare, or the next one that is ready. */
  async take(): Promise<Child> {
    for (let child = this.#ready.shift(); child; child = this.#ready.shift()) {
      if (!child.isUsable) continue
      if (this.#ready.length === 0) this.refill()
      else this.#refillSoon()
      return child
    }
    return await new Promise((give, refuse) => {
      this.#waiting.push({ give, refuse, triesLeft: tries })
      this.#forkForWaiting()
    })
  }

  /** Forks until the target is met. Call it when a run has ended. */
  refill(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#closed) return
    const purpose = this.#isBusy() ? 'run' : 'spare'
    for (let missing = this.#missing; missing > 0; missing--) void this.#add(purpose)
  }

  close(): void {
    this.#closed = true
    clearTimeout(this.#timer)
    for (const child of this.#ready.splice(0)) child.kill()
    for (const { refuse } of this.#waiting.splice(0)) refuse(new CodenodeError('sandbox_closed', {}))
  }

  #refillSoon(): void {
    this.#timer ??= setTimeout(() => this.refill(), refillDelayMs)
  }

  /** What the target lacks, beyond what is on its way and will go to those that wait. */
  get #missing(): number {
    return this.#target + this.#waiting.length - this.#ready.length - this.#starting
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
    } catch (error) {
      this.#starting--
      this.#explain(error)
    }
  }

  #hand(child: Child): void {
    if (this.#closed) child.kill()
    else {
      const waiter = this.#waiting.shift()
      if (waiter) {
        waiter.give(child)
        this.#refillSoon()
      } else this.#ready.push(child)
    }
  }

  /** A spare that is not there is no failure of anyone: the run that needs one tries for itself and reports the reason. */
  #explain(error: unknown): void {
    if (this.#starting >= this.#waiting.length) return
    const [waiter] = this.#waiting
    if (!waiter) return
    const isLost = error instanceof CodenodeError && error.code === 'sandbox_lost'
    if (isLost && --waiter.triesLeft > 0) this.#forkForWaiting()
    else {
      this.#waiting.shift()
      waiter.refuse(error)
    }
  }
}
