import type { AnyEvent } from 'codenode/internal/contract/run-documents'
import type { SequencedEvent } from '../api/types.ts'

/**
 * The number of the result where a reader may know later numbers than there are: the service was killed meanwhile, and what it
 * had told is gone. Larger than any other, so that it is behind whatever the reader knows.
 */
export const lateResult = 10 ** 12

/** Room for what iterations tell, in characters: about that of 4000 events without long texts. */
const iterationCharacters = 2 ** 20

/**
 * The events of one run, for any number of readers. The last is `result`. What is told inside iterations, where there can be
 * millions of events, is kept as far as there is room: the oldest of it makes room for the newest, and later readers pass
 * over it. Its numbers stay taken.
 */
export class EventLog {
  readonly #events: (AnyEvent | undefined)[]
  /** Places of the events inside iterations that are kept, oldest first, with their sizes. */
  readonly #inside = new Map<number, number>()
  #insideSize = 0
  #news: PromiseWithResolvers<void> | undefined
  #isClosed = false

  readonly #isRenumbered: boolean

  /** `isRenumbered`: a reader may know these numbers as those of other events, which are gone. */
  constructor(events: (AnyEvent | undefined)[] = [], { isRenumbered = false }: { isRenumbered?: boolean } = {}) {
    this.#events = events
    this.#isRenumbered = isRenumbered
  }

  /** All that were told; undefined: no longer known. */
  get told(): readonly (AnyEvent | undefined)[] {
    return this.#events
  }

  get last(): AnyEvent | undefined {
    return this.#events.at(-1)
  }

  add(event: AnyEvent): void {
    this.#events.push(event)
    if ('iteration' in event && event.iteration) this.#makeRoom(this.#events.length - 1, sizeOf(event))
    this.#wake()
  }

  /** Nothing more comes, not even a result. */
  close(): void {
    this.#isClosed = true
    this.#wake()
  }

  /** The reader's place is an index into the events, so that a slow one costs nothing. The last that it is told is the result. */
  async *follow(after: number, signal: AbortSignal | undefined): AsyncGenerator<SequencedEvent, void, undefined> {
    const wake = (): void => this.#wake()
    signal?.addEventListener('abort', wake)
    try {
      let seq = after + 1
      for (; await this.#reached(seq, signal); seq++) {
        const event = this.#events[seq - 1]
        const isLate = this.#isRenumbered && event?.type === 'result'
        if (event) yield { seq: isLate ? lateResult : seq, event }
      }
      const { last } = this
      // Nothing was told to this reader.
      if (seq === after + 1 && last?.type === 'result' && !signal?.aborted) yield { seq: lateResult, event: last }
    } finally {
      signal?.removeEventListener('abort', wake)
    }
  }

  /** False when there will be no such event, or the reader has gone. */
  async #reached(seq: number, signal: AbortSignal | undefined): Promise<boolean> {
    while (!signal?.aborted) {
      if (seq <= this.#events.length) return true
      if (this.last?.type === 'result' || this.#isClosed) return false
      this.#news ??= Promise.withResolvers()
      await this.#news.promise
    }
    return false
  }

  #makeRoom(place: number, size: number): void {
    this.#inside.set(place, size)
    this.#insideSize += size
    for (const [oldest, freed] of this.#inside) {
      if (this.#insideSize <= iterationCharacters || oldest === place) return
      this.#inside.delete(oldest)
      this.#insideSize -= freed
      this.#events[oldest] = undefined
    }
  }

  #wake(): void {
    this.#news?.resolve()
    this.#news = undefined
  }
}

/** About that of its JSON. */
function sizeOf(event: AnyEvent): number {
  const size = 256
  if (event.type === 'log') return size + event.entry.text.length
  if (event.type !== 'node') return size
  if (event.status !== 'retry') return size + ('error' in event ? (event.error?.message.length ?? 0) : 0)
  const { logs, error } = event.attempt
  const texts = [...logs.map(({ text }) => text), error?.message ?? '', error?.traceback ?? '']
  return texts.reduce((sum, text) => sum + text.length, size)
}
