import type { SyscallName } from './rule.ts'

/**
 * Calls of the rules that x86_64 alone has: aarch64 came later and has only what replaced them (`openat` for `open`,
 * `clone` for `fork`). A rule may name them without effect on aarch64; any other unknown name is a mistake.
 */
export const LEGACY_X86_CALLS: ReadonlySet<SyscallName> = new Set<SyscallName>([
  'access',
  'alarm',
  'arch_prctl',
  'chmod',
  'creat',
  'dup2',
  'epoll_wait',
  'fork',
  'futimesat',
  'getpgrp',
  'link',
  'lstat',
  'mkdir',
  'open',
  'pause',
  'pipe',
  'poll',
  'readlink',
  'rename',
  'rmdir',
  'select',
  'stat',
  'symlink',
  'time',
  'unlink',
  'utime',
  'utimes',
  'vfork',
])
