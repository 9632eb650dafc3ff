import { type Ends, honestRuns } from './honest.ts'
import type { LatencyReport } from './latency.ts'
import type { RetriesReport } from './retries.ts'
import type { StallReport } from './stalls.ts'

export type RobustnessResults = {
  load: readonly number[]
  stalls: StallReport[]
  retries: RetriesReport[]
  latency: LatencyReport[]
}

/** The results as tables in Markdown; ✓ and ✗: what must be reached. */
export function toMarkdown({ load, stalls, retries, latency }: RobustnessResults): string {
  const parts = [`load before: ${load.map((it) => it.toFixed(2)).join(' ')}`]
  if (stalls.length > 0) parts.push(stallTable(stalls))
  if (retries.length > 0) parts.push(retryTable(retries))
  if (latency.length > 0) parts.push(latencyTable(latency))
  return `${parts.join('\n\n')}\n`
}

function stallTable(stalls: readonly StallReport[]): string {
  return table(
    ['', 'beside', 'clone', '/health, worst ms', 'median', `honest of ${honestRuns}`, 'slowest ms', 'answer', 'CPU ms'],
    stalls.map(({ row, checkout, health, honest, answer, serviceCpuMs }) => [
      mark(health.worstMs <= 100 && health.failed === 0 && honest.ends.succeeded === honestRuns),
      row,
      checkout,
      `${health.worstMs.toFixed(0)}${health.failed > 0 ? `, ${health.failed} failed` : ''}`,
      health.medianMs.toFixed(1),
      describeEnds(honest.ends),
      honest.slowestMs.toFixed(0),
      answer ? `${answer.status}, ${megabytes(answer.bytes)}, ${(answer.ms / 1000).toFixed(1)} s` : '',
      serviceCpuMs === null ? 'it ended' : serviceCpuMs.toFixed(0),
    ]),
  )
}

function retryTable(retries: readonly RetriesReport[]): string {
  return table(
    ['', 'logs a byte a frame, 10 retries', 'grew by MiB', 'answer', 'next run'],
    retries.map(({ checkout, answer, beforeMiB, peakMiB, next }) => [
      mark(peakMiB - beforeMiB <= 200 && answer.status === 200 && answer.bytes <= 5e6 && next === 'succeeded'),
      checkout,
      `${(peakMiB - beforeMiB).toFixed(0)} (from ${beforeMiB.toFixed(0)})`,
      `${answer.status}, ${megabytes(answer.bytes)}, ${(answer.ms / 1000).toFixed(1)} s`,
      next,
    ]),
  )
}

function latencyTable(latency: readonly LatencyReport[]): string {
  const measured = table(
    ['', 'clone', 'median ms', 'p99 ms', 'mean ms', 'runs/s', 'CPU ms a run', 'main thread'],
    latency.map((it) => [
      `${it.language}, ${it.pace}`,
      it.checkout,
      ...[it.medianMs, it.p99Ms, it.meanMs].map((ms) => ms.toFixed(2)),
      it.runsPerSecond.toFixed(0),
      it.processCpuMsPerRun.toFixed(2),
      it.mainThreadCpuMsPerRun.toFixed(2),
    ]),
  )
  return `${measured}\n\n${targetTable(latency)}`
}

function targetTable(latency: readonly LatencyReport[]): string {
  const own = latency.filter((it) => it.checkout === 'this')
  const rows = own.flatMap((it) => {
    const before = latency.find(
      ({ checkout, language, pace }) => checkout === 'against' && language === it.language && pace === it.pace,
    )
    const name = `${it.language}, ${it.pace}`
    const within = it.pace === 'without pauses' ? [target(`${name}: p99 / median`, it.p99Ms / it.medianMs, '≤', 4)] : []
    if (!before) return within
    const compared = [
      ...(it.pace === 'pauses of 20 ms'
        ? [target(`${name}: median / before`, it.medianMs / before.medianMs, '≤', 1.1)]
        : []),
      ...(it.pace === 'without pauses' ? [target(`${name}: mean / before`, it.meanMs / before.meanMs, '≤', 1)] : []),
      ...(it.pace === 'saturated'
        ? [target(`${name}: runs/s / before`, it.runsPerSecond / before.runsPerSecond, '≥', 0.97)]
        : []),
    ]
    return [...within, ...compared]
  })
  return table(['', 'target', 'must', 'measured'], rows)
}

function target(name: string, ratio: number, relation: '≤' | '≥', bound: number): string[] {
  const isMet = relation === '≤' ? ratio <= bound : ratio >= bound
  return [mark(isMet), name, `${relation} ${bound}`, ratio.toFixed(2)]
}

function describeEnds(ends: Ends): string {
  const { succeeded = 0, ...others } = ends
  return [String(succeeded), ...Object.entries(others).map(([end, count]) => `${count} ${end}`)].join(', ')
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

const mark = (isMet: boolean): string => (isMet ? '✓' : '✗')
const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`
