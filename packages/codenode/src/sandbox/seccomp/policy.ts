import type { RuntimeName } from '../../contract/runtime-name.ts'
import {
  ENOSYS,
  EPERM,
  FCNTL,
  FCNTL_WITH_LOCKS,
  GUARDED,
  HARMLESS,
  HARMLESS_ADVICE,
  IOCTL_COMMANDS,
  LOCKS,
  NO_NEW_NAMESPACE,
  NOTHING_TO_SYNC,
  UNSEEABLE,
} from './common-rules.ts'
import { allow, allowIf, type Bits, type Condition, isItself, noBit, onlyBits, type Policy, type Rule } from './rule.ts'
import { FILES, FILES_OF_CHILDREN, MOUNT, NEW_MOUNTS } from './tmp-rules.ts'

/** Where a run may write: nowhere, or in a private /tmp. */
export type Writable = 'nothing' | 'tmp'

/**
 * O_NOCTTY, O_NONBLOCK, O_DSYNC, O_SYNC, O_LARGEFILE, O_DIRECTORY, O_NOFOLLOW, O_CLOEXEC. Nothing that writes, and not
 * O_DIRECT, which reads the disk past the page cache, O_PATH, to which Landlock's rules do not apply, O_ASYNC, O_NOATIME.
 */
const READING_FLAGS: Bits = { x86_64: 0o6714400, aarch64: 0o6554400 }

const READING: readonly Rule[] = [
  allowIf('open', onlyBits(1, READING_FLAGS)),
  allowIf('openat', onlyBits(2, READING_FLAGS)),
]

/** CLONE_VM, FS, FILES, SIGHAND, THREAD and SYSVSEM. */
const THREAD_FLAGS = 0x50f00
/** CLONE_SETTLS, PARENT_SETTID, CHILD_CLEARTID, DETACHED, CHILD_SETTID, and an exit signal. */
const OTHER_FLAGS_OF_THREADS = 0x17800ff

const MAP_SHARED_ANONYMOUS = 0x21
const MADV_DONTFORK = 10

/**
 * What a run may ask of the kernel once it is locked down: its own memory, threads, descriptors, clock and signals, and
 * reading files, or writing them where it has a /tmp. It starts no program and no process, opens no socket, and reaches no other process.
 */
export function childPolicy(runtime: RuntimeName, writable: Writable = 'nothing'): Policy {
  return {
    byDefault: { errno: EPERM },
    aboveTable: { errno: ENOSYS },
    rules: [
      ...HARMLESS,
      ...GUARDED,
      LOCKS,
      UNSEEABLE,
      ...(writable === 'tmp' ? [FCNTL_WITH_LOCKS, ...FILES] : [FCNTL, NOTHING_TO_SYNC, ...READING]),
      // Threads, and nothing else, with all the flags that pthread_create of glibc and musl sets: a thread with a table of
      // descriptors for itself would be beyond the limit of open files, and sockets are memory of the kernel's.
      allowIf('clone', { arg: 0, mask: ~OTHER_FLAGS_OF_THREADS >>> 0, isOneOf: [THREAD_FLAGS] }),
      // CLOSE_RANGE_CLOEXEC. Not UNSHARE: it would make another table of descriptors. glibc's closefrom, which `os.closerange`
      // is in CPython 3.13, aborts where it may not close.
      allowIf('close_range', onlyBits(2, 4)),
      // Its own group, session and priority; those of others would tell which processes a host has.
      allowIf(['getpgid', 'getsid'], isItself(0)),
      allowIf('getpriority', { arg: 0, isOneOf: [0] }, isItself(1)),
      SCHEDULING,
      allowIf('kill', { arg: 0, isOwnPid: true }),
      allowIf('tgkill', { arg: 0, isOwnPid: true }),
      // PR_SET_NAME, PR_GET_NAME, PR_SET_VMA: names of threads and of memory.
      allowIf('prctl', { arg: 0, isOneOf: [15, 16, 0x53564d41] }),
      // Reading and lowering its own limits: a node's own are set with the program, after lock-down. Soft and hard limits
      // are equal by then, and raising a hard one takes a capability of the host's that no run has.
      allowIf('prlimit64', { arg: 0, isOneOf: [0] }),
      allowIf('ioctl', { arg: 1, isOneOf: IOCTL_COMMANDS }),
      allowIf('madvise', HARMLESS_ADVICE),
      allowIf('mmap', ...ORDINARY_MAPPING),
      ...(runtime === 'javascript' ? [PROTECTION_KEYS] : []),
    ],
  }
}

/**
 * The wall around a whole zygote, in force from bubblewrap's exec of the interpreter on, bubblewrap's own pid 1 included.
 * Its children stay under it, so it allows what they may do, and start-up, forking and lock-down besides.
 *
 * It too is a list of what is allowed. Nothing hostile runs in a zygote, but every package that it imports does, and with
 * a list of what is denied each new kernel would open calls that nobody looked at. What the list lacks is found at once:
 * a zygote that cannot start is refused before the first run.
 */
export function zygotePolicy(runtime: RuntimeName, writable: Writable = 'nothing'): Policy {
  return {
    byDefault: { errno: EPERM },
    aboveTable: { errno: ENOSYS },
    rules: [
      ...HARMLESS,
      ...GUARDED,
      LOCKS,
      UNSEEABLE,
      NOTHING_TO_SYNC,
      ...(writable === 'tmp' ? [FCNTL_WITH_LOCKS, MOUNT, ...FILES_OF_CHILDREN] : [FCNTL]),
      // Start-up of an interpreter; its files are whatever the read-only root holds.
      allow('arch_prctl', 'chdir', 'close_range', 'execve', 'mmap', 'open', 'openat', 'set_tid_address', 'signalfd4'),
      // Processes: fork, wait, kill. A pid from 1 up, since 0 and negative ones mean groups or everybody.
      allow('fork', 'pidfd_open', 'pidfd_send_signal', 'setpgid', 'setsid', 'vfork', 'wait4', 'waitid'),
      allow('getpgid', 'getpriority', 'getsid'),
      SCHEDULING,
      allowIf(['kill', 'tgkill'], { arg: 0, isOneOf: [[1, 0x7fffffff]] }),
      allowIf('clone', NO_NEW_NAMESPACE),
      // NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET; a mount namespace, the way to mounts, only where runs may have a /tmp.
      allowIf('unshare', onlyBits(0, writable === 'tmp' ? 0x7c000000 | NEW_MOUNTS : 0x7c000000)),
      // Back into its own pid namespace before the next unshare (CLONE_NEWPID, stated), and a child into the network
      // namespace of its slot (CLONE_NEWNET).
      allowIf('setns', { arg: 1, isOneOf: [0x20000000, 0x40000000] }),
      // The way to the host's socket. In a network namespace of its own AF_UNIX is all there is to connect to.
      allowIf('socket', { arg: 0, isOneOf: [1] }),
      // SO_SNDBUF, SO_RCVBUF, SO_RCVTIMEO, SO_SNDTIMEO of SOL_SOCKET.
      allowIf('setsockopt', { arg: 1, isOneOf: [1] }, { arg: 2, isOneOf: [7, 8, 20, 21] }),
      allow('connect'),
      // And SIOCGSKNS: the network namespace of a socket, as a descriptor.
      allowIf('ioctl', { arg: 1, isOneOf: [...IOCTL_COMMANDS, 0x894c] }),
      // Lock-down of a child: limits, identity, capabilities, Landlock, its own filter.
      allow('prlimit64', 'setpriority', 'setrlimit', 'capget', 'capset', 'seccomp'),
      allow('setgid', 'setgroups', 'setregid', 'setresgid', 'setresuid', 'setreuid', 'setuid'),
      allow('landlock_add_rule', 'landlock_create_ruleset', 'landlock_restrict_self'),
      allowIf('prctl', { arg: 0, isOneOf: LOCKDOWN_PRCTLS }),
      PROTECTION_KEYS,
      runtime === 'javascript' ? FORKABLE_HEAP : allowIf('madvise', HARMLESS_ADVICE),
    ],
  }
}

/**
 * They tell the class, priority and processors of a thread and change nothing. glibc calls them with the numbers of
 * threads, which no filter can tell from those of other processes.
 */
const SCHEDULING: Rule = allow('sched_getaffinity', 'sched_getparam', 'sched_getscheduler')

/** Node 20 and 24 guard their code pages with them; pure restrictions of the caller's own memory. */
const PROTECTION_KEYS: Rule = allow('pkey_alloc', 'pkey_free', 'pkey_mprotect')

/**
 * V8 marks its heap DONTFORK, so that a forked child would crash at its first access. Answered with success and without
 * doing anything, the heap is copied like all other memory. A child's filter cannot undo it: of two answers the kernel
 * takes the more restrictive one.
 */
const FORKABLE_HEAP: Rule = {
  calls: ['madvise'],
  when: [{ arg: 2, isNoneOf: [MADV_DONTFORK] }],
  answer: 'allow',
  otherwise: { errno: 0 },
}

/**
 * PR_SET_PDEATHSIG, GET_PDEATHSIG, GET_DUMPABLE, SET_DUMPABLE, GET_KEEPCAPS, SET_KEEPCAPS, SET_NAME, GET_NAME,
 * GET_SECCOMP, SET_SECCOMP, CAPBSET_READ, CAPBSET_DROP, GET_SECUREBITS, SET_SECUREBITS, SET_TIMERSLACK,
 * SET_CHILD_SUBREAPER, GET_CHILD_SUBREAPER, SET_NO_NEW_PRIVS, GET_NO_NEW_PRIVS, CAP_AMBIENT, GET_SPECULATION_CTRL,
 * SET_SPECULATION_CTRL, SET_VMA. Missing on purpose: PR_SET_PTRACER, PR_SET_MM, PR_SET_MEMORY_MERGE.
 */
const LOCKDOWN_PRCTLS = [1, 2, 3, 4, 7, 8, 15, 16, 21, 22, 23, 24, 27, 28, 29, 36, 37, 38, 39, 47, 52, 53, 0x53564d41]

/**
 * No huge pages of the reserved pool (0x40000: no limit counts them), no stacks that grow by themselves (0x100). And no
 * memory that is shared and anonymous: RLIMIT_DATA does not count it, and the kernel keeps what a process has let go of
 * (MADV_DONTNEED), so that nobody sees whose it is. A run has no other process to share it with.
 */
const ORDINARY_MAPPING: readonly Condition[] = [
  noBit(3, 0x40100),
  { arg: 3, mask: MAP_SHARED_ANONYMOUS, isNoneOf: [MAP_SHARED_ANONYMOUS] },
]
