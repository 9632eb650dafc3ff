/** What is kept at most. */
const maxEntries = 500
const maxBytes = 16 * 2 ** 20
/** An entry is never nothing. */
const entryBytes = 500

type Entry<Value> = { value: Promise<Value>; bytes: number }

/** Keeps what was asked for last, of one set of packages; what is being asked for is asked for once. */
export class MemberCache<Value> {
  readonly #entries = new Map<string, Entry<Value>>()
  #packageSet = ''
  #bytes = 0

  get size(): { entries: number; bytes: number } {
    return { entries: this.#entries.size, bytes: this.#bytes }
  }

  /** `ask` is told again for what it rejected. */
  get(packageSet: string, key: string, ask: () => Promise<{ value: Value; bytes: number }>): Promise<Value> {
    if (packageSet !== this.#packageSet) this.#clear(packageSet)
    const known = this.#entries.get(key)
    if (known) {
      // The last one is the last to go.
      this.#entries.delete(key)
      this.#entries.set(key, known)
      return known.value
    }
    const asked = ask()
    const entry: Entry<Value> = { value: asked.then(({ value }) => value), bytes: entryBytes }
    this.#entries.set(key, entry)
    this.#bytes += entryBytes
    this.#shrink()
    asked.then(
      ({ bytes }) => this.#weigh(key, entry, bytes),
      () => this.#drop(key, entry),
    )
    return entry.value
  }

  #weigh(key: string, entry: Entry<Value>, bytes: number): void {
    if (this.#entries.get(key) !== entry) return
    entry.bytes += bytes
    this.#bytes += bytes
    this.#shrink()
  }

  #shrink(): void {
    for (const [key, entry] of this.#entries) {
      if (this.#entries.size <= maxEntries && this.#bytes <= maxBytes) return
      this.#drop(key, entry)
    }
  }

  #drop(key: string, entry: Entry<Value>): void {
    if (this.#entries.get(key) !== entry) return
    this.#entries.delete(key)
    this.#bytes -= entry.bytes
  }

  #clear(packageSet: string): void {
    this.#packageSet = packageSet
    this.#entries.clear()
    this.#bytes = 0
  }
}
