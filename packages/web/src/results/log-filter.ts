import { type LogLevel, levelOf } from './log-level.ts'
import type { LogLine } from './to-log-lines.ts'

/** Which lines of a log are shown: of which stream, from which level upwards, and since which time of their attempt. */
export type LogFilter = {
  readonly stream: 'all' | LogLine['stream']
  readonly level: 'all' | 'info' | 'warning' | 'error'
  readonly fromMs: number
}

export const noFilter: LogFilter = { stream: 'all', level: 'all', fromMs: 0 }

const ranks: Readonly<Record<LogLevel, number>> = { debug: 0, plain: 1, info: 2, warning: 3, error: 4 }

export function filterLines(lines: readonly LogLine[], { stream, level, fromMs }: LogFilter): readonly LogLine[] {
  if (stream === 'all' && level === 'all' && fromMs <= 0) return lines
  return lines.filter(
    (line) =>
      (stream === 'all' || line.stream === stream) &&
      (level === 'all' || ranks[levelOf(line.text)] >= ranks[level]) &&
      line.atMs >= fromMs,
  )
}
