import path from 'node:path'
import type { RuntimeFiles } from './runtime-files.ts'

/** Descriptors that bubblewrap gets besides 0–2 and the control channel on 3. */
export const bubblewrapFds = { usernsBlock: 4, info: 5, seccomp: 6 } as const

export type BubblewrapOptions = {
  files: RuntimeFiles
  /** The host's path of the socket; seen inside at `socketInside`. */
  socketPath: string
  /** Root maps a range of user ids, so that each run gets one of its own. */
  mapsUids: boolean
}

/** Where a zygote in bubblewrap finds the host's socket. */
export const socketInside = '/run/codenode.sock'

/**
 * The arguments of bubblewrap for a zygote: every namespace its own, an empty root with the runtime's files read-only, an
 * empty environment. The zygote keeps what it needs to give each child namespaces of its own, inside its user namespace
 * only; children drop it. No /proc, /sys or /dev, and nothing in /tmp.
 *
 * Not `--as-pid-1`: a child is pid 1 of its own namespace, and OpenSSL notices a fork by a changed pid, so a zygote that
 * is pid 1 too would give all children the same random numbers. Not `--disable-userns`: children make one last user
 * namespace, in which their limit on threads is their own; the filters refuse any further one.
 */
export function bubblewrapArgv({ files, socketPath, mapsUids }: BubblewrapOptions): string[] {
  const capabilities = ['CAP_SYS_ADMIN', 'CAP_NET_ADMIN', ...(mapsUids ? ['CAP_SETUID', 'CAP_SETGID', 'CAP_KILL'] : [])]
  return [
    ...['--unshare-user', '--unshare-pid', '--unshare-net', '--unshare-ipc', '--unshare-uts', '--unshare-cgroup-try'],
    ...['--die-with-parent', '--new-session', '--hostname', 'sandbox'],
    ...(mapsUids ? ['--uid', '0', '--gid', '0'] : ['--uid', '65534', '--gid', '65534']),
    ...(mapsUids ? ['--userns-block-fd', String(bubblewrapFds.usernsBlock)] : []),
    ...['--info-fd', String(bubblewrapFds.info)],
    ...['--cap-drop', 'ALL', ...capabilities.flatMap((name) => ['--cap-add', name])],
    ...['--clearenv', ...Object.entries(files.inside.env).flatMap(([name, value]) => ['--setenv', name, value])],
    ...foldersAbove(files.mounts.map(({ to }) => to)).flatMap((folder) => ['--perms', '0755', '--dir', folder]),
    ...files.mounts.flatMap(({ from, to }) => ['--ro-bind', from, to]),
    ...files.hidden.flatMap((folder) => ['--tmpfs', folder, '--remount-ro', folder]),
    ...['--ro-bind', socketPath, socketInside],
    // An empty, read-only folder, over which a child that may have files mounts its own.
    ...['--perms', '0755', '--dir', '/tmp'],
    ...['--remount-ro', '/', '--chdir', '/'],
    ...['--seccomp', String(bubblewrapFds.seccomp), '--', ...files.inside.command],
  ]
}

/** Outermost first. Left to itself bubblewrap makes them for its own user alone, and runs of root have users of their own. */
function foldersAbove(places: string[]): string[] {
  const folders = new Set<string>()
  for (const place of places) {
    for (let folder = path.dirname(place); folder !== '/'; folder = path.dirname(folder)) folders.add(folder)
  }
  return [...folders].toSorted()
}
