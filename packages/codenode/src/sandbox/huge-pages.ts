import { readFileSync } from 'node:fs'
import type { HugePages, MemoryRange } from './control.ts'

const hugePage = 2 * 2 ** 20
/** Less code than this is not worth the memory: a fork's faults are few. */
const leastCode = 4 * hugePage

/**
 * What a zygote can have as huge pages: a fork copies one entry for such a page instead of 512, and the child's end drops
 * one. Addresses come from the host's view, since a zygote has no /proc. Nothing where they cannot be read: this is for
 * speed alone.
 */
export function findHugePages(pid: number): HugePages {
  try {
    const lines = readFileSync(`/proc/${pid}/maps`, 'utf8').split('\n')
    return {
      hugeData: lines.flatMap((line) => wholePages(/^(\w+)-(\w+) rw-p \S+ \S+ 0 *(?:\[heap\])?$/.exec(line))),
      hugeCode: lines
        .flatMap((line) => wholePages(/^(\w+)-(\w+) r-xp \S+ \S+ \d+ +\/\S+\/node$/.exec(line)))
        .filter(([, length]) => length >= leastCode),
    }
  } catch {
    return { hugeData: [], hugeCode: [] } // without the right to read it, forks are a little slower
  }
}

/** The aligned part of a mapping; nothing if that is less than one huge page. */
function wholePages(found: RegExpExecArray | null): MemoryRange[] {
  if (!found?.[1] || !found[2]) return []
  const first = Math.ceil(Number.parseInt(found[1], 16) / hugePage) * hugePage
  const end = Math.floor(Number.parseInt(found[2], 16) / hugePage) * hugePage
  return end > first ? [[first, end - first]] : []
}
