import type { LoggedEntry } from '../run-state/node-run-state.ts'

export type LogLine = LoggedEntry & { key: string }

/** What was printed, line by line; a line that came in several pieces of one stream is put together. */
export function toLogLines(logs: readonly LoggedEntry[]): LogLine[] {
  const lines: LogLine[] = []
  const open: Partial<Record<string, LogLine>> = {}
  for (const entry of logs) {
    const place = `${entry.attempt}.${entry.stream}.${entry.source ?? ''}`
    const pieces = entry.text.split('\n')
    for (const [index, piece] of pieces.entries()) {
      const isLast = index === pieces.length - 1
      const line = open[place]
      if (line) line.text += piece
      else if (!isLast || piece !== '') {
        const made = { ...entry, text: piece, key: String(lines.length) }
        lines.push(made)
        open[place] = made
      }
      if (!isLast) open[place] = undefined
    }
  }
  return lines
}
