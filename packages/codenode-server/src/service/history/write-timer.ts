/** Writing takes at most about this part of the process's time, however many runs end. */
const share = 1 / 10

/** A longer wait would be felt by whoever waits for a run. */
const maxGapMs = 10

/**
 * When to write: as soon as possible, but the more a write costs, the longer is the pause to the next one, so that more
 * is gathered and written together.
 */
export class WriteTimer {
  readonly #write: () => void
  #timer: NodeJS.Timeout | undefined
  #immediate: NodeJS.Immediate | undefined
  #dueAt = Number.POSITIVE_INFINITY
  #notBefore = 0

  constructor(write: () => void) {
    this.#write = write
  }

  soon(): void {
    this.#at(this.#notBefore)
  }

  withinMs(ms: number): void {
    this.#at(performance.now() + ms)
  }

  clear(): void {
    clearTimeout(this.#timer)
    clearImmediate(this.#immediate)
    this.#dueAt = Number.POSITIVE_INFINITY
  }

  #at(time: number): void {
    if (time >= this.#dueAt) return
    this.clear()
    this.#dueAt = time
    const waitMs = time - performance.now()
    if (waitMs < 0.5) this.#immediate = setImmediate(() => this.#fire())
    else this.#timer = setTimeout(() => this.#fire(), waitMs)
  }

  #fire(): void {
    const began = performance.now()
    this.#write()
    const now = performance.now()
    this.#notBefore = now + Math.min((now - began) / share, maxGapMs)
  }
}
