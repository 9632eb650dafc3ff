/** Where something stands in a text: from `start` up to `end`, which is not part of it. */
export type Span = { start: number; end: number }

/** As much of the beginning of a secret is hidden where a text was cut inside it. */
const cutCharacters = 8

const ellipsis = '…'.charCodeAt(0)
const lineEnd = '\n'.charCodeAt(0)

/**
 * Finds any number of texts in another, in time that grows with its length alone (Aho and Corasick). The state that it ends
 * in says how a text that comes in pieces goes on.
 */
export class Matcher {
  /** The state behind a state and a character. */
  readonly #next = new Map<number, number>()
  readonly #depths = [0]
  /** How many of the last characters may go on to a text. */
  readonly #open = [0]
  /** The state of the longest end of this one that is the beginning of a text as well. */
  readonly #shorter = [0]
  /** The length of the longest text that ends in a state; 0: none does. */
  readonly #found = [0]
  /** By the low byte of a character: whether a text can begin with it. */
  readonly #begins = new Uint8Array(256)

  constructor(texts: Iterable<string>) {
    for (const text of texts) this.#add(text)
    this.#link()
  }

  /** How many of the last characters may be the beginning of a text that goes on. */
  openIn(state: number): number {
    return this.#open[state] ?? 0
  }

  /** Looks through a text from a place on. Gives the state at its end; what it finds is added to `spans`, which do not overlap. */
  scan(text: string, spans: Span[], { from = 0, state: before = 0 } = {}): number {
    let state = before
    for (let at = from; at < text.length; at++) {
      const code = text.charCodeAt(at)
      if (state === 0 && this.#begins[code & 255] === 0) continue
      if ((code === ellipsis || code === lineEnd) && isCut(text, at)) {
        const open = this.openIn(state)
        if (open >= cutCharacters) cover(spans, at - open, at)
      }
      state = this.#step(state, code)
      const length = this.#found[state] ?? 0
      if (length > 0) cover(spans, at + 1 - length, at + 1)
    }
    return state
  }

  #step(from: number, code: number): number {
    for (let state = from; ; state = this.#shorter[state] ?? 0) {
      const next = this.#next.get(keyOf(state, code))
      if (next !== undefined) return next
      if (state === 0) return 0
    }
  }

  #add(text: string): void {
    let state = 0
    for (let at = 0; at < text.length; at++) {
      const key = keyOf(state, text.charCodeAt(at))
      const next = this.#next.get(key) ?? this.#depths.push(at + 1) - 1
      this.#next.set(key, next)
      state = next
    }
    this.#found[state] = text.length
    this.#begins[text.charCodeAt(0) & 255] = 1
  }

  /** States near the beginning first: those behind them are linked by them. */
  #link(): void {
    const steps = [...this.#next].map(([key, state]) => ({ from: Math.floor(key / 65_536), code: key % 65_536, state }))
    const goesOn = new Set(steps.map(({ from }) => from))
    const depthOf = (state: number): number => this.#depths[state] ?? 0
    steps.sort((a, b) => depthOf(a.state) - depthOf(b.state))
    for (const { from, code, state } of steps) {
      const shorter = from === 0 ? 0 : this.#step(this.#shorter[from] ?? 0, code)
      this.#shorter[state] = shorter
      this.#found[state] ||= this.#found[shorter] ?? 0
      this.#open[state] = goesOn.has(state) ? depthOf(state) : this.openIn(shorter)
    }
  }
}

function keyOf(state: number, code: number): number {
  return state * 65_536 + code
}

/** Long texts are cut with an ellipsis, logs with one on a line of its own. */
function isCut(text: string, at: number): boolean {
  return text.charCodeAt(at) === ellipsis || text.charCodeAt(at + 1) === ellipsis
}

/** Adds a span; what it overlaps becomes part of it. Spans come in the order of their ends. */
function cover(spans: Span[], from: number, end: number): void {
  let start = from
  for (let last = spans.at(-1); last && last.end > start; last = spans.at(-1)) {
    start = Math.min(start, last.start)
    spans.pop()
  }
  spans.push({ start, end })
}
