import { closeSync, openSync, readdirSync, readSync } from 'node:fs'

/** The memory of a process, in KiB whatever the size of a page is, and its threads. */
export type ProcessMemory = {
  /** What it holds for itself: private and shared anonymous memory, and the tables that map it. No pages of files. */
  ownKb: number
  /** Pages of files, as of libraries; they are in memory for everybody. */
  fileKb: number
  /** The most that was resident at once, files included. */
  peakKb: number
  threads: number
}

/** Longer than the file with all that a kernel puts into it. */
const buffer = Buffer.alloc(16 * 1024)
/** Threads that are tried when one after the other ends while it is read. */
const mostTries = 8

/**
 * Null when the process is gone or has only to be reaped; `unreadable` when it lives and does not tell. A process goes on
 * when its first thread ends alone: then its own file in /proc is that of a zombie without memory, and another thread's
 * tells.
 */
export function readProcessMemory(pid: number): ProcessMemory | 'unreadable' | null {
  const own = readStatus(`/proc/${pid}/status`)
  if (own === null) return null
  const threads = readNumber(own, 'Threads:')
  const memory = toMemory(own, threads)
  if (memory) return memory
  // Threads that have ended and are not counted yet leave nothing to read.
  if (threads <= 1) return null
  for (const thread of listThreads(pid).slice(0, mostTries)) {
    const status = readStatus(`/proc/${pid}/task/${thread}/status`)
    const found = status === null ? null : toMemory(status, threads)
    if (found) return found
  }
  return 'unreadable'
}

/** What the kernel tells in `status`; null if it has no memory. Pure. */
export function toMemory(status: string, threads: number): ProcessMemory | null {
  if (!status.includes('VmRSS:')) return null
  return {
    ownKb: readNumber(status, 'RssAnon:') + readNumber(status, 'RssShmem:') + readNumber(status, 'VmPTE:'),
    fileKb: readNumber(status, 'RssFile:'),
    peakKb: readNumber(status, 'VmHWM:'),
    threads,
  }
}

function readStatus(file: string): string | null {
  let fd: number | undefined
  try {
    fd = openSync(file, 'r')
    return buffer.toString('latin1', 0, readSync(fd, buffer, 0, buffer.length, 0))
  } catch {
    return null // it has just ended
  } finally {
    if (fd !== undefined) closeSync(fd)
  }
}

/** The youngest first: those that it started last are the likeliest to be there. */
function listThreads(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`)
      .filter((it) => it !== String(pid))
      .toReversed()
  } catch {
    return []
  }
}

function readNumber(status: string, name: string): number {
  const at = status.indexOf(`\n${name}`)
  return at < 0 ? 0 : Number.parseInt(status.slice(at + name.length + 1, at + name.length + 24), 10)
}
