import { readFileSync } from 'node:fs'
import { countThreads, RunPriority } from './priority.ts'
import { readCpuUs } from './process-usage.ts'
import type { RuntimeName } from './runtime-name.ts'

const everyMs = 100
const pageBytes = 4096
const mebibyte = 2 ** 20
/**
 * How far above its limit a run may be seen. Python: above what RLIMIT_DATA allows, so that the program hears of its limit
 * first, as an exception with a traceback. V8 hears nothing: it would collect garbage for half a minute before it dies.
 */
const slackBytes = { python: 96 * mebibyte, node: 32 * mebibyte } as const

/** Totals of the process, the part before it got its program included. */
export type AllowedUsage = { memoryBytes: number; cpuMs: number }

/**
 * Looks at a run from outside, since the kernel's own limits are coarse: RLIMIT_CPU counts whole seconds, by samples that
 * are half as much again on a busy machine, and RLIMIT_DATA does not count memory that was written and then made
 * read-only. Calls `onExceeded` at most once. Gives the function that ends the watch.
 */
export function watchUsage(
  pid: number,
  runtime: RuntimeName,
  allowed: AllowedUsage,
  onExceeded: (limit: 'cpu_time_exceeded' | 'memory_exceeded') => void,
): () => void {
  const priority = new RunPriority(pid)
  const timer = setInterval(() => {
    const cpuUs = readCpuUs(pid) ?? 0
    priority.adjust(cpuUs / 1000, countThreads(pid))
    const isCpuSpent = cpuUs > allowed.cpuMs * 1000
    if (!isCpuSpent && readOwnBytes(pid) <= allowed.memoryBytes + slackBytes[runtime]) return
    clearInterval(timer)
    onExceeded(isCpuSpent ? 'cpu_time_exceeded' : 'memory_exceeded')
  }, everyMs)
  return () => clearInterval(timer)
}

/** Anonymous memory in use; 0 when the process is gone. */
function readOwnBytes(pid: number): number {
  try {
    const [, resident = 0, shared = 0] = readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ').map(Number)
    return (resident - shared) * pageBytes
  } catch {
    return 0
  }
}
