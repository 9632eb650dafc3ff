import { type Contender, type Measured, oneAtATime, type Saturation } from './contenders/contender.ts'
import type { Progress } from './progress.ts'
import type { Workload } from './workloads/workload.ts'

export type Mode = 'one at a time' | 'saturated'

/** What was measured of one contender with one workload in one way. */
export type Cell = {
  contender: Contender
  workload: Workload
  mode: Mode
  saturation: Saturation
  times: number[]
  innerTimes: number[]
  runs: number
  totalMs: number
  /** As the last batch had it: how many runs fit in the next. */
  msPerRun: number | null
}

export type Effort = {
  rounds: number
  /** How long the batch of a cell should take in each round. */
  batchMs: Record<Mode, number>
  /** Rounds in which slow contenders take part. */
  slowRounds: number
}

export const efforts = {
  full: { rounds: 10, batchMs: { 'one at a time': 250, saturated: 600 }, slowRounds: 5 },
  quick: { rounds: 2, batchMs: { 'one at a time': 40, saturated: 100 }, slowRounds: 1 },
} as const satisfies Record<string, Effort>

const mostRunsInBatch = 400

export type Measuring = { effort: Effort; progress: Progress; signal: AbortSignal }

/**
 * Measures every cell a little in every round, contender after contender, so that what changes on the machine meanwhile
 * changes all of them. Each round begins with another contender.
 */
export async function measureInRounds(
  contenders: readonly Contender[],
  workloads: readonly Workload[],
  measuring: Measuring,
): Promise<Cell[]> {
  const { effort, progress, signal } = measuring
  const groups = workloads.flatMap((workload) => [
    planGroup(contenders, workload, 'one at a time'),
    ...(workload.saturates ? [planGroup(contenders, workload, 'saturated')] : []),
  ])
  for (let round = 0; round < effort.rounds; round++) {
    for (const group of groups) {
      for (const cell of rotate(group, round)) {
        signal.throwIfAborted()
        const { contender, workload, mode } = cell
        if (contender.isSlow && round >= effort.slowRounds) continue
        progress.say(
          `round ${round + 1} of ${effort.rounds}: ${workload.name}, ${mode}, ${contender.language}, ${contender.title}`,
        )
        await measureCell(cell, effort.batchMs[mode])
      }
    }
  }
  return groups.flat()
}

function planGroup(contenders: readonly Contender[], workload: Workload, mode: Mode): Cell[] {
  return contenders
    .filter((contender) => contender.runs(workload))
    .flatMap((contender) =>
      (mode === 'saturated' ? contender.saturations : [oneAtATime]).map((saturation) => ({ contender, saturation })),
    )
    .map((it) => ({ ...it, workload, mode, times: [], innerTimes: [], runs: 0, totalMs: 0, msPerRun: null }))
}

async function measureCell(cell: Cell, batchMs: number): Promise<void> {
  const { contender, workload, saturation } = cell
  const inFlight = saturation.atOnce * saturation.processes
  const fewest = cell.mode === 'saturated' && !contender.isSlow ? 4 * inFlight : inFlight
  // The first batch tells how long a run takes, and warms: it does not count.
  if (cell.msPerRun === null && !contender.isSlow) {
    cell.msPerRun = toMsPerRun(await contender.measure(workload, { ...saturation, runs: fewest }))
  }
  const wanted = Math.round(batchMs / (cell.msPerRun ?? batchMs))
  const runs = Math.min(mostRunsInBatch, Math.max(fewest, wanted))
  const measured = await contender.measure(workload, { ...saturation, runs })
  cell.msPerRun = toMsPerRun(measured)
  cell.times.push(...measured.times)
  cell.innerTimes.push(...measured.innerTimes)
  cell.runs += measured.runs
  cell.totalMs += measured.totalMs
}

const toMsPerRun = ({ totalMs, runs }: Measured) => totalMs / runs

function rotate<T>(list: readonly T[], by: number): T[] {
  const at = list.length === 0 ? 0 : by % list.length
  return [...list.slice(at), ...list.slice(0, at)]
}
