import { readFileSync, writeFileSync } from 'node:fs'

/** Of 1000, which stands for all of the machine's memory: a process with this much goes before any that has none. */
const leastOfRuns = 800
const aboveTheService = 200
const most = 1000

/**
 * When memory runs out, the kernel kills what uses most by a score to which this adds: a run is to go before the service and
 * before everything else on the machine. Raising it needs no right; lowering does, so it is never below the service's own.
 */
export function oomScoreOfRuns(ofTheService: number): number {
  return Math.min(most, Math.max(leastOfRuns, ofTheService + aboveTheService))
}

/** Gives a zygote that score before it forks: children inherit it. */
export function raiseOomScore(zygotePid: number): void {
  try {
    const own = Number(readFileSync('/proc/self/oom_score_adj', 'utf8'))
    writeFileSync(`/proc/${zygotePid}/oom_score_adj`, String(oomScoreOfRuns(own)))
  } catch {
    // A host that does not let us (a read-only /proc) has its own order; no wall rests on this one.
  }
}
