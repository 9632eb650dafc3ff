import { readFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import koffi from 'koffi'

const SOL_SOCKET = 1
const SO_PEERCRED = 17

type Native = Record<'getsockopt' | 'clockGettime', (...args: unknown[]) => number>
let native: Native | undefined

function load(): Native {
  if (native) return native
  const libc = koffi.load(null)
  native = {
    getsockopt: libc.func('int getsockopt(int, int, int, _Out_ uint8_t *, _Inout_ uint32_t *)'),
    clockGettime: libc.func('int clock_gettime(int, _Out_ uint8_t *)'),
  }
  return native
}

/** The process at the other end of a Unix socket when it connected, as the host numbers it; null if that is not known. */
export function findPeerPid(socket: Socket): number | null {
  // Node has no public way to a socket's descriptor.
  const fd = (socket as unknown as { _handle?: { fd?: number } })._handle?.fd
  if (fd === undefined || fd < 0) return null
  const credentials = Buffer.alloc(12)
  const isKnown = load().getsockopt(fd, SOL_SOCKET, SO_PEERCRED, credentials, [credentials.length]) === 0
  const pid = credentials.readInt32LE(0)
  return isKnown && pid > 0 ? pid : null
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
