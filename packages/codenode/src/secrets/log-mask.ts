import type { LogEntry, LogStream } from '../contract/program.ts'
import type { Matcher, Span } from './matcher.ts'
import { maskText, type SecretMask } from './secret-mask.ts'

/**
 * Hides secrets in what a program prints, also those that are split over several pieces. Only the end of a piece that may be
 * the beginning of a secret is held back, until the next piece of its stream or the end.
 */
export class LogMask {
  readonly #streams: Record<LogStream, StreamMask>

  constructor({ matcher }: SecretMask) {
    this.#streams = { stdout: new StreamMask(matcher), stderr: new StreamMask(matcher) }
  }

  /** What can be told of a piece; null: nothing yet. */
  push(entry: LogEntry): LogEntry | null {
    const text = this.#streams[entry.stream].push(entry.text, entry.atMs)
    return text === '' ? null : { ...entry, text }
  }

  /** What was held back, when nothing more is printed. */
  end(): LogEntry[] {
    const streams = (['stdout', 'stderr'] as const).map((stream) => ({ stream, ...this.#streams[stream].end() }))
    return streams.filter(({ text }) => text !== '')
  }
}

/** `isTold`: its mask has been given, and only its end is still held. */
type HeldSpan = Span & { isTold: boolean }

class StreamMask {
  readonly #matcher: Matcher
  #state = 0
  #held = ''
  #heldSpans: HeldSpan[] = []
  #atMs = 0

  constructor(matcher: Matcher) {
    this.#matcher = matcher
  }

  push(piece: string, atMs: number): string {
    this.#atMs = atMs
    const text = this.#held + piece
    const found: Span[] = [...this.#heldSpans]
    this.#state = this.#matcher.scan(text, found, { from: this.#held.length, state: this.#state })
    const [first] = this.#heldSpans
    const spans = found.map((span, index): HeldSpan => ({ ...span, isTold: index === 0 && first?.isTold === true }))
    return this.#give(text, spans, text.length - this.#matcher.openIn(this.#state))
  }

  end(): { text: string; atMs: number } {
    const text = this.#give(this.#held, this.#heldSpans, this.#held.length)
    this.#state = 0
    return { text, atMs: this.#atMs }
  }

  /** What stands before `most`, where nothing can begin any more; the rest is held. */
  #give(text: string, spans: readonly HeldSpan[], most: number): string {
    const parts: string[] = []
    let done = 0
    for (const { start, end, isTold } of spans) {
      if (start >= most) break
      parts.push(text.slice(done, start))
      if (!isTold) parts.push(maskText)
      done = end
    }
    parts.push(text.slice(done, Math.max(done, most)))
    this.#held = text.slice(most)
    this.#heldSpans = spans
      .filter(({ end }) => end > most)
      .map(({ start, end, isTold }) => {
        return { start: Math.max(0, start - most), end: end - most, isTold: isTold || start < most }
      })
    return parts.join('')
  }
}
