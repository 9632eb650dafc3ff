import { readFileSync } from 'node:fs'
import type { HugePages, MemoryRange } from './control.ts'

/**
 * The one size that pays and that the zygotes know. With pages of 16K a huge one is 32 MiB, with 64K 512 MiB: nothing that a
 * zygote has is as large, and collapsing less answers with success and does nothing.
 */
const hugePage = 2 * 2 ** 20
/** Less code than this is not worth the memory: a fork's faults are few. */
const leastCode = 4 * hugePage

/**
 * What a zygote can have as huge pages: a fork copies one entry for such a page instead of 512, and the child's end drops
 * one. Addresses come from the host's view, since a zygote has no /proc. Nothing where they cannot be read: this is for
 * speed alone.
 */
export function findHugePages(pid: number, sizeOnThisKernel = readHugePageSize()): HugePages {
  if (sizeOnThisKernel !== hugePage) return { hugeData: [], hugeCode: [] }
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

/** 0 where the kernel has none or does not tell. */
function readHugePageSize(): number {
  try {
    return Number(readFileSync('/sys/kernel/mm/transparent_hugepage/hpage_pmd_size', 'utf8'))
  } catch {
    return 0
  }
}

/** The aligned part of a mapping; nothing if that is less than one huge page. */
function wholePages(found: RegExpExecArray | null): MemoryRange[] {
  if (!found?.[1] || !found[2]) return []
  const first = Math.ceil(Number.parseInt(found[1], 16) / hugePage) * hugePage
  const end = Math.floor(Number.parseInt(found[2], 16) / hugePage) * hugePage
  return end > first ? [[first, end - first]] : []
}
