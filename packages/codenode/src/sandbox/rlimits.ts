import type { IsolationLevel, RunLimits } from '../contract/program.ts'
import type { Rlimits } from './control.ts'
import type { RuntimeName } from './runtime-name.ts'
import type { MemorySizes } from './zygote.ts'

const mebibyte = 2 ** 20

/**
 * The hard limits of every child of a zygote, from the server's limits; a run may lower them for itself.
 *
 * Memory: what a run adds is counted against what the zygote already has. RLIMIT_DATA counts private writable memory,
 * used or not, in both languages. RLIMIT_AS also counts shared mappings and is for Python only: V8 reserves far more
 * address space than it uses; the filter refuses Node shared anonymous memory instead.
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
    cpu: Math.ceil(limits.cpuMs / 1000),
    data: own.dataBytes + added,
    ...(runtime === 'python' ? { as: own.addressSpaceBytes + added + mappedFilesBytes } : {}),
    fsize: 0,
    memlock: 64 * 1024,
    msgqueue: 0,
    nice: 0,
    nofile: limits.openFiles,
    ...(level === 'namespaces+landlock+seccomp' || isRoot ? { nproc: limits.threads } : {}),
    rtprio: 0,
  }
}

/** Stacks, allocator slack and compiled code of an ordinary program, so that the limit means the program's data. */
const headroomBytes = 64 * mebibyte
/** Shared libraries that a run imports for itself (scipy maps about 150 MiB). */
const mappedFilesBytes = 512 * mebibyte
