/** Beyond this many, spares cost more memory than they save time: 3 to 5 MiB each. */
const mostSpares = 32
/** A target that was raised falls by half when spares have not run out for so long. */
const calmMs = 30_000

/**
 * How many spares to keep: the number asked for, and twice as many each time that they ran out. So the number follows how
 * fast runs arrive, and falls again when they do not.
 */
export class SpareTarget {
  readonly #base: number
  #current: number
  #changedAt = 0

  constructor(base: number) {
    this.#base = base
    this.#current = base
  }

  get isRaised(): boolean {
    return this.#current > this.#base
  }

  /** The number for now. */
  at(nowMs: number): number {
    while (this.isRaised && nowMs - this.#changedAt >= calmMs) {
      this.#current = Math.max(this.#base, Math.ceil(this.#current / 2))
      this.#changedAt += calmMs
    }
    return this.#current
  }

  /** A run came and found none. Whoever asked for none gets none. */
  ranOut(nowMs: number): void {
    this.#current = Math.max(this.#base, Math.min(mostSpares, 2 * this.at(nowMs)))
    this.#changedAt = nowMs
  }
}
