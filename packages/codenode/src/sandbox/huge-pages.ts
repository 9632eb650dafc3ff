import { readFileSync } from 'node:fs'
import type { MemoryRange } from './control.ts'

const hugePage = 2 * 2 ** 20

/**
 * The parts of a zygote's heap that can be huge pages: a fork copies one entry for such a page instead of 512, and the
 * child's end drops one. Addresses come from the host's view, since a zygote has no /proc. Empty where they cannot be
 * read: this is for speed alone.
 */
export function findCollapsible(pid: number): MemoryRange[] {
  try {
    return readFileSync(`/proc/${pid}/maps`, 'utf8').split('\n').flatMap(toRange)
  } catch {
    return [] // without the right to read it, forks are a little slower
  }
}

/** The aligned part of a private writable mapping without a file; nothing if that is less than one huge page. */
function toRange(line: string): MemoryRange[] {
  const found = /^([0-9a-f]+)-([0-9a-f]+) rw-p \S+ \S+ 0 *(\[heap\])?$/.exec(line)
  if (!found?.[1] || !found[2]) return []
  const first = Math.ceil(Number.parseInt(found[1], 16) / hugePage) * hugePage
  const end = Math.floor(Number.parseInt(found[2], 16) / hugePage) * hugePage
  return Array.from({ length: Math.max(0, (end - first) / hugePage) }, (_, index) => [
    first + index * hugePage,
    hugePage,
  ])
}
