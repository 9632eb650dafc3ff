import { weighLogs } from '../contract/log-weight.ts'
import type { LogEntry, LogStream } from '../contract/program.ts'

/**
 * What all tries of a run may keep of their logs together, per stream: `logBytes`. Each try may use an equal part of what
 * is left, so that the last one, whose logs matter most, always has room; what a try does not use is left to later ones.
 */
export class LogShares {
  #leftBytes: number
  #triesLeft: number

  constructor(logBytes: number, mostTries: number) {
    this.#leftBytes = logBytes
    this.#triesLeft = mostTries
  }

  /** What the next try may keep, in bytes per stream. */
  next(): number {
    return Math.floor(this.#leftBytes / this.#triesLeft)
  }

  /** A try has ended with these logs. */
  spend(logs: readonly LogEntry[]): void {
    const spent = Math.max(weigh(logs, 'stdout'), weigh(logs, 'stderr'))
    this.#leftBytes = Math.max(0, this.#leftBytes - Math.min(spent, this.next()))
    this.#triesLeft = Math.max(1, this.#triesLeft - 1)
  }
}

function weigh(logs: readonly LogEntry[], stream: LogStream): number {
  const its = logs.filter((entry) => entry.stream === stream)
  const textBytes = its.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0)
  return weighLogs(textBytes, its.length)
}
