import { closeSync, readFileSync, writeFileSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { CodenodeError } from '../contract/error.ts'
import { bindName } from './process/process-usage.ts'
import { SlotNumbers } from './slot-numbers.ts'

/** User ids of the host, one after the other. */
export type UidRange = { first: number; count: number }

/** The ids that runs may have: `ranges` ranges of `count` each, the first one from `first` up. */
export type UidArea = UidRange & { ranges: number }

/** The first of the run uids as a zygote in bubblewrap sees them. */
export const insideUidBase = 1000

/** Enough for every child of a sandbox that can be alive at once, spares included. */
const wanted = 4096
/** Far above what distributions, containers and directory services hand out, and below what is negative to old programs. */
const preferred = { first: 1_500_000_000, end: 2_100_000_000 }
/** How many ranges are tried when one after the other is taken. */
const mostTries = 200

/**
 * The uids for runs, or null when this process may not hand out any (it is not root) and all runs share its own.
 * In a user namespace with few uids they are at its end.
 */
export function findRunUids(
  isRoot = process.getuid?.() === 0,
  uidMap = readFileSync('/proc/self/uid_map', 'utf8'),
): UidArea | null {
  if (!isRoot) return null
  const available = uidMap
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .map(([inside = 0, , count = 0]) => ({ first: inside, end: inside + count }))
  if (available.some(({ first, end }) => first <= preferred.first && preferred.end <= end)) {
    const ranges = Math.floor((preferred.end - preferred.first) / wanted)
    return { first: preferred.first, count: wanted, ranges }
  }
  const widest = available.reduce((best, it) => (it.end - it.first > best.end - best.first ? it : best))
  const half = Math.floor((widest.end - widest.first) / 2)
  const count = Math.min(wanted, Math.floor(half / 2))
  if (count === 0) return null
  const ranges = Math.floor(half / count)
  return { first: widest.end - ranges * count, count, ranges }
}

/** How long is waited before it is looked whether ids are still in use. */
const unusedMs = 1_000

/**
 * The uids of one sandbox: no other sandbox of this machine has them, as long as it is open, and no two of its children
 * that are alive, whatever their language.
 */
export class RunUids {
  readonly range: UidRange
  readonly #numbers: SlotNumbers
  #lockFd: number | undefined

  private constructor(range: UidRange, lockFd: number) {
    this.range = range
    this.#lockFd = lockFd
    this.#numbers = new SlotNumbers(range.count)
  }

  /**
   * Takes a range that nobody has. What holds it is a name that the kernel gives to one process and takes back when that
   * ends, however it ends. It is known in a network namespace only: beyond, the choice by chance has to do. `draw` gives a
   * number from 0 up to 1.
   */
  static claim({ first, count, ranges }: UidArea, draw: () => number = Math.random): RunUids {
    const start = Math.floor(draw() * ranges)
    for (let tried = 0; tried < Math.min(ranges, mostTries); tried++) {
      const range = { first: first + ((start + tried) % ranges) * count, count }
      const lockFd = bindName(`codenode-uids-${range.first}`)
      if (lockFd !== null) return new RunUids(range, lockFd)
    }
    throw new CodenodeError('sandbox_unavailable', { missing: 'user ids for runs that no other sandbox has' })
  }

  /** A number below `range.count`. */
  take(): number {
    const number = this.#numbers.take()
    if (number !== null) return number
    throw new CodenodeError('sandbox_unavailable', { missing: 'a user id that no other run has' })
  }

  /** When the process that had it is reaped. */
  give(number: number): void {
    this.#numbers.give(number)
  }

  /** Of children whose end nobody tells us, since their zygote is gone: when no process has their ids any more. */
  giveWhenUnused(numbers: readonly number[]): void {
    if (numbers.length === 0) return
    const look = async () => {
      const used = await findUsedUids()
      const isUsed = (number: number) => used.has(this.range.first + number)
      for (const number of numbers) if (!isUsed(number)) this.give(number)
      this.giveWhenUnused(numbers.filter(isUsed))
    }
    // If it cannot be told they stay taken.
    setTimeout(() => void look().catch(() => undefined), unusedMs).unref()
  }

  /** When no process has any of them. */
  release(): void {
    if (this.#lockFd !== undefined) closeSync(this.#lockFd)
    this.#lockFd = undefined
  }
}

/** The ids of all processes; a zombie has its id until it is reaped. */
async function findUsedUids(): Promise<Set<number>> {
  const used = new Set<number>()
  for (const pid of (await readdir('/proc')).filter((it) => /^\d+$/.test(it))) {
    const status = await readFile(`/proc/${pid}/status`, 'latin1').catch(() => '') // it has just ended
    for (const uid of /^Uid:(.*)$/m.exec(status)?.[1]?.trim().split(/\s+/) ?? []) used.add(Number(uid))
  }
  return used
}

/** Maps root and the run uids into the user namespace of `pid`. */
export function mapRunUids(pid: number, { first, count }: UidRange): void {
  for (const name of ['uid_map', 'gid_map'] as const) {
    writeFileSync(`/proc/${pid}/${name}`, `0 0 1\n${insideUidBase} ${first} ${count}\n`)
  }
}
