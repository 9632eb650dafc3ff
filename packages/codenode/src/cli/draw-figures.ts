import type { Usage } from '../contract/program.ts'
import type { Paint } from './terminal.ts'

/** What a run has cost, on one line. */
export function drawUsage(usage: Usage, count: string, paint: Paint): string {
  const figures = [
    `${formatMs(usage.wallMs)} wall`,
    `${formatMs(usage.queuedMs)} queued`,
    `${formatMs(usage.cpuMs)} CPU`,
    `${formatBytes(usage.peakMemoryBytes)} memory`,
    count,
  ]
  return paint.dim(figures.join(' · '))
}

export function formatMs(ms: number): string {
  if (ms < 10) return `${ms.toFixed(1)} ms`
  return ms < 10_000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`
}

export function formatBytes(bytes: number): string {
  const mebibytes = bytes / 2 ** 20
  return `${mebibytes < 10 ? mebibytes.toFixed(1) : Math.round(mebibytes)} MiB`
}

export function countOf(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}
