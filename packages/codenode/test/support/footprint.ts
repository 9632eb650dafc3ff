/** What a process must not pile up, measured so that two moments can be compared. */
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import koffi from 'koffi'

/** Pages that are free within what malloc holds. Without this they stay, more of them the more a process did at once. */
const trimMalloc = koffi.load('libc.so.6').func('int malloc_trim(size_t)') as (keep: number) => number

/** Resident memory of a process in KiB; 0 when it has gone. */
export function residentKb(pid: number | 'self' = 'self'): number {
  try {
    return Number(/^VmRSS:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0)
  } catch {
    return 0
  }
}

export function countDescriptors(pid: number | 'self' = 'self'): number {
  return readdirSync(`/proc/${pid}/fd`).length
}

/** Files and sockets in a folder and below; what a link leads to is not looked at. */
export function countFiles(folder: string): number {
  return readdirSync(folder, { withFileTypes: true }).reduce(
    (sum, it) => sum + (it.isDirectory() ? countFiles(path.join(folder, it.name)) : 1),
    0,
  )
}

/**
 * What this process cannot give back. Its resident size also holds what V8 keeps for later. What has a finalizer, a socket for
 * one, goes only with the collection after that, so it collects until nothing more goes.
 */
export async function heldBytes(): Promise<number> {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  let least = Number.POSITIVE_INFINITY
  for (let round = 0; round < 20; round++) {
    collect()
    await new Promise((resolve) => setTimeout(resolve, 50))
    const { heapUsed, external } = process.memoryUsage()
    const held = heapUsed + external
    if (round > 2 && held > least * 0.999) break
    least = Math.min(least, held)
  }
  return least
}

/** Gives back to the system what V8 and malloc keep for later, as far as they can. */
export function giveBackMemory(): void {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as (options: object) => void
  collect({ type: 'major', execution: 'sync', flavor: 'last-resort' })
  trimMalloc(0)
}
