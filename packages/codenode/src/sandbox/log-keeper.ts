import { StringDecoder } from 'node:string_decoder'
import type { LogEntry, LogStream } from '../contract/program.ts'

/**
 * Keeps what a program prints, in order, up to `maxBytes` a stream; the rest is dropped and marked once, and the program
 * goes on. Pieces of one stream that arrive together are one entry.
 */
export class LogKeeper {
  readonly entries: LogEntry[] = []
  readonly #maxBytes: number
  readonly #onLog: ((entry: LogEntry) => void) | undefined
  readonly #kept = { stdout: 0, stderr: 0 }
  readonly #decoders = { stdout: new StringDecoder('utf8'), stderr: new StringDecoder('utf8') }
  #open: { stream: LogStream; atMs: number; parts: string[] } | undefined

  constructor(maxBytes: number, onLog?: (entry: LogEntry) => void) {
    this.#maxBytes = maxBytes
    this.#onLog = onLog
  }

  add(stream: LogStream, bytes: Buffer, atMs: number): void {
    const kept = this.#kept[stream]
    this.#kept[stream] = kept + bytes.length
    if (kept > this.#maxBytes) return
    const isOver = kept + bytes.length > this.#maxBytes
    const text = this.#decoders[stream].write(isOver ? bytes.subarray(0, this.#maxBytes - kept) : bytes)
    this.#append(
      stream,
      isOver ? `${text}\n… cut: only the first ${this.#maxBytes} bytes of ${stream} are kept\n` : text,
      atMs,
    )
  }

  /** The streams that printed more than is kept. */
  get cut(): LogStream[] {
    return (['stdout', 'stderr'] as const).filter((stream) => this.#kept[stream] > this.#maxBytes)
  }

  /** Closes the current entry; call it when all that arrived together has been added. */
  flush(): void {
    const open = this.#open
    if (!open) return
    this.#open = undefined
    const entry = { stream: open.stream, atMs: open.atMs, text: open.parts.join('') }
    this.entries.push(entry)
    this.#onLog?.(entry)
  }

  /** Ends both streams: bytes of a cut character come out as U+FFFD. */
  end(atMs: number): void {
    for (const stream of ['stdout', 'stderr'] as const) {
      if (this.#kept[stream] <= this.#maxBytes) this.#append(stream, this.#decoders[stream].end(), atMs)
    }
    this.flush()
  }

  #append(stream: LogStream, text: string, atMs: number): void {
    if (text === '') return
    if (this.#open && this.#open.stream !== stream) this.flush()
    this.#open ??= { stream, atMs: Math.round(atMs), parts: [] }
    this.#open.parts.push(text)
  }
}
