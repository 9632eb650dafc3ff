import { describe, expect, test } from 'vitest'
import { ARCHITECTURES, type Architecture, buildFilter } from './build-filter.ts'
import { interpret, inWords } from './interpret.ts'
import { LEGACY_X86_CALLS } from './legacy-x86-calls.ts'
import { childPolicy, zygotePolicy } from './policy.ts'
import type { Policy, SyscallName } from './rule.ts'

const EPERM = 1
const ENOSYS = 38
const EINVAL = 22
const PID = 7
const HIGH = 1n << 32n
const MINUS_ONE = 0xffffffffffffffffn

/** A call, its arguments, and the answer; on one architecture, if it is named. */
type Case = readonly [SyscallName, readonly (number | bigint)[], 'allow' | number, Architecture?]

const THREAD = 0x3d0f00 // what pthread_create of glibc passes to clone
const SIGCHLD = 17

/** The clocks PROF, VIRT and SCHED of a process, or with 4 those of a thread, as clock_getcpuclockid builds their numbers. */
const cpuClocks = (id: number, thread: 0 | 4) => [0, 1, 2].map((kind) => (~id << 3) | thread | kind)

const OF_BOTH_CHILDREN: readonly Case[] = [
  ['clone', [THREAD], 'allow'],
  ['clone', [BigInt(THREAD) | (MINUS_ONE << 32n)], 'allow'],
  ['clone', [SIGCHLD], EPERM],
  ['clone', [0x100], EPERM],
  ['clone', [0x10000], EPERM],
  ['clone', [THREAD & ~0x100], EPERM],
  ['clone', [BigInt(THREAD & ~0x10000) | (0x10000n << 32n)], EPERM],
  ...[0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000, 0x2000, 0x4000, 0x1000].map(
    (flag): Case => ['clone', [THREAD | flag], EPERM],
  ),
  // What musl passes, and threads that would keep a table, a folder, handlers or semaphores of their own.
  ['clone', [0x7d0f00], 'allow'],
  ...[0x200, 0x400, 0x800, 0x40000].flatMap((flag): Case[] => [
    ['clone', [THREAD & ~flag], EPERM],
    ['clone', [BigInt(THREAD & ~flag) | (BigInt(flag) << 32n)], EPERM],
  ]),
  ['clone3', [0, 0], ENOSYS],
  ['openat2', [0, 0, 0, 0], ENOSYS],
  ['io_uring_setup', [1, 0], ENOSYS],
  ['io_uring_enter', [1, 0], ENOSYS],
  ['io_uring_register', [1, 0], ENOSYS],
  ['openat', [-100n, 0, 0o2000000], 'allow'], // O_RDONLY | O_CLOEXEC
  ...[1, 2, 3, 0o100, 0o1000, 0o20200000, 0o20040002, 0o2000101].map(
    (flags): Case => ['openat', [-100n, 0, flags], EPERM],
  ),
  ['openat', [-100n, 0, HIGH | 1n], EPERM],
  // O_NOCTTY, O_NONBLOCK, O_DSYNC, O_SYNC; then O_DIRECTORY, O_NOFOLLOW, O_LARGEFILE and O_DIRECT, whose bits differ.
  ...[0o400, 0o4000, 0o10000, 0o4010000].map((flags): Case => ['openat', [0, 0, flags], 'allow']),
  ...[0o200000, 0o400000, 0o100000].map((flags): Case => ['openat', [0, 0, flags], 'allow', 'x86_64']),
  ...[0o40000, 0o100000, 0o400000].map((flags): Case => ['openat', [0, 0, flags], 'allow', 'aarch64']),
  ['openat', [0, 0, 0o40000], EPERM, 'x86_64'],
  ['openat', [0, 0, 0o200000], EPERM, 'aarch64'],
  // O_APPEND, O_ASYNC, O_NOATIME, O_PATH, and bits that mean nothing yet.
  ...[0o2000, 0o20000, 0o1000000, 0o10000000, 0o100000000, 0x80000000].map(
    (flags): Case => ['openat', [0, 0, flags], EPERM],
  ),
  ['open', [0, 0o2000000], 'allow'],
  ['open', [0, 0o100], EPERM],
  ['fcntl', [0, 3], 'allow'],
  ['fcntl', [0, HIGH | 3n], 'allow'],
  // F_SETLK, F_SETOWN, F_SETSIG, F_OFD_SETLK, F_SETLEASE, F_NOTIFY, F_SETPIPE_SZ, F_ADD_SEALS
  ...[5, 6, 7, 8, 10, 36, 37, 1024, 1026, 1031, 1033, -1n].map((command): Case => ['fcntl', [0, command], EPERM]),
  // F_SETFL: with O_RDWR | O_NONBLOCK | O_APPEND, and with O_ASYNC, O_NOATIME, O_DIRECT.
  ['fcntl', [0, 4, 0o6002], 'allow'],
  ...[0o20000, 0o1000000].map((flags): Case => ['fcntl', [0, 4, flags], EPERM]),
  ['fcntl', [0, 4, 0o40000], EPERM, 'x86_64'],
  ['fcntl', [0, 4, 0o300000], 'allow', 'x86_64'],
  ['fcntl', [0, 4, 0o200000], EPERM, 'aarch64'],
  ['fcntl', [0, 4, 0o540000], 'allow', 'aarch64'],
  ['fcntl', [0, 2, 0o1060000], 'allow'],
  ...[0, 4].map((flags): Case => ['close_range', [3, 0xffffffff, flags], 'allow']),
  ...[2, 6, 8, 0x80000000].map((flags): Case => ['close_range', [3, 0xffffffff, flags], EPERM]),
  ...['clock_gettime', 'clock_getres', 'clock_nanosleep'].flatMap((name): Case[] => {
    const clock = name as SyscallName
    return [
      ...[0, 1, 2, 3, 4, 5, 6, 7, 11].map((id): Case => [clock, [id], 'allow']),
      // Of the process 0 and of thread 7; then of processes 7 and 1, behind descriptor 3, alarms, and none there is.
      ...[...cpuClocks(0, 0), ...cpuClocks(7, 4)].map((id): Case => [clock, [id], 'allow']),
      ...[...cpuClocks(7, 0), ...cpuClocks(1, 0), (~3 << 3) | 3, (~7 << 3) | 7].map((id): Case => [clock, [id], EPERM]),
      ...[8, 9, 10, 12, 16, 100].map((id): Case => [clock, [id], EPERM]),
    ]
  }),
  ...[0, 1, 7].map((id): Case => ['timerfd_create', [id, 0o2004000], 'allow']),
  ...[2, 3, 4, 8, 9, 11, -6n].map((id): Case => ['timerfd_create', [id, 0], EPERM]),
  ['timerfd_create', [1, 1], EPERM],
  // WAIT, WAKE, WAIT_BITSET on shared memory; these and REQUEUE, CMP_REQUEUE, WAKE_OP, WAKE_BITSET on private memory.
  ...[0, 1, 9, 128, 129, 131, 132, 133, 137, 138].flatMap((operation): Case[] => [
    ['futex', [0, operation], 'allow'],
    ['futex', [0, operation | 256], 'allow'],
    ['futex', [0, BigInt(operation) | HIGH], 'allow'],
    ['futex', [0, operation | 512], ENOSYS],
  ]),
  // FD, REQUEUE, CMP_REQUEUE, WAKE_OP and WAKE_BITSET on shared memory; all of priority inheritance; none there is.
  ...[2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 127, 130, 134, 135, 136, 139, 140, 141, 142, -1n].map(
    (operation): Case => ['futex', [0, operation], ENOSYS],
  ),
  ...['getpgid', 'getsid'].flatMap((name): Case[] => [
    [name as SyscallName, [0], 'allow'],
    [name as SyscallName, [PID], 'allow'],
    ...[1, PID + 1, -1n].map((pid): Case => [name as SyscallName, [pid], EPERM]),
  ]),
  ['getpriority', [0, 0], 'allow'],
  ['getpriority', [0, PID], 'allow'],
  ['getpriority', [0, 1], EPERM],
  ['getpriority', [1, 0], EPERM],
  ['getpriority', [2, 0], EPERM],
  ['ioctl', [0, 0x5401], 'allow'],
  ['ioctl', [0, MINUS_ONE], EPERM],
  ...[0x5412, 0x5402, 0x541c, 0x5452, 0x8901, 0x8912].map((command): Case => ['ioctl', [0, command], EPERM]),
  ['ioctl', [0, HIGH | 0x5412n], EPERM], // TIOCSTI, CVE-2019-10063
  ['prctl', [15], 'allow'],
  ['prctl', [16], 'allow'],
  ['prctl', [0x53564d41], 'allow'],
  // PDEATHSIG, DUMPABLE, SECCOMP, CAPBSET_DROP, MM, NO_NEW_PRIVS, MEMORY_MERGE, PTRACER
  ...[1, 4, 22, 24, 35, 38, 67, 0x59616d61].map((option): Case => ['prctl', [option], EPERM]),
  ['kill', [PID, 15], 'allow'],
  ...[0, 1, PID + 1, -1n, -7n].map((pid): Case => ['kill', [pid, 9], EPERM]),
  ['tgkill', [PID, 8, 6], 'allow'],
  ['tgkill', [PID + 1, 8, 6], EPERM],
  ['prlimit64', [0, 7, 0, MINUS_ONE], 'allow'],
  ['prlimit64', [0, 7, 1, 0], 'allow'],
  ['prlimit64', [1, 7, 1, 0], EPERM],
  ['prlimit64', [PID, 7, 0, MINUS_ONE], EPERM],
  ['socketpair', [1, 1, 0], 'allow'],
  ['socketpair', [1, 0o2004001, 0], 'allow'],
  ['socketpair', [1, 2, 0], 'allow'],
  ['socketpair', [1, 5, 0], EPERM],
  ['socketpair', [1, 3, 0], EPERM],
  ['socketpair', [2, 1, 0], EPERM],
  ['socketpair', [40, 1, 0], EPERM],
  ['sendto', [3, 1, 1, 0, 0, 16], 'allow'],
  ['sendto', [3, 1, 1, 0, 1, 16], EPERM],
  ['sendto', [3, 1, 1, 0, HIGH, 16], EPERM],
  // MSG_DONTWAIT | MSG_NOSIGNAL | MSG_MORE; MSG_OOB, MSG_DONTROUTE, MSG_EOR, MSG_ZEROCOPY, MSG_FASTOPEN.
  ['sendto', [3, 1, 1, 0xc040, 0, 0], 'allow'],
  ...[1, 4, 0x80, 0x4000000, 0x20000000, 0x80000000].map((flag): Case => ['sendto', [3, 1, 1, flag, 0, 0], EPERM]),
  ['sendto', [3, 1, 1, HIGH | 1n, 0, 0], EPERM],
  // MSG_PEEK | MSG_TRUNC | MSG_DONTWAIT | MSG_WAITALL; MSG_OOB, MSG_ERRQUEUE, MSG_CMSG_CLOEXEC.
  ['recvfrom', [3, 1, 1, 0x162, 0, 0], 'allow'],
  ...[1, 0x41, 0x2000, 0x40000000].map((flag): Case => ['recvfrom', [3, 1, 1, flag, 0, 0], EPERM]),
  ['getsockopt', [3, 1, 3], 'allow'],
  ...[17, 59, 77, 56].map((option): Case => ['getsockopt', [3, 1, option], EPERM]), // PEERCRED, PEERGROUPS, PEERPIDFD
  ['getsockopt', [3, 6, 3], EPERM],
  ['pipe2', [0, 0o2000000], 'allow'],
  ['pipe2', [0, 0o200], EPERM], // O_NOTIFICATION_PIPE
  ['madvise', [0, 4096, 4], 'allow'],
  ['madvise', [0, 4096, 10], 'allow'],
  ...[9, 12, 20, 21, 100, 101, -1n].map((advice): Case => ['madvise', [0, 4096, advice], EPERM]),
  ['membarrier', [8], 'allow'],
  ['membarrier', [1], EPERM],
  ['membarrier', [2], EPERM],
  ['fadvise64', [3, 0, 0, 4], EPERM],
  ['mmap', [0, 4096, 7, 0x22, MINUS_ONE, 0], 'allow'], // private, anonymous, executable
  ['mmap', [0, 4096, 3, 0x20022, MINUS_ONE, 0], 'allow'], // a thread's stack
  ['mmap', [0, 4096, 1, 0x01, 3, 0], 'allow'], // a file, shared
  ['mmap', [0, 4096, 3, 0x40022, MINUS_ONE, 0], EPERM], // reserved huge pages
  ['mmap', [0, 4096, 3, 0x122, MINUS_ONE, 0], EPERM], // grows down
  ['mprotect', [0, 4096, 7], 'allow'],
  ['fsync', [1], EINVAL],
]

/** Never, whatever the arguments. */
const NEVER_IN_A_CHILD = namesIn(`
  execve execveat fork vfork memfd_create memfd_secret wait4 waitid setsid setpgid arch_prctl personality modify_ldt
  ptrace process_vm_readv process_vm_writev process_madvise process_mrelease kcmp pidfd_open pidfd_getfd
  pidfd_send_signal tkill rt_sigqueueinfo rt_tgsigqueueinfo get_robust_list
  setns unshare mount umount2 pivot_root chroot move_mount open_tree fsopen fsconfig fsmount fspick mount_setattr
  keyctl add_key request_key bpf userfaultfd perf_event_open seccomp landlock_create_ruleset landlock_restrict_self
  socket connect bind listen accept accept4 sendmsg recvmsg sendmmsg recvmmsg setsockopt
  shmget shmat shmctl shmdt semget semop semtimedop semctl msgget msgsnd msgrcv msgctl mq_open mq_unlink mq_notify
  flock splice tee vmsplice sendfile copy_file_range
  setuid setgid setreuid setregid setresuid setresgid setgroups setfsuid setfsgid capset capget
  setpriority ioprio_set setrlimit sched_setaffinity sched_setscheduler sched_setparam sched_setattr
  migrate_pages move_pages mbind set_mempolicy mincore remap_file_pages
  name_to_handle_at open_by_handle_at quotactl quotactl_fd swapon swapoff acct reboot kexec_load kexec_file_load
  init_module finit_module delete_module syslog settimeofday clock_settime clock_adjtime adjtimex sethostname
  setdomainname vhangup nfsservctl lookup_dcookie fanotify_init fanotify_mark inotify_init inotify_init1
  inotify_add_watch io_setup io_submit io_getevents io_cancel io_destroy iopl ioperm uselib
  unlink unlinkat mkdir mkdirat rmdir rename renameat renameat2 link linkat symlink symlinkat mknod mknodat creat
  chmod fchmod fchmodat chown fchown lchown fchownat truncate ftruncate fallocate utime utimes utimensat futimesat
  setxattr lsetxattr fsetxattr removexattr sync syncfs chdir fchdir
`)

const OF_BOTH_ZYGOTES: readonly Case[] = [
  ['execve', [1, 1, 1], 'allow'],
  ['execveat', [1, 1, 1], EPERM],
  ['clone', [SIGCHLD], 'allow'],
  ['clone', [0x1200011], 'allow'], // what fork of glibc passes
  ['clone', [THREAD], 'allow'],
  ...[0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000].flatMap((flag): Case[] => [
    ['clone', [SIGCHLD | flag], EPERM],
    ['unshare', [flag], flag >= 0x4000000 ? 'allow' : EPERM],
  ]),
  ['unshare', [0x7c000000], 'allow'],
  ['unshare', [0x7c000080], EPERM], // CLONE_NEWTIME
  ['setns', [3, 0x20000000], 'allow'],
  ['setns', [3, 0], EPERM],
  ['setns', [3, 0x20000], EPERM],
  ['clone3', [0, 0], ENOSYS],
  ['io_uring_setup', [1, 0], ENOSYS],
  ['socket', [1, 0o2000001, 0], 'allow'],
  ...[2, 10, 16, 17, 40].map((family): Case => ['socket', [family, 1, 0], EPERM]), // inet, inet6, netlink, packet, vsock
  ['kill', [PID, 9], 'allow'],
  ['kill', [0, 9], EPERM],
  ['kill', [-1n, 9], EPERM],
  ['prctl', [22], 'allow'],
  ['prctl', [38], 'allow'],
  ['prctl', [35], EPERM],
  ['prctl', [0x59616d61], EPERM],
  ...(
    ['wait4', 'waitid', 'pidfd_open', 'poll', 'prlimit64', 'setrlimit', 'capset', 'setgroups', 'seccomp'] as const
  ).map((name): Case => [name, [], 'allow']),
  ...(['landlock_create_ruleset', 'landlock_add_rule', 'landlock_restrict_self', 'connect'] as const).map(
    (name): Case => [name, [], 'allow'],
  ),
]

const NEVER_IN_A_ZYGOTE = namesIn(`
  ptrace process_vm_readv process_vm_writev pidfd_getfd bpf userfaultfd perf_event_open kcmp mount umount2 pivot_root
  chroot move_mount open_tree fsopen fsmount mount_setattr keyctl add_key request_key kexec_load init_module
  finit_module open_by_handle_at memfd_create bind listen accept accept4 sendmsg recvmsg shmget msgget semget
  personality splice
`)

/** What a child with a /tmp of its own may do besides. */
const WITH_TMP: readonly Case[] = [
  // O_WRONLY, O_RDWR, O_CREAT, O_EXCL, O_TRUNC, O_APPEND, and O_TMPFILE, which has O_DIRECTORY in it.
  ...[1, 2, 0o101, 0o302, 0o1101, 0o2001].map((flags): Case => ['openat', [-100n, 0, flags], 'allow']),
  ['openat', [-100n, 0, 0o20200002], 'allow', 'x86_64'],
  ['openat', [-100n, 0, 0o20040002], 'allow', 'aarch64'],
  // O_DIRECT, O_ASYNC, O_NOATIME, O_PATH.
  ['openat', [0, 0, 0o40001], EPERM, 'x86_64'],
  ['openat', [0, 0, 0o200001], EPERM, 'aarch64'],
  ...[0o20001, 0o1000001, 0o10000000].map((flags): Case => ['openat', [0, 0, flags], EPERM]),
  ...(
    [
      'mkdirat',
      'unlinkat',
      'renameat2',
      'symlinkat',
      'linkat',
      'ftruncate',
      'fallocate',
      'fchmodat',
      'utimensat',
    ] as const
  ).map((name): Case => [name, [], 'allow']),
  // Asking for locks; locking and syncing, which do nothing; leases, notices and seals.
  ...[5, 36].map((command): Case => ['fcntl', [0, command], 'allow']),
  ...[6, 7, 37, 38].map((command): Case => ['fcntl', [0, command], 0]),
  ...[8, 10, 1024, 1026, 1031, 1033].map((command): Case => ['fcntl', [0, command], EPERM]),
  ...(['flock', 'fsync', 'fdatasync', 'syncfs', 'msync'] as const).map((name): Case => [name, [], 0]),
  ['sendfile', [], EINVAL],
  ['copy_file_range', [], EINVAL],
  ['setxattr', [], 95],
]

describe.each(['x86_64', 'aarch64'] as const)('on %s', (arch) => {
  const { audit, numbers } = ARCHITECTURES[arch]

  function asker(policy: Policy) {
    const { program, pidOffsets } = buildFilter(policy, arch)
    for (const offset of pidOffsets) program.writeUInt32LE(PID, offset)
    return (name: SyscallName, args: readonly (number | bigint)[]) => {
      const number = numbers[name]
      if (number === undefined) throw new Error(`${name} is not a call of ${arch}`)
      return inWords(interpret(program, { number, arch: audit, args: args.map(BigInt) }).action)
    }
  }

  function check(policy: Policy, cases: readonly Case[]) {
    const ask = asker(policy)
    const known = cases.filter(
      ([name, , , only]) => (only ?? arch) === arch && (arch === 'x86_64' || !LEGACY_X86_CALLS.has(name)),
    )
    expect(known.map(([name, args]) => [name, args, ask(name, args)])).toEqual(
      known.map(([name, args, answer]) => [name, args, answer]),
    )
  }

  function checkNever(policy: Policy, names: readonly SyscallName[]) {
    const argumentLists = [[], [0, 0, 0, 0, 0, 0], [1, 1, 1, 1, 1, 1], [PID, PID], [MINUS_ONE, MINUS_ONE, MINUS_ONE]]
    check(
      policy,
      names
        .filter((name) => numbers[name] !== undefined)
        .flatMap((name) => argumentLists.map((args): Case => [name, args, EPERM])),
    )
  }

  test.each(['python', 'javascript'] as const)(
    'a child of %s reaches its own memory, threads and descriptors only',
    (runtime) => {
      check(childPolicy(runtime), OF_BOTH_CHILDREN)
      checkNever(childPolicy(runtime), NEVER_IN_A_CHILD)
    },
  )

  test.each(['python', 'javascript'] as const)(
    'a child of %s with a /tmp changes files, and nothing else is new',
    (runtime) => {
      check(childPolicy(runtime, 'tmp'), WITH_TMP)
      const files = new Set(['chdir', 'fchdir', 'flock', 'fsync', 'fdatasync', 'sync_file_range', 'syncfs', 'msync'])
      const never = NEVER_IN_A_CHILD.filter((name) => !files.has(name) && !WITH_TMP.some(([known]) => known === name))
      checkNever(
        childPolicy(runtime, 'tmp'),
        never.filter((name) => !isOfFiles(name)),
      )
      // A mount is made by the zygote's child before it has this filter, and only where the operator allows a /tmp.
      check(zygotePolicy(runtime, 'tmp'), [
        ['unshare', [0x20000], 'allow'],
        ['unshare', [0x7c020000], 'allow'],
        ['mount', [0, 0, 0, 14, 0], 'allow'],
        // A bind, a move, a remount, a change of how mounts spread, and a mount that runs programs or has devices.
        ...[0, 4096, 8192, 32 | 14, 4096 | 14, 0x40000, 0x80000, 6, 10, 12].map(
          (flags): Case => ['mount', [0, 0, 0, flags, 0], EPERM],
        ),
        ['umount2', [], EPERM],
        ['move_mount', [], EPERM],
        ['setns', [3, 0x20000], EPERM],
      ])
    },
  )

  test.each(['python', 'javascript'] as const)('memory that no limit counts is refused to %s', (runtime) => {
    const ask = asker(childPolicy(runtime))
    // MAP_SHARED and MAP_SHARED_VALIDATE with MAP_ANONYMOUS, and with MAP_STACK as well.
    for (const flags of [0x21, 0x23, 0x20021]) expect(ask('mmap', [0, 4096, 3, flags, MINUS_ONE, 0])).toBe(EPERM)
    expect(ask('mmap', [0, 4096, 3, 0x22, MINUS_ONE, 0])).toBe('allow')
  })

  test('only node has protection keys', () => {
    check(childPolicy('javascript'), [['pkey_mprotect', [], 'allow']])
    check(childPolicy('python'), [['pkey_mprotect', [], EPERM]])
  })

  test.each(['python', 'javascript'] as const)('a zygote of %s forks, makes namespaces and locks down', (runtime) => {
    check(zygotePolicy(runtime), OF_BOTH_ZYGOTES)
    checkNever(zygotePolicy(runtime), NEVER_IN_A_ZYGOTE)
  })

  test('a zygote of node is told that its heap is not forked, and nothing happens', () => {
    check(zygotePolicy('javascript'), [
      ['madvise', [0, 4096, 10], 0],
      ['madvise', [0, 4096, HIGH | 10n], 0],
      ['madvise', [0, 4096, 4], 'allow'],
    ])
    check(zygotePolicy('python'), [['madvise', [0, 4096, 10], 'allow']])
  })

  test.each(['python', 'javascript'] as const)(
    'whatever a child of %s may do without condition, its zygote allows too',
    (runtime) => {
      for (const writable of ['nothing', 'tmp'] as const) {
        const { rules } = childPolicy(runtime, writable)
        const free = rules.filter(({ when, answer }) => when.length === 0 && answer === 'allow')
        const names = free.flatMap(({ calls }) => calls)
        check(
          zygotePolicy(runtime, writable),
          names.map((name): Case => [name, [], 'allow']),
        )
      }
    },
  )

  test('a child has about 110 calls left', () => {
    const allowed = childPolicy('javascript')
      .rules.filter(({ answer }) => answer === 'allow')
      .flatMap(({ calls }) => calls)
    const count = allowed.filter((name) => numbers[name] !== undefined).length
    expect(count).toBeLessThanOrEqual(arch === 'x86_64' ? 121 : 110)
  })
})

/** Changes of files, which a child with a /tmp may make. */
function isOfFiles(name: SyscallName): boolean {
  const { rules } = childPolicy('javascript', 'tmp')
  const nothing = new Set(childPolicy('javascript').rules.flatMap(({ calls }) => calls))
  return rules.some(({ calls }) => calls.includes(name) && !nothing.has(name))
}

function namesIn(text: string): SyscallName[] {
  return text
    .trim()
    .split(/\s+/)
    .map((name) => {
      if (!(name in ARCHITECTURES.x86_64.numbers)) throw new Error(`there is no system call ${name}`)
      return name as SyscallName // the table has it, see above
    })
}
