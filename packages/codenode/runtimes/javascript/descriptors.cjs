// @ts-check
'use strict'
/**
 * Which descriptors a child may keep. Node's own event loop needs a few, made anew by `uv_loop_fork`; all others that
 * Node opened (those of its platform threads, which do not exist in a child) are shared with the zygote and with every
 * other child, so a pipe among them would let two runs talk. Which is which is found out once, by a trial fork.
 */

const fs = require('node:fs')
const { native, SYS, check } = require('./native.cjs')

const FIRST = 4
const LAST = 1023

/** The descriptors from 4 up that are open now. */
function openDescriptors() {
  const found = []
  for (let fd = FIRST; fd <= LAST; fd++) if (native.fcntl(fd, 1, 0) >= 0) found.push(fd)
  return found
}

/** @param {number} fd */
function identity(fd) {
  const stat = fs.fstatSync(fd, { bigint: true })
  return `${stat.dev}:${stat.ino}:${stat.rdev}`
}

/**
 * Finds the descriptors that the event loop of a child renews; a child closes all others. Call it before the zygote opens
 * anything of its own. Descriptor 0 must be an inert file such as /dev/null.
 * @returns {number[]}
 */
function findLoopDescriptors() {
  fillGaps()
  const inherited = openDescriptors()
  const identities = new Map(inherited.map((fd) => [fd, identity(fd)]))
  const ends = Buffer.alloc(8)
  check(native.pipe2(ends, 0), 'pipe2')
  const [readEnd, writeEnd] = [ends.readInt32LE(0), ends.readInt32LE(4)]
  const pid = check(native.fork(), 'fork')
  if (pid === 0) {
    try {
      fs.writeSync(writeEnd, JSON.stringify(renewedInTrial(inherited, identities)))
    } finally {
      native.exit(0)
    }
  }
  native.close(writeEnd)
  const report = Buffer.alloc(65536)
  const length = fs.readSync(readEnd, report)
  native.close(readEnd)
  native.wait4(pid, null, 0, null)
  return JSON.parse(report.subarray(0, length).toString())
}

/**
 * libuv renews the pipe of its signal handling at the fork itself and takes the lowest free numbers: with a gap below, it
 * would get other ones in a child than in the trial, and the child would close it. (A run that then starts a program, and
 * is refused, would abort instead.)
 */
function fillGaps() {
  const highest = Math.max(FIRST, ...openDescriptors())
  for (let fd = FIRST; fd < highest; fd++) if (native.fcntl(fd, 1, 0) < 0) check(native.dup2(0, fd), 'dup2')
}

/**
 * Puts an inert file in the place of each inherited descriptor, lets libuv renew its own, and sees which stayed inert.
 * A pipe with a new identity was renewed by libuv at the fork itself: it is the lock of its signal handling.
 * @param {number[]} inherited
 * @param {Map<number, string>} identities
 */
function renewedInTrial(inherited, identities) {
  const inert = identity(0)
  for (const fd of inherited) if (identity(fd) === identities.get(fd)) check(native.dup2(0, fd), 'dup2')
  check(native.uvLoopFork(native.uvDefaultLoop()), 'uv_loop_fork')
  return inherited.filter((fd) => identity(fd) !== inert)
}

/**
 * In a child, first thing: closes all from 4 up but these. A list of what to close would miss what the zygote opened
 * later, in gaps between the loop's own: the process descriptor of another run, for one.
 * @param {number[]} kept
 */
function closeAllBut(kept) {
  let from = FIRST
  for (const fd of kept.toSorted((a, b) => a - b)) {
    if (from < fd) closeRange(from, fd - 1)
    from = fd + 1
  }
  closeRange(from, 0xffffffff)
}

/**
 * @param {number} from
 * @param {number} to
 */
function closeRange(from, to) {
  check(Number(native.closeRange(SYS.closeRange, from, to, 0)), 'close_range')
}

/** Gives a child an empty standard input of its own: of an open file that runs share they also share position and flags. */
function emptyInput() {
  const ends = Buffer.alloc(8)
  check(native.pipe2(ends, 0), 'pipe2')
  check(native.dup2(ends.readInt32LE(0), 0), 'dup2')
  native.close(ends.readInt32LE(0))
  native.close(ends.readInt32LE(4))
}

module.exports = { findLoopDescriptors, closeAllBut, emptyInput }
