import { CodenodeError } from '../contract/error.ts'
import type { Child } from '../sandbox/child.ts'

export type ChildSource = { fork: (purpose: 'spare' | 'run') => Promise<Child> }

/** How often a run asks for a child when zygotes die under it, before it fails itself. */
const tries = 3
/** While spares are left, the next one is forked when the run that took one is over, or after this time. */
const refillDelayMs = 50

/** Children forked ahead of need, so that a run does not wait for its fork. */
export class Spares {
  readonly #source: ChildSource
  readonly #target: number
  readonly #ready: Child[] = []
  #starting = 0
  #timer: NodeJS.Timeout | undefined
  #closed = false

  readonly #isBusy: () => boolean

  /** `isBusy`: the processors have no time to get children ready in. */
  constructor(source: ChildSource, { target, isBusy }: { target: number; isBusy: () => boolean }) {
    this.#source = source
    this.#target = target
    this.#isBusy = isBusy
  }

  get count(): number {
    return this.#ready.length
  }

  /** A child that waits for work; forked now if there is no spare. */
  async take(): Promise<Child> {
    for (let child = this.#ready.shift(); child; child = this.#ready.shift()) {
      if (!child.isUsable) continue
      this.#refillSoon()
      return child
    }
    return await this.#forkPatiently()
  }

  /** Forks until the target is met. Call it when a run has ended. */
  refill(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#closed) return
    for (let missing = this.#target - this.#ready.length - this.#starting; missing > 0; missing--) void this.#add()
  }

  close(): void {
    this.#closed = true
    clearTimeout(this.#timer)
    for (const child of this.#ready.splice(0)) child.kill()
  }

  #refillSoon(): void {
    if (this.#ready.length === 0) this.refill()
    else this.#timer ??= setTimeout(() => this.refill(), refillDelayMs)
  }

  async #add(): Promise<void> {
    this.#starting++
    try {
      const child = await this.#source.fork(this.#isBusy() ? 'run' : 'spare')
      if (this.#closed) child.kill()
      else this.#ready.push(child)
    } catch {
      // A run that needs a child tries for itself and reports the reason.
    } finally {
      this.#starting--
    }
  }

  async #forkPatiently(): Promise<Child> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#source.fork('run')
      } catch (error) {
        const isLost = error instanceof CodenodeError && error.code === 'sandbox_lost'
        if (!isLost || attempt === tries) throw error
      }
    }
  }
}
