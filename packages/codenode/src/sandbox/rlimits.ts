import { hasNamespaces, type IsolationLevel } from '../contract/isolation.ts'
import type { RunLimits } from '../contract/program.ts'
import type { Rlimits } from './control.ts'
import type { RuntimeName } from './runtime-name.ts'
import type { MemorySizes } from './zygote.ts'

const mebibyte = 2 ** 20

/**
 * The hard limits of every child of a zygote, from the server's limits; a run may lower them for itself.
 *
 * Memory: what a run adds is counted against what the zygote already has. RLIMIT_DATA counts private writable memory,
 * used or not, in both languages; `watchUsage` sees the rest that takes memory. RLIMIT_AS also counts shared mappings and
 * is tight for Python only: V8 reserves far more address space than it uses, so the filter refuses Node shared anonymous
 * memory, and its limit is one on page tables, which nothing else counts.
 *
 * Threads: RLIMIT_NPROC counts per user and user namespace, so it is a run's own where it has either for itself. Without
 * both, one number would hold for all runs and the operator's own processes; there memory bounds the threads.
 */
export function buildRlimits(
  runtime: RuntimeName,
  level: IsolationLevel,
  limits: RunLimits,
  own: MemorySizes,
  isRoot = process.getuid?.() === 0,
): Rlimits {
  const added = limits.memoryBytes + headroomBytes
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
    ...(hasNamespaces(level) || isRoot ? { nproc: limits.threads + parkedThreads(runtime, level) } : {}),
    rtprio: 0,
  }
}

/** Threads of a child that are none of the program's: `runtimes/javascript/parked-thread.cjs`. */
export function parkedThreads(runtime: RuntimeName, level: IsolationLevel): number {
  return runtime === 'node' && hasNamespaces(level) ? 1 : 0
}

/** The kernel's own limit, far enough away that `watchUsage`, which is exact, comes first. */
export function coarseCpuSeconds(cpuMs: number): number {
  return 2 * Math.ceil(cpuMs / 1000) + 1
}

/** Stacks, allocator slack and compiled code of an ordinary program, so that the limit means the program's data. */
const headroomBytes = 64 * mebibyte
/** Shared libraries that a run imports for itself (scipy maps about 150 MiB). */
const mappedFilesBytes = 512 * mebibyte
/** What V8 may reserve: 8 GiB for each WebAssembly memory, 0.6 GiB for each worker. Its page tables take 256 MiB at most. */
const reservedBytes = 128 * 1024 * mebibyte
