import { readFileSync, writeFileSync } from 'node:fs'

/** A range of user ids of the host that nothing else uses; each run that is alive has one of its own. */
export type UidRange = { first: number; count: number }

/** The first of the run uids as a zygote in bubblewrap sees them. */
export const insideUidBase = 1000

/** Enough for every child that can be alive at once, spares included. */
const wanted = 1000
/** Far above what distributions, containers and directory services hand out. */
const preferred = 1_500_000_000

/**
 * The uids for runs, or null when this process may not hand out any (it is not root) and all runs share its own.
 * In a user namespace with few uids the range is at its end.
 */
export function findRunUids(
  isRoot = process.getuid?.() === 0,
  uidMap = readFileSync('/proc/self/uid_map', 'utf8'),
): UidRange | null {
  if (!isRoot) return null
  const available = uidMap
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .map(([inside = 0, , count = 0]) => ({ first: inside, end: inside + count }))
  if (available.some(({ first, end }) => first <= preferred && preferred + wanted <= end)) {
    return { first: preferred, count: wanted }
  }
  const widest = available.reduce((best, it) => (it.end - it.first > best.end - best.first ? it : best))
  const count = Math.min(wanted, Math.floor((widest.end - widest.first) / 4))
  return count > 0 ? { first: widest.end - count, count } : null
}

/** Maps root and the run uids into the user namespace of `pid`. */
export function mapRunUids(pid: number, { first, count }: UidRange): void {
  for (const name of ['uid_map', 'gid_map'] as const) {
    writeFileSync(`/proc/${pid}/${name}`, `0 0 1\n${insideUidBase} ${first} ${count}\n`)
  }
}
