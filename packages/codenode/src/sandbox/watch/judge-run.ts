import type { ProcessMemory } from '../process/process-memory.ts'
import { elapsedMs, type Reason } from './table.ts'

/** What a run may use, as totals of its process: the part from before it got its program included. */
export type Allowed = { memoryKb: number; cpuMs: number; threads: number; deadlineMs: number }

/** What is seen of a run at one moment. */
export type Seen = {
  nowMs: number
  memory: ProcessMemory | 'unreadable' | null
  cpuMs: number
  /** How many times in a row its memory could not be read. */
  unreadable: number
  /** When something that the run had sent lay unread last: it may be waiting for us. */
  unreadAtMs: number | null
}

/** The thread that serves ends runs at their deadline by itself. So late it is itself held up. */
const graceMs = 1_000
/** A run that waits for us is not to blame; but nothing waits without an end. */
const mostGraceMs = 30_000
/** A process that lives and shows no memory for so many looks hides it. */
const mostUnreadable = 5

/** Why a run has to end now; null if it may go on. Pure. */
export function judgeRun(allowed: Allowed, seen: Seen): Reason | null {
  const { memory, nowMs } = seen
  if (memory === 'unreadable') {
    if (seen.unreadable >= mostUnreadable) return 'memory_exceeded'
  } else if (memory !== null) {
    if (memory.ownKb > allowed.memoryKb) return 'memory_exceeded'
    if (memory.threads > allowed.threads) return 'threads_exceeded'
  }
  if (seen.cpuMs > allowed.cpuMs) return 'cpu_time_exceeded'
  const lateMs = elapsedMs(allowed.deadlineMs, nowMs)
  if (lateMs <= graceMs) return null
  if (seen.unreadAtMs === null || elapsedMs(seen.unreadAtMs, nowMs) > graceMs) return 'wall_time_exceeded'
  return lateMs > mostGraceMs ? 'held_up' : null
}

/** Past its deadline it matters whether a run waits for us. */
export function isPast(deadlineMs: number, nowMs: number): boolean {
  return elapsedMs(deadlineMs, nowMs) > 0
}
