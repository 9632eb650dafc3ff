/** Beyond this many, spares cost more memory than they save time: 3 to 5 MiB each. */
const mostSpares = 32
/** A target that was raised falls by half when spares have not run out for so long. */
const calmMs = 30_000

export type SpareRange = {
  least: number
  /** The same as `least`: the number stays as it is. */
  most: number
}

/**
 * How many spares to keep: the least number, and twice as many each time that they ran out, up to the most. So the number
 * follows how fast runs arrive, and falls again when they do not.
 */
export class SpareTarget {
  readonly #least: number
  readonly #most: number
  #current: number
  #changedAt = 0

  constructor({ least, most }: SpareRange) {
    this.#least = least
    this.#most = most
    this.#current = least
  }

  get isRaised(): boolean {
    return this.#current > this.#least
  }

  /** The number for now. */
  at(nowMs: number): number {
    while (this.isRaised && nowMs - this.#changedAt >= calmMs) {
      this.#current = Math.max(this.#least, Math.ceil(this.#current / 2))
      this.#changedAt += calmMs
    }
    return this.#current
  }

  /** A run came and found none. */
  ranOut(nowMs: number): void {
    this.#current = Math.min(this.#most, 2 * this.at(nowMs))
    this.#changedAt = nowMs
  }
}

/** A number that was asked for stays; else there are as many as cores, at least 8, and more while runs need them. */
export function toSpareRange(asked: number | undefined, cores: number): SpareRange {
  if (asked !== undefined) return { least: asked, most: asked }
  const least = Math.max(8, cores)
  return { least, most: Math.max(least, mostSpares) }
}
