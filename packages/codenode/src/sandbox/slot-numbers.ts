/** Small numbers, each held by one child at a time; a number is given back only when its process is reaped. */
export class SlotNumbers {
  readonly #free: number[] = []
  #next = 0

  take(): number {
    return this.#free.pop() ?? this.#next++
  }

  give(number: number): void {
    this.#free.push(number)
  }
}
