import { allow, allowIf, type Bits, type Condition, noBit, onlyBits, type Rule, refuse } from './rule.ts'

export const EPERM = 1
const EINVAL = 22
export const ENOSYS = 38

const AF_UNIX = 1
const FUTEX_CLOCK_REALTIME = 256
const SOL_SOCKET = 1

/** SOCK_STREAM or SOCK_DGRAM, with or without SOCK_NONBLOCK and SOCK_CLOEXEC. */
const STREAM_OR_DATAGRAM = { arg: 1, mask: ~0o2004000 >>> 0, isOneOf: [1, 2] } satisfies Condition

/** Calls that touch nothing but the caller, its memory, its descriptors and the clock. Both policies allow them. */
export const HARMLESS: readonly Rule[] = [
  // Memory. Executable mappings stay allowed: V8 compiles, Python loads native modules and libffi makes closures. The
  // wall is what machine code can ask of the kernel, not whether there is any.
  allow('brk', 'mprotect', 'mremap', 'munmap'),
  // Threads and waiting.
  allow('exit', 'exit_group', 'gettid', 'rseq', 'sched_yield', 'set_robust_list'),
  allow('gettimeofday', 'nanosleep', 'restart_syscall', 'time', 'times'),
  allow('alarm', 'getitimer', 'pause', 'setitimer', 'timerfd_gettime', 'timerfd_settime'),
  // Signals: handlers and masks. Sending is a rule of each policy.
  allow(
    'rt_sigaction',
    'rt_sigpending',
    'rt_sigprocmask',
    'rt_sigreturn',
    'rt_sigsuspend',
    'rt_sigtimedwait',
    'sigaltstack',
  ),
  // Descriptors that exist. `writev` and the like need no rule: a run has nothing writable but its own channels.
  allow(
    'close',
    'dup',
    'dup2',
    'dup3',
    'lseek',
    'pread64',
    'preadv',
    'pwrite64',
    'pwritev',
    'read',
    'readv',
    'write',
    'writev',
  ),
  allow('epoll_create1', 'epoll_ctl', 'epoll_pwait', 'epoll_pwait2', 'epoll_wait', 'eventfd2'),
  allow('pipe', 'poll', 'ppoll', 'pselect6', 'select'),
  // Looking at files. What there is to see is the mount namespace's and Landlock's to say.
  allow('access', 'faccessat', 'faccessat2', 'fstat', 'lstat', 'newfstatat', 'stat', 'statx'),
  allow('fstatfs', 'getcwd', 'getdents64', 'readlink', 'readlinkat', 'statfs', 'umask'),
  // Who and where am I.
  allow('getegid', 'geteuid', 'getgid', 'getgroups', 'getpgrp', 'getpid', 'getppid', 'getresgid', 'getresuid'),
  allow('getcpu', 'getrandom', 'getrlimit', 'getrusage', 'getuid', 'sysinfo', 'uname'),
  allow('sched_get_priority_max', 'sched_get_priority_min'),
]

/** Flags of an open file that `fcntl` could set when `open` may not: O_ASYNC, O_DIRECT, O_NOATIME. */
const LATE_FLAGS: Bits = { x86_64: 0o1060000, aarch64: 0o1220000 }
const F_SETFL = 4

/**
 * CLOCK_REALTIME to CLOCK_BOOTTIME, and CLOCK_TAI; and clocks of CPU time, whose numbers are negative: of the calling
 * process by the number 0, and of any thread, since the kernel gives a process those of its own threads only. Not of
 * processes by their numbers, which would tell what others use, and not those behind a descriptor.
 */
const OWN_CLOCK: Condition = {
  anyOf: [
    { arg: 0, isOneOf: [[0, 7], 11, [0xfffffff8, 0xfffffffa]] },
    { arg: 0, mask: 0x80000007, isOneOf: [0x80000004, 0x80000005, 0x80000006] },
  ],
}

const SETTING_FLAGS: Condition = { anyOf: [{ arg: 1, isNoneOf: [F_SETFL] }, noBit(2, LATE_FLAGS)] }

/** F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_DUPFD_CLOEXEC, F_GETPIPE_SZ. No F_SETPIPE_SZ: a pipe's memory is nobody's. */
const FCNTL_COMMANDS = [0, 1, 2, 3, 4, 1030, 1032]
/** F_GETLK and F_OFD_GETLK. */
const ASKING_FOR_LOCKS = [5, 36]
/** F_SETLK, F_SETLKW, F_OFD_SETLK and F_OFD_SETLKW. */
const LOCKING = [6, 7, 37, 38]

/** No locks, leases and notices: on shared read-only files they are a channel between runs. */
export const FCNTL: Rule = allowIf('fcntl', { arg: 1, isOneOf: FCNTL_COMMANDS }, SETTING_FLAGS)

/**
 * Where runs may have files of their own: they may ask for locks, of which there are none, and locking succeeds without doing
 * anything, since nobody else is there to lock for. SQLite asks for both.
 */
export const FCNTL_WITH_LOCKS: Rule = {
  ...allowIf('fcntl', { arg: 1, isOneOf: [...FCNTL_COMMANDS, ...ASKING_FOR_LOCKS] }, SETTING_FLAGS),
  otherwise: { when: [{ arg: 1, isOneOf: LOCKING }], answer: { errno: 0 } },
}

/** Calls that are harmless with the right arguments only. Both policies allow them so far. */
export const GUARDED: readonly Rule[] = [
  allowIf(['clock_getres', 'clock_gettime', 'clock_nanosleep'], OWN_CLOCK),
  // CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_BOOTTIME; the others would wake a sleeping machine.
  allowIf('timerfd_create', { arg: 0, isOneOf: [0, 1, 7] }, onlyBits(1, 0o2004000)),
  // O_CLOEXEC and O_NONBLOCK; O_EXCL would make a kernel notification queue of it.
  allowIf('pipe2', onlyBits(1, 0o2004000)),
  // asyncio's and libuv's way to wake themselves. Descriptors cannot be passed: no sendmsg, no recvmsg.
  allowIf('socketpair', { arg: 0, isOneOf: [AF_UNIX] }, STREAM_OR_DATAGRAM),
  allow('getpeername', 'getsockname', 'shutdown'),
  // Without an address: to whom the socket is connected already. MSG_DONTWAIT, MSG_NOSIGNAL and MSG_MORE; not MSG_OOB,
  // through which a kernel has been taken over from inside a browser's filter (CVE-2025-38236).
  allowIf('sendto', { arg: 4, isNull: true }, onlyBits(3, 0xc040)),
  // MSG_PEEK, MSG_TRUNC, MSG_DONTWAIT, MSG_WAITALL.
  allowIf('recvfrom', onlyBits(3, 0x162)),
  // SO_TYPE, SO_ERROR, SO_SNDBUF, SO_RCVBUF, SO_ACCEPTCONN, SO_PROTOCOL, SO_DOMAIN. SO_PEERPIDFD would hand out the host.
  allowIf('getsockopt', { arg: 1, isOneOf: [SOL_SOCKET] }, { arg: 2, isOneOf: [3, 4, 7, 8, 30, 38, 39] }),
  // QUERY and the PRIVATE commands; the GLOBAL ones interrupt every processor.
  allowIf('membarrier', { arg: 0, isOneOf: [0, 8, 16, 32, 64, 128, 256] }),
  // Not POSIX_FADV_DONTNEED: what is in the page cache is shared with other runs, so emptying it is a channel.
  allowIf('fadvise64', { arg: 3, isOneOf: [[0, 3], 5] }),
]

/**
 * What locks are made of, as Chromium allows them: WAIT, WAKE, REQUEUE, CMP_REQUEUE, WAKE_OP, WAIT_BITSET and WAKE_BITSET,
 * the waits with FUTEX_CLOCK_REALTIME or without. Not FUTEX_FD and not the operations of priority inheritance: glibc takes
 * ENOSYS for a kernel without them, and tells whoever asks for such a lock.
 *
 * On memory that processes share (without FUTEX_PRIVATE_FLAG, 128) three are left: `pthread_join` waits so, since the
 * kernel wakes it so, and libstdc++ waits and wakes so for static variables and futures. On a page of a file they are a
 * channel between runs.
 */
export const LOCKS: Rule = {
  calls: ['futex'],
  when: [{ arg: 1, mask: ~FUTEX_CLOCK_REALTIME >>> 0, isOneOf: [0, 1, 9, 128, 129, [131, 133], 137, 138] }],
  answer: 'allow',
  otherwise: { errno: ENOSYS },
}

/** Their flags are in memory, where no filter sees them; told that they do not exist, libraries use the older calls. */
export const UNSEEABLE: Rule = refuse(
  ENOSYS,
  'clone3',
  'openat2',
  'io_uring_setup',
  'io_uring_enter',
  'io_uring_register',
)

/**
 * What the kernel answers for pipes and sockets, and what everybody copes with: koffi, which Node's runtime uses, hangs at
 * exit after any other error. A real sync would have the host's file system write its journal, which neighbours feel.
 */
export const NOTHING_TO_SYNC: Rule = refuse(EINVAL, 'fdatasync', 'fsync')

/**
 * `madvise` without what reaches beyond the caller's own memory: MERGEABLE (12: equal pages of two runs become one, and
 * timing tells), COLD and PAGEOUT (20, 21: shared page cache), HWPOISON and SOFT_OFFLINE (100, 101), REMOVE (9).
 */
export const HARMLESS_ADVICE: Condition = { arg: 2, isOneOf: [[0, 4], 8, 10, 11, [14, 19], 22, 23, 25, 102, 103] }

/** CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID and NEWNET. `clone` cannot ask for NEWTIME. */
export const NO_NEW_NAMESPACE: Condition = noBit(0, 0x7e020000)

// TCGETS, TIOCGWINSZ, FIONREAD, FIONBIO, FIONCLEX, FIOCLEX, TCGETS2 (isatty of glibc 2.42).
export const IOCTL_COMMANDS = [0x5401, 0x5413, 0x541b, 0x5421, 0x5450, 0x5451, 0x802c542a]
