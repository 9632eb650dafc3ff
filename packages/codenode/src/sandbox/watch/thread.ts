/**
 * The thread that watches runs: a worker that does nothing else, so that a limit is kept whatever the thread that serves is
 * busy with. It looks at every run every 20 ms while there are any, and sleeps otherwise.
 */
import { setPriority } from 'node:os'
import { parentPort, workerData } from 'node:worker_threads'
import { RunPriority } from '../process/priority.ts'
import { readProcessMemory } from '../process/process-memory.ts'
import { hasUnread, killByDescriptor, readCpuUs } from '../process/process-usage.ts'
import { isPast, judgeRun } from './judge-run.ts'
import { elapsedMs, header, monotonicMs, phase, phaseOf, place, reasons } from './table.ts'

const everyMs = 20
/** Waking up costs the run that does it some µs: runs one after the other find it awake. */
const lingerMs = 1_000
/** Priorities are adjusted less often than limits are kept: it means a look at every thread. */
const looksPerAdjustment = 5

/** What the watch remembers of the run in a row. */
type Memory = { state: number; unreadable: number; unreadAtMs: number | null; priority: RunPriority; looks: number }

const table = workerData as Int32Array<SharedArrayBuffer>
const remembered: (Memory | undefined)[] = []

// First the clock and the kill, which load a library: a watch that cannot do that says so at the start.
readCpuUs(process.pid)
try {
  setPriority(0, -10) // of this thread alone
} catch {
  // Only root may. It needs little time and sleeps nearly always, so it is soon given it.
}
parentPort?.postMessage('ready')
watch()

function watch(): void {
  let lastSeenMs = monotonicMs()
  while (Atomics.load(table, header.stop) === 0) {
    const now = monotonicMs()
    if (lookAtAll(now)) lastSeenMs = now
    else if (elapsedMs(lastSeenMs, now) > lingerMs) sleep()
    Atomics.wait(table, header.stop, 0, everyMs)
  }
}

/** Until the next run begins. A run that begins meanwhile is seen here, or sees that we sleep. */
function sleep(): void {
  Atomics.store(table, header.asleep, 1)
  for (let row = 0; row < Atomics.load(table, header.rows); row++) {
    if (phaseOf(Atomics.load(table, place(row, 'state'))) !== phase.free) Atomics.store(table, header.asleep, 0)
  }
  Atomics.wait(table, header.asleep, 1)
}

/** True if there is any run. */
function lookAtAll(now: number): boolean {
  let isAny = false
  for (let row = 0; row < Atomics.load(table, header.rows); row++) {
    const state = Atomics.load(table, place(row, 'state'))
    if (phaseOf(state) === phase.free) continue
    isAny = true
    if (phaseOf(state) === phase.watched) look(row, state, now)
  }
  return isAny
}

function look(row: number, state: number, now: number): void {
  const known = remembered[row]
  if (known?.state !== state) {
    // Most runs are over before they are looked at a second time, and none holds much in its first moments.
    const priority = new RunPriority(Atomics.load(table, place(row, 'pid')))
    remembered[row] = { state, unreadable: 0, unreadAtMs: null, priority, looks: 0 }
    return
  }
  const read = (name: Parameters<typeof place>[1]) => Atomics.load(table, place(row, name))
  const pid = read('pid')
  const memory = readProcessMemory(pid)
  known.unreadable = memory === 'unreadable' ? known.unreadable + 1 : 0
  const deadlineMs = read('deadlineMs')
  if (isPast(deadlineMs, now) && [read('channel'), read('stdout'), read('stderr')].some(hasUnread)) {
    known.unreadAtMs = now
  }
  const allowed = { memoryKb: read('memoryKb'), cpuMs: read('cpuMs'), threads: read('threads'), deadlineMs }
  const cpuMs = (readCpuUs(pid) ?? 0) / 1000
  const threads = memory !== null && memory !== 'unreadable' ? memory.threads : 0
  if (known.looks++ % looksPerAdjustment === 0 && threads > 0) known.priority.adjust(cpuMs, threads)
  const reason = judgeRun(allowed, { nowMs: now, memory, cpuMs, ...known })
  if (reason) end(row, state, reasons.indexOf(reason))
}

/**
 * Kills the run that `state` names, if it still has its row. From `killing` on the thread that serves waits before it
 * closes the descriptor. If the process is reaped already, its number may be another's by now and what was read too: then
 * nothing is blamed on the run.
 */
function end(row: number, state: number, reason: number): void {
  const at = place(row, 'state')
  const killing = state - phase.watched + phase.killing
  if (Atomics.compareExchange(table, at, state, killing) !== state) return
  const isKilled = killByDescriptor(Atomics.load(table, place(row, 'pidfd')))
  Atomics.store(table, place(row, 'reason'), isKilled ? reason : -1)
  Atomics.store(table, at, killing - phase.killing + phase.killed)
  Atomics.notify(table, at)
}
