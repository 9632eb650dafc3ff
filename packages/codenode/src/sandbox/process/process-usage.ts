import { closeSync } from 'node:fs'
import type { Socket } from 'node:net'
import { constants } from 'node:os'
import koffi from 'koffi'
import { readProcessMemory } from './process-memory.ts'

const SOL_SOCKET = 1
const SO_PEERCRED = 17
const SO_PEERPIDFD = 77
/** The same numbers on x86_64 and aarch64. */
const SYS_PIDFD_SEND_SIGNAL = 424
const SYS_PIDFD_OPEN = 434
const POLLIN = 0x1
const POLLHUP = 0x10
const POLLRDHUP = 0x2000

const AF_UNIX = 1
const SOCK_STREAM = 1
const SOCK_CLOEXEC = 0o2000000

type NativeName = 'getsockopt' | 'clockGettime' | 'pidfdSendSignal' | 'pidfdOpen' | 'poll' | 'socket' | 'bind'
type Native = Record<NativeName, (...args: unknown[]) => number>
let native: Native | undefined

function load(): Native {
  if (native) return native
  const libc = koffi.load(null)
  native = {
    getsockopt: libc.func('int getsockopt(int, int, int, _Out_ uint8_t *, _Inout_ uint32_t *)'),
    clockGettime: libc.func('int clock_gettime(int, _Out_ uint8_t *)'),
    pidfdSendSignal: libc.func('long syscall(long, int, int, void *, uint32_t)'),
    pidfdOpen: libc.func('long syscall(long, int, uint32_t)'),
    socket: libc.func('int socket(int, int, int)'),
    bind: libc.func('int bind(int, void *, uint32_t)'),
    poll: libc.func('int poll(_Inout_ uint8_t *, unsigned long, int)'),
  }
  return native
}

/** The process at the other end of a Unix socket when it connected. */
export class Peer {
  /** As the host numbers it. */
  readonly pid: number
  /** A descriptor of the process, which means no other one even when it is gone. */
  #pidfd: number | undefined

  private constructor(pid: number, pidfd: number) {
    this.pid = pid
    this.#pidfd = pidfd
  }

  /** Null if it is not known, or gone. */
  static of(socket: Socket): Peer | null {
    const fd = descriptorOf(socket)
    if (fd < 0) return null
    const pid = readOption(fd, SO_PEERCRED, Buffer.alloc(12))
    if (pid === undefined || pid <= 0) return null
    const pidfd = readOption(fd, SO_PEERPIDFD, Buffer.alloc(4)) ?? openPeer(fd, pid)
    return pidfd === null ? null : new Peer(pid, pidfd)
  }

  /** Undefined when it is closed. */
  get pidfd(): number | undefined {
    return this.#pidfd
  }

  /** Kills it. False if that cannot be done from here: then its zygote has to. */
  kill(): boolean {
    return this.#pidfd !== undefined && killByDescriptor(this.#pidfd)
  }

  close(): void {
    if (this.#pidfd !== undefined) closeSync(this.#pidfd)
    this.#pidfd = undefined
  }
}

/** Node has no public way to a socket's descriptor. -1 when it is closed. */
export function descriptorOf(socket: Socket): number {
  return (socket as unknown as { _handle?: { fd?: number } | null })._handle?.fd ?? -1
}

/**
 * The process at the other end of `fd` by its number, for kernels before 6.5. Nobody else holds that end, so the process
 * lives as long as it is open; if it is open still, the number was that of no other process.
 */
export function openPeer(fd: number, pid: number): number | null {
  const pidfd = load().pidfdOpen(SYS_PIDFD_OPEN, pid, 0)
  if (pidfd < 0) return null
  if ((pollNow(fd, POLLRDHUP) & (POLLHUP | POLLRDHUP)) === 0) return pidfd
  closeSync(pidfd)
  return null
}

/** Kills a process. False if it is reaped already. */
export function killByDescriptor(pidfd: number): boolean {
  return load().pidfdSendSignal(SYS_PIDFD_SEND_SIGNAL, pidfd, constants.signals.SIGKILL, null, 0) === 0
}

/** Whether something has arrived on a socket that nobody has read yet. */
export function hasUnread(fd: number): boolean {
  return fd >= 0 && (pollNow(fd, POLLIN) & POLLIN) !== 0
}

/**
 * Takes a name that only one process of a network namespace can have at a time (an abstract Unix address on which nobody
 * listens); it is free again when the descriptor is closed. Null if somebody has it.
 */
export function bindName(name: string): number | null {
  const fd = load().socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)
  if (fd < 0) return null
  const address = Buffer.concat([Buffer.from([AF_UNIX, 0, 0]), Buffer.from(name)])
  if (load().bind(fd, address, address.length) === 0) return fd
  closeSync(fd)
  return null
}

function pollNow(fd: number, events: number): number {
  const entry = Buffer.alloc(8)
  entry.writeInt32LE(fd, 0)
  entry.writeInt16LE(events, 4)
  return load().poll(entry, 1, 0) > 0 ? entry.readInt16LE(6) : 0
}

/** The first number of a socket's option. */
function readOption(fd: number, option: number, value: Buffer): number | undefined {
  return load().getsockopt(fd, SOL_SOCKET, option, value, [value.length]) === 0 ? value.readInt32LE(0) : undefined
}

/**
 * What a process has used, by the kernel's own count over all its threads. `ownKb`: the most that it held for itself at
 * once; not known of a process that has ended.
 */
export type ProcessUsage = { cpuUs: number; maxRssKb: number; ownKb?: number }

/**
 * The same figures as `wait4` gives, while the process still lives; null when it does not. The pid must be one that
 * cannot have been given to another process: a child that its zygote has not reaped.
 */
export function readProcessUsage(pid: number): ProcessUsage | null {
  const cpuUs = readCpuUs(pid)
  const memory = readProcessMemory(pid)
  if (cpuUs === null || memory === null || memory === 'unreadable') return null
  const { ownKb, fileKb, peakKb } = memory
  // The kernel keeps the peak of the sum only. Of files, a process hardly gives anything back.
  return { cpuUs, maxRssKb: peakKb, ownKb: Math.max(ownKb, peakKb - fileKb) }
}

/** The CPU time of a process over all its threads; null when it is gone. */
export function readCpuUs(pid: number): number | null {
  const time = Buffer.alloc(16)
  // The clock of a process's CPU time, as clock_getcpuclockid builds its number.
  if (load().clockGettime((~pid << 3) | 2, time) !== 0) return null
  return Number(time.readBigInt64LE(0)) * 1e6 + Number(time.readBigInt64LE(8)) / 1e3
}
