import { StringDecoder } from 'node:string_decoder'
import { weighLogs } from '../contract/log-weight.ts'
import type { LogEntry, LogStream } from '../contract/program.ts'

type Kept = { textBytes: number; entries: number; isCut: boolean; decoder: StringDecoder }

/**
 * Keeps what a program prints, in order, up to `maxBytes` a stream; the rest is dropped and marked once, and the program
 * goes on. Pieces of one stream that arrive together are one entry. Entries count as well as their text: a program that
 * writes single letters to both streams in turn makes an entry of each.
 */
export class LogKeeper {
  readonly entries: LogEntry[] = []
  readonly #maxBytes: number
  readonly #onLog: ((entry: LogEntry) => void) | undefined
  readonly #kept: Record<LogStream, Kept> = { stdout: nothingKept(), stderr: nothingKept() }
  #open: { stream: LogStream; atMs: number; parts: string[] } | undefined

  constructor(maxBytes: number, onLog?: (entry: LogEntry) => void) {
    this.#maxBytes = maxBytes
    this.#onLog = onLog
  }

  add(stream: LogStream, bytes: Buffer, atMs: number): void {
    const kept = this.#kept[stream]
    if (kept.isCut) return
    const room = this.#room(stream)
    kept.isCut = bytes.length > room
    const taken = kept.isCut ? bytes.subarray(0, room) : bytes
    kept.textBytes += taken.length
    const text = kept.decoder.write(taken)
    const mark = `\n… cut: only the first ${kept.textBytes} bytes of ${stream} are kept\n`
    this.#append(stream, kept.isCut ? `${text}${mark}` : text, atMs)
  }

  /** The streams that printed more than is kept. */
  get cut(): LogStream[] {
    return (['stdout', 'stderr'] as const).filter((stream) => this.#kept[stream].isCut)
  }

  /** True when nothing more of this stream is kept. */
  isCut(stream: LogStream): boolean {
    return this.#kept[stream].isCut
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
      const { isCut, decoder } = this.#kept[stream]
      if (!isCut) this.#append(stream, decoder.end(), atMs)
    }
    this.flush()
  }

  /** Bytes of text that may still be kept, with the entry that they would begin already counted. */
  #room(stream: LogStream): number {
    const { textBytes, entries } = this.#kept[stream]
    const after = this.#open?.stream === stream ? entries : entries + 1
    return Math.max(0, this.#maxBytes - weighLogs(textBytes, after))
  }

  #append(stream: LogStream, text: string, atMs: number): void {
    if (text === '') return
    if (this.#open && this.#open.stream !== stream) this.flush()
    if (!this.#open) {
      this.#open = { stream, atMs: Math.round(atMs), parts: [] }
      this.#kept[stream].entries++
    }
    this.#open.parts.push(text)
  }
}

function nothingKept(): Kept {
  return { textBytes: 0, entries: 0, isCut: false, decoder: new StringDecoder('utf8') }
}
