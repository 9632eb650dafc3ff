import { readdirSync, readFileSync } from 'node:fs'
import { hasNamespaces, type IsolationLevel } from '../contract/isolation.ts'
import type { RunLimits } from '../contract/limits.ts'
import type { RuntimeName } from '../contract/runtime-name.ts'
import type { Rlimits } from './control.ts'

const mebibyte = 2 ** 20
/** Where all processes of a user count: those that the operator may start later. */
const othersTasks = 1024

/** Virtual sizes of a process in bytes: what its limits are counted against. */
export type MemorySizes = { addressSpaceBytes: number; dataBytes: number; residentBytes: number }

/** What the limits of a zygote's children come from. */
export type Rules = { runtime: RuntimeName; level: IsolationLevel; limits: RunLimits; maxRunning: number }

/** Whether the kernel counts the threads of each run by themselves. */
export function countsOwnThreads(level: IsolationLevel, hasOwnUid: boolean): boolean {
  return level === 'namespaces+landlock+seccomp' || hasOwnUid
}

/**
 * The hard limits of every child of a zygote, from the server's limits; a run may lower them for itself.
 *
 * Memory: what a run adds is counted against what the zygote already has. RLIMIT_DATA counts private writable memory,
 * used or not, in both languages; the watch (`watch/`) sees the rest that takes memory, and shared anonymous memory is refused by
 * the filter. RLIMIT_AS bounds what is mapped, and with it page tables. It is tight for Python only: V8 reserves far more
 * address space than it uses.
 *
 * Threads: RLIMIT_NPROC counts per user and user namespace, so it is a run's own where it has either for itself. Without
 * both, one number holds for all runs and the operator's own processes: then it only keeps the machine from harm, and the
 * watch counts the threads of each run.
 */
export function buildRlimits(
  { runtime, level, limits, maxRunning }: Rules,
  own: MemorySizes,
  hasOwnUid = process.getuid?.() === 0,
  countTasks = countTasksOfUser,
): Rlimits {
  const added = limits.memoryBytes + (runtime === 'python' ? pythonHeadroomBytes : nodeHeadroomBytes)
  return {
    core: 0,
    cpu: coarseCpuSeconds(limits.cpuMs),
    data: own.dataBytes + added,
    as: own.addressSpaceBytes + added + (runtime === 'python' ? mappedFilesBytes : reservedBytes),
    fsize: 0,
    memlock: 64 * 1024,
    msgqueue: 0,
    nice: 0,
    nofile: limits.openFiles,
    nproc: countsOwnThreads(level, hasOwnUid)
      ? limits.threads + parkedThreads(runtime, level)
      : countTasks() + maxRunning * limits.threads + othersTasks,
    rtprio: 0,
    // Each signal that waits takes 80 bytes of the kernel's memory, and by default there may be a hundred thousand.
    sigpending: 256,
  }
}

/** Threads of a child that are none of the program's: `runtimes/javascript/parked-thread.cjs`. */
export function parkedThreads(runtime: RuntimeName, level: IsolationLevel): number {
  return runtime === 'javascript' && hasNamespaces(level) ? 1 : 0
}

/** The kernel's own limit, far enough away that the watch, which is exact, comes first. */
export function coarseCpuSeconds(cpuMs: number): number {
  return 2 * Math.ceil(cpuMs / 1000) + 1
}

/** Stacks and allocator slack of an ordinary program, so that the limit means the program's data. */
export const pythonHeadroomBytes = 32 * mebibyte
/** V8 has much writable that it does not use, and the watch is stricter. */
const nodeHeadroomBytes = 64 * mebibyte
/** Shared libraries that a run imports for itself (scipy maps about 150 MiB). */
const mappedFilesBytes = 512 * mebibyte
/** What V8 may reserve: 8 GiB for each WebAssembly memory, 0.6 GiB for each worker. Its page tables take 256 MiB at most. */
const reservedBytes = 128 * 1024 * mebibyte

/** All threads of all processes of this user. */
function countTasksOfUser(): number {
  const uid = String(process.getuid?.())
  let count = 0
  for (const pid of readdirSync('/proc').filter((it) => /^\d+$/.test(it))) {
    try {
      const status = readFileSync(`/proc/${pid}/status`, 'latin1')
      if (/^Uid:\s*(\d+)/m.exec(status)?.[1] === uid) count += Number(/^Threads:\s*(\d+)/m.exec(status)?.[1] ?? 1)
    } catch {
      // it has just ended
    }
  }
  return count
}
