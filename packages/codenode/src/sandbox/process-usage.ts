import { closeSync, readFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import { constants } from 'node:os'
import koffi from 'koffi'

const SOL_SOCKET = 1
const SO_PEERCRED = 17
const SO_PEERPIDFD = 77
/** The same number on x86_64 and aarch64. */
const SYS_PIDFD_SEND_SIGNAL = 424

type Native = Record<'getsockopt' | 'clockGettime' | 'pidfdSendSignal', (...args: unknown[]) => number>
let native: Native | undefined

function load(): Native {
  if (native) return native
  const libc = koffi.load(null)
  native = {
    getsockopt: libc.func('int getsockopt(int, int, int, _Out_ uint8_t *, _Inout_ uint32_t *)'),
    clockGettime: libc.func('int clock_gettime(int, _Out_ uint8_t *)'),
    pidfdSendSignal: libc.func('long syscall(long, int, int, void *, uint32_t)'),
  }
  return native
}

/** The process at the other end of a Unix socket when it connected. */
export class Peer {
  /** As the host numbers it. */
  readonly pid: number
  /** A descriptor of the process, which means no other one even when it is gone; kernels before 6.5 give none. */
  #pidfd: number | undefined

  private constructor(pid: number, pidfd: number | undefined) {
    this.pid = pid
    this.#pidfd = pidfd
  }

  /** Null if it is not known. */
  static of(socket: Socket): Peer | null {
    // Node has no public way to a socket's descriptor.
    const fd = (socket as unknown as { _handle?: { fd?: number } })._handle?.fd
    if (fd === undefined || fd < 0) return null
    const pid = readOption(fd, SO_PEERCRED, Buffer.alloc(12))
    if (pid === undefined || pid <= 0) return null
    return new Peer(pid, readOption(fd, SO_PEERPIDFD, Buffer.alloc(4)))
  }

  /** Kills it. False if that cannot be done from here: then its zygote has to. */
  kill(): boolean {
    if (this.#pidfd === undefined) return false
    return load().pidfdSendSignal(SYS_PIDFD_SEND_SIGNAL, this.#pidfd, constants.signals.SIGKILL, null, 0) === 0
  }

  close(): void {
    if (this.#pidfd !== undefined) closeSync(this.#pidfd)
    this.#pidfd = undefined
  }
}

/** The first number of a socket's option. */
function readOption(fd: number, option: number, value: Buffer): number | undefined {
  return load().getsockopt(fd, SOL_SOCKET, option, value, [value.length]) === 0 ? value.readInt32LE(0) : undefined
}

/** What a process has used, by the kernel's own count over all its threads. */
export type ProcessUsage = { cpuUs: number; maxRssKb: number }

/**
 * The same figures as `wait4` gives, while the process still lives; null when it does not. The pid must be one that
 * cannot have been given to another process: a child that its zygote has not reaped.
 */
export function readProcessUsage(pid: number): ProcessUsage | null {
  const cpuUs = readCpuUs(pid)
  if (cpuUs === null) return null
  try {
    const highest = /^VmHWM:\s*(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))
    if (!highest) return null
    return { cpuUs, maxRssKb: Number(highest[1]) }
  } catch {
    return null // it has just ended
  }
}

/** The CPU time of a process over all its threads; null when it is gone. */
export function readCpuUs(pid: number): number | null {
  const time = Buffer.alloc(16)
  // The clock of a process's CPU time, as clock_getcpuclockid builds its number.
  if (load().clockGettime((~pid << 3) | 2, time) !== 0) return null
  return Number(time.readBigInt64LE(0)) * 1e6 + Number(time.readBigInt64LE(8)) / 1e3
}
