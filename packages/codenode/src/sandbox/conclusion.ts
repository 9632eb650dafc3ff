import type { ExecutionOutcome } from './verdict.ts'

/** How a run ends, decided once: the first reason counts. */
export class Conclusion {
  outcome: ExecutionOutcome | undefined
  /** When it was reached, on the clock of `performance.now`. */
  at: number | undefined

  reach(outcome: ExecutionOutcome): void {
    if (this.outcome) return
    this.outcome = outcome
    this.at = performance.now()
  }
}
