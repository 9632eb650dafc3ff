/** Small numbers, each held by one child at a time; a number is given back only when its process is reaped. */
export class SlotNumbers {
  readonly #free: number[] = []
  readonly #count: number
  #next = 0

  /** There are `count` of them. */
  constructor(count = Number.POSITIVE_INFINITY) {
    this.#count = count
  }

  /** Null when all are held. */
  take(): number | null {
    const again = this.#free.pop()
    if (again !== undefined) return again
    return this.#next < this.#count ? this.#next++ : null
  }

  give(number: number): void {
    this.#free.push(number)
  }
}
