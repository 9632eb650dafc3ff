import type { RunEvent } from '../contract/events.ts'
import type { LogEntry } from '../contract/program.ts'
import type { Attempt } from '../contract/record.ts'
import { formatMs } from './draw-figures.ts'
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
        return write(paint.yellow(drawRetry(event.attempt, event.retryInMs)))
      case 'status':
        if (event.status !== 'running') open.end()
        return
      case 'result':
        return
    }
  }
}

export function drawRetry({ index, error }: Attempt, retryInMs: number): string {
  const message = showSafely(error?.message ?? '').split('\n')[0]
  return `attempt ${index} failed: ${message}; retrying in ${formatMs(retryInMs)}\n`
}

/** A program writes a line in pieces; each line gets its time and stream once, where it begins. */
export class LineKeeper {
  readonly #write: (text: string) => void
  /** Whose line is open: the stream, and who writes to it where there are several. */
  #open: string | null = null

  constructor(write: (text: string) => void) {
    this.#write = write
  }

  add({ stream, atMs, text }: LogEntry, writer = ''): void {
    const source = writer === '' ? stream : `${stream} ${writer}`
    if (this.#open !== null && this.#open !== source) this.end()
    const prefix = `${String(atMs).padStart(6)} ms ${source} │ `
    const isWhole = text.endsWith('\n')
    const lines = showSafely(isWhole ? text.slice(0, -1) : text).split('\n')
    const [first = '', ...rest] = lines
    this.#write([this.#open === null ? prefix + first : first, ...rest.map((line) => prefix + line)].join('\n'))
    this.#open = source
    if (isWhole) this.end()
  }

  end(): void {
    if (this.#open !== null) this.#write('\n')
    this.#open = null
  }
}
