import type { BenchLanguage, Workload } from '../workloads/workload.ts'

/** Something that runs the workloads. Started once, measured in small batches, idle in between. */
export type Contender = {
  id: string
  title: string
  language: BenchLanguage
  /** What keeps a program from the host and from other programs, in words. */
  isolation: string
  /** Whether it can run this workload at all. */
  runs: (workload: Workload) => boolean
  /** The ways in which it is measured with several runs at once; the best counts. None: it runs one at a time only. */
  saturations: readonly Saturation[]
  /** A run takes so long that one a round is enough. */
  isSlow?: boolean
  start: () => Promise<void>
  /** Runs a batch. Every answer is checked; the first wrong one throws. */
  measure: (workload: Workload, batch: Batch) => Promise<Measured>
  close: () => Promise<void>
}

/** `atOnce`: runs in flight in each of `processes` hosts; only the floor has more than one host. */
export type Saturation = { atOnce: number; processes: number }

export type Batch = Saturation & { runs: number }

export type Measured = {
  /** Of each run, in ms. Empty when only the whole batch was timed. */
  times: number[]
  /** Of the batch from its first start to its last end. */
  totalMs: number
  runs: number
  /** What the program measured itself, where it does. */
  innerTimes: number[]
}

export const oneAtATime: Saturation = { atOnce: 1, processes: 1 }

/** Checks the answer of a run, which is none of its work, and gives what the program measured itself. */
export type Verify = () => number | undefined

/** Runs `run` `batch.runs` times, `batch.atOnce` in flight, times each and then checks it. */
export async function timeRuns(batch: Batch, run: () => Promise<Verify>): Promise<Measured> {
  const times: number[] = []
  const innerTimes: number[] = []
  let next = 0
  const lane = async (): Promise<void> => {
    while (next < batch.runs) {
      next++
      const began = performance.now()
      const verify = await run()
      times.push(performance.now() - began)
      const innerMs = verify()
      if (innerMs !== undefined) innerTimes.push(innerMs)
    }
  }
  const began = performance.now()
  await Promise.all(Array.from({ length: Math.min(batch.atOnce, batch.runs) }, lane))
  return { times, totalMs: performance.now() - began, runs: batch.runs, innerTimes }
}

/** The figure with which a program reports its own time. */
export function innerTime(outputs: Record<string, unknown>): number | undefined {
  return typeof outputs.inner_ms === 'number' ? outputs.inner_ms : undefined
}
