import { allow, allowIf, type Bits, onlyBits, type Rule, refuse } from './rule.ts'

const ENOTSUP = 95
const EINVAL = 22

/** As for reading (policy.ts), and O_WRONLY, O_RDWR, O_CREAT, O_EXCL, O_TRUNC, O_APPEND and O_TMPFILE. */
const WRITING_FLAGS: Bits = { x86_64: 0o26717703, aarch64: 0o26557703 }

const CHANGES = allow(
  ...(['mkdir', 'mkdirat', 'rmdir', 'unlink', 'unlinkat', 'rename', 'renameat', 'renameat2'] as const),
  ...(['symlink', 'symlinkat', 'link', 'linkat', 'creat', 'truncate', 'ftruncate', 'fallocate'] as const),
  ...(['chmod', 'fchmod', 'fchmodat', 'utime', 'utimes', 'futimesat', 'utimensat'] as const),
)

/**
 * What a run with a private /tmp may do besides: make, write, change and remove files. Landlock lets it do so below /tmp alone,
 * where nothing can be a device, be executed or have another user.
 */
export const FILES: readonly Rule[] = [
  CHANGES,
  // A place to start from, for relative names.
  allow('chdir', 'fchdir'),
  allowIf('open', onlyBits(1, WRITING_FLAGS)),
  allowIf('openat', onlyBits(2, WRITING_FLAGS)),
  // A file in memory is written when it is written. Of any other file a sync would have the disk's journal written.
  { calls: ['fdatasync', 'fsync', 'sync_file_range', 'syncfs', 'msync'], when: [], answer: { errno: 0 } },
  // Nobody else is there to lock it for. On the read-only files that runs share, a lock would be a channel between them.
  { calls: ['flock'], when: [], answer: { errno: 0 } },
  // Copying goes on by reading and writing, and without extended attributes, as on a file system that has neither.
  refuse(EINVAL, 'copy_file_range', 'sendfile'),
  refuse(ENOTSUP, 'getxattr', 'lgetxattr', 'fgetxattr', 'listxattr', 'llistxattr', 'flistxattr'),
  refuse(ENOTSUP, 'setxattr', 'lsetxattr', 'fsetxattr', 'removexattr', 'lremovexattr', 'fremovexattr'),
]

/** The zygote's own filter holds for its children, too, so it lets through what they may do. It opens files by a rule of its own. */
export const FILES_OF_CHILDREN: readonly Rule[] = [CHANGES, allow('fchdir')]

/** CLONE_NEWNS: a child takes a mount namespace of its own, to mount its /tmp in. */
export const NEW_MOUNTS = 0x20000

/**
 * MS_NOSUID, MS_NODEV and MS_NOEXEC, and exactly these: a new mount, and no bind, move, remount or change of how mounts spread.
 * A zygote has the capability in its own user namespace only, a child drops it before it reads anything, and its filter knows
 * no `mount`.
 */
export const MOUNT: Rule = allowIf('mount', { arg: 3, isOneOf: [14] })
