import { readFileSync } from 'node:fs'
import { readCpuUs } from './process-usage.ts'

const everyMs = 100
const pageBytes = 4096
/** Above what RLIMIT_DATA lets an ordinary program reach, so that the program hears of its limit first. */
const slackBytes = 96 * 2 ** 20

/** Totals of the process, the part before it got its program included. */
export type AllowedUsage = { memoryBytes: number; cpuMs: number }

/**
 * Looks at a run from outside, since the kernel's own limits are coarse: RLIMIT_CPU counts whole seconds, by samples that
 * are half as much again on a busy machine, and RLIMIT_DATA does not count memory that was written and then made
 * read-only. Calls `onExceeded` at most once. Gives the function that ends the watch.
 */
export function watchUsage(
  pid: number,
  allowed: AllowedUsage,
  onExceeded: (limit: 'cpu_time_exceeded' | 'memory_exceeded') => void,
): () => void {
  const timer = setInterval(() => {
    const isCpuSpent = (readCpuUs(pid) ?? 0) > allowed.cpuMs * 1000
    if (!isCpuSpent && readOwnBytes(pid) <= allowed.memoryBytes + slackBytes) return
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
