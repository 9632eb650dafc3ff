/**
 * Writes deploy/docker/seccomp.json, the profile for containers that the namespaces need.
 *
 * An allow-list: every call that the kernels of today know, less those that neither the service nor bubblewrap needs and
 * that Docker refuses as well. What it has more than Docker's own list is `addedToDocker` and `addedForNewBubblewrap`.
 */
import { writeFileSync } from 'node:fs'
import { syscallsAarch64 } from '../src/sandbox/seccomp/syscalls-aarch64.ts'
import { syscallsX8664 } from '../src/sandbox/seccomp/syscalls-x86_64.ts'

/** What Docker allows only with CAP_SYS_ADMIN. Here the kernel asks for that capability too, but inside a user namespace. */
export const addedToDocker = ['clone', 'mount', 'pivot_root', 'sethostname', 'setns', 'umount2', 'unshare'] as const

/** Makes a mount read-only. bubblewrap 0.12 still does that by `mount`, later versions by this, with the same capability. */
export const addedForNewBubblewrap = ['mount_setattr'] as const

const refused: readonly string[] = [
  // The kernel itself: modules, another kernel, swap, power, accounting, its log, its clock.
  ...['create_module', 'delete_module', 'finit_module', 'get_kernel_syms', 'init_module', 'query_module'],
  ...['kexec_file_load', 'kexec_load', 'reboot', 'swapoff', 'swapon', 'acct', 'quotactl', 'quotactl_fd', 'syslog'],
  ...['clock_adjtime', 'clock_settime', 'settimeofday', 'adjtimex', 'setdomainname', 'vhangup'],
  // What attacks on kernels like to start from.
  ...['bpf', 'perf_event_open', 'userfaultfd', 'io_uring_enter', 'io_uring_register', 'io_uring_setup'],
  ...['add_key', 'keyctl', 'request_key', 'lookup_dcookie', 'nfsservctl', 'uselib', 'ustat', 'sysfs', '_sysctl'],
  ...['ioperm', 'iopl', 'modify_ldt', 'personality', 'fanotify_init'],
  // Other processes and files by handle.
  ...['kcmp', 'ptrace', 'process_madvise', 'process_mrelease', 'process_vm_readv', 'process_vm_writev'],
  ...['pidfd_getfd', 'move_pages', 'migrate_pages', 'open_by_handle_at', 'chroot'],
  // The newer ways to mount; bubblewrap uses the old one.
  ...['fsconfig', 'fsmount', 'fsopen', 'fspick', 'move_mount', 'open_tree', 'open_tree_attr'],
]

/** The profile, as Docker, Podman, containerd and Kubernetes read it. */
export function buildSeccompProfile(): Record<string, unknown> {
  const known = new Set([...Object.keys(syscallsX8664), ...Object.keys(syscallsAarch64)])
  const allowed = [...known].filter((name) => !refused.includes(name)).toSorted()
  return {
    defaultAction: 'SCMP_ACT_ERRNO',
    defaultErrnoRet: 1,
    archMap: [
      { architecture: 'SCMP_ARCH_X86_64', subArchitectures: [] },
      { architecture: 'SCMP_ARCH_AARCH64', subArchitectures: [] },
    ],
    syscalls: [{ names: allowed, action: 'SCMP_ACT_ALLOW' }],
  }
}

if (import.meta.main) {
  const file = new URL('../../../deploy/docker/seccomp.json', import.meta.url)
  writeFileSync(file, `${JSON.stringify(buildSeccompProfile(), null, 2)}\n`)
}
