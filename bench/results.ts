import type { BurstReport } from './burst.ts'
import type { FloodReport } from './flood.ts'
import type { Machine } from './machine.ts'
import type { MemoryReport } from './memory.ts'
import type { Cell } from './rounds.ts'
import type { StartUpReport } from './start-up.ts'
import { median, quantile } from './statistics.ts'
import type { BenchLanguage } from './workloads/workload.ts'

/** Everything that a run of the benchmark found, plain data. */
export type Results = {
  machine: Machine
  isQuick: boolean
  rows: Row[]
  memory: MemoryReport[]
  bursts: BurstReport[]
  /** Null when the service was not measured. */
  flood: FloodReport | null
  startUps: StartUpReport[]
}

/** A line of the table: one contender with one workload. */
export type Row = {
  workload: string
  language: BenchLanguage
  contender: string
  title: string
  isolation: string
  single: { medianMs: number; p99Ms: number; runs: number } | null
  /** What the program measured of its own work. */
  innerMs: number | null
  saturated: { runsPerSecond: number; medianMs: number; p99Ms: number; runs: number; how: string } | null
}

export function toRows(cells: readonly Cell[]): Row[] {
  const byRow = Map.groupBy(cells, ({ workload, contender }) => `${workload.name}\n${contender.id}`)
  return [...byRow.values()].map(toRow)
}

function toRow(cells: Cell[]): Row {
  const [{ workload, contender }] = cells as [Cell] // a group has at least one member
  const single = cells.find(({ mode, runs }) => mode === 'one at a time' && runs > 0)
  const [fastest] = cells
    .filter(({ mode, runs }) => mode === 'saturated' && runs > 0)
    .toSorted((a, b) => runsPerSecond(b) - runsPerSecond(a))
  return {
    workload: workload.name,
    language: contender.language,
    contender: contender.id,
    title: contender.title,
    isolation: contender.isolation,
    single: single ? { ...summarise(single), runs: single.runs } : null,
    innerMs: single && single.innerTimes.length > 0 ? median(single.innerTimes) : null,
    saturated: fastest
      ? { runsPerSecond: runsPerSecond(fastest), ...summarise(fastest), runs: fastest.runs, how: describeHow(fastest) }
      : null,
  }
}

const runsPerSecond = ({ runs, totalMs }: Cell) => (runs * 1000) / totalMs
const summarise = ({ times }: Cell) => ({ medianMs: median(times), p99Ms: quantile(times, 0.99) })

function describeHow({ saturation: { atOnce, processes } }: Cell): string {
  return processes === 1 ? `${atOnce} at once` : `${processes} interpreters, ${atOnce} at once in each`
}
