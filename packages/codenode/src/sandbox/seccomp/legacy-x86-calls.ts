import type { SyscallName } from './rule.ts'

/**
 * Calls of the rules that x86_64 alone has: aarch64 came later and has only what replaced them (`openat` for `open`,
 * `clone` for `fork`). A rule may name them without effect on aarch64; any other unknown name is a mistake.
 */
export const LEGACY_X86_CALLS: ReadonlySet<SyscallName> = new Set<SyscallName>([
  'access',
  'alarm',
  'arch_prctl',
  'dup2',
  'epoll_wait',
  'fork',
  'getpgrp',
  'lstat',
  'open',
  'pause',
  'pipe',
  'poll',
  'readlink',
  'select',
  'stat',
  'time',
  'vfork',
])
