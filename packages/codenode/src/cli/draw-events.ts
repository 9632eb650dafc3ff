import type { RunEvent } from '../contract/events.ts'
import type { LogEntry } from '../contract/program.ts'
import { formatMs } from './draw-record.ts'
import { showSafely, type Terminal } from './terminal.ts'

/** Shows logs and failed attempts while the node runs. */
export function buildEventDrawer({ write, paint }: Terminal): (event: RunEvent) => void {
  const open = new LineKeeper((line) => write(paint.dim(line)))
  return (event) => {
    switch (event.type) {
      case 'log':
        return open.add(event.entry)
      case 'attempt':
        open.end()
        if (event.retryInMs === null) return
        return write(paint.yellow(drawRetry(event.attempt.index, event.attempt.error?.message ?? '', event.retryInMs)))
      case 'status':
        if (event.status !== 'running') open.end()
        return
      case 'result':
        return
    }
  }
}

function drawRetry(index: number, message: string, retryInMs: number): string {
  return `attempt ${index} failed: ${showSafely(message).split('\n')[0]}; the next one follows in ${formatMs(retryInMs)}\n`
}

/** A program writes a line in pieces; each line gets its time and stream once, where it begins. */
class LineKeeper {
  readonly #write: (text: string) => void
  #stream: LogEntry['stream'] | null = null

  constructor(write: (text: string) => void) {
    this.#write = write
  }

  add({ stream, atMs, text }: LogEntry): void {
    if (this.#stream !== null && this.#stream !== stream) this.end()
    const prefix = `${String(atMs).padStart(6)} ms ${stream} │ `
    const isWhole = text.endsWith('\n')
    const lines = showSafely(isWhole ? text.slice(0, -1) : text).split('\n')
    const [first = '', ...rest] = lines
    this.#write([this.#stream === null ? prefix + first : first, ...rest.map((line) => prefix + line)].join('\n'))
    this.#stream = stream
    if (isWhole) this.end()
  }

  end(): void {
    if (this.#stream !== null) this.#write('\n')
    this.#stream = null
  }
}
