import { lstatSync, type Stats } from 'node:fs'
import path from 'node:path'
import { installation } from './installation.ts'
import { type Accounts, isPrivateGroup, readAccounts } from './private-group.ts'
import { type Passed, walkPath } from './walk-path.ts'

/** Whose files are believed, and how to learn the accounts of the machine, which is rarely needed. */
export type Trusting = { owners: ReadonlySet<number>; readAccounts: () => Accounts }

const writableByGroup = 0o020
const writableByAll = 0o002
const sticky = 0o1000

/**
 * Why a file or folder that was found, not named, is not to be used; null: it may be. What is used belongs to the caller,
 * to root or to whoever owns this program, and nobody else can write it or exchange a folder or link on the way to it.
 *
 * `beside`: a path whose folders are taken as they are, since whoever can change those can change what lies at `beside` too.
 */
export function whyNotTrusted(file: string, beside?: string): string | null {
  return judgeWay(file, (one) => beside !== undefined && isAbove(one.path, beside))
}

/** The same for a folder in which something is to be made: others may add to it, if it is sticky as /tmp is. */
export function whyNotToMakeIn(folder: string): string | null {
  return judgeWay(folder, () => false, 'on the way')
}

function judgeWay(file: string, isTaken: (one: Passed) => boolean, end: 'end' | 'on the way' = 'end'): string | null {
  let passed: Passed[]
  try {
    passed = walkPath(file)
  } catch (error) {
    return `it cannot be looked at (${error instanceof Error ? error.message : String(error)})`
  }
  const trusting = readTrusting()
  for (const one of passed) {
    if (isTaken(one)) continue
    const why = judge(one.stats, one.isLast && end === 'end' ? 'end' : 'on the way', trusting)
    if (why) return `${one.path} ${why}`
  }
  return null
}

function readTrusting(): Trusting {
  // The program's own owner could change what runs now; nothing is gained by not believing the rest of that user's files.
  const owners = new Set([0, process.geteuid?.() ?? 0, lstatSync(installation.packageRoot).uid])
  return { owners, readAccounts }
}

/** In a sticky folder such as /tmp others can add files, but not exchange those that are not theirs. */
export function judge(stats: Stats, at: 'end' | 'on the way', { owners, readAccounts }: Trusting): string | null {
  if (!owners.has(stats.uid)) return `belongs to another user (uid ${stats.uid})`
  if (stats.isSymbolicLink() || (at === 'on the way' && stats.isDirectory() && (stats.mode & sticky) !== 0)) return null
  if ((stats.mode & writableByAll) !== 0) return 'can be written by every user'
  if ((stats.mode & writableByGroup) !== 0 && !isPrivateGroup(stats.gid, owners, readAccounts())) {
    return `can be written by the group ${stats.gid}`
  }
  return null
}

function isAbove(folder: string, file: string): boolean {
  const way = path.relative(folder, file)
  return way !== '..' && !way.startsWith('../')
}
