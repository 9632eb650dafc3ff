// @ts-check
'use strict'
/**
 * Which descriptors a child must close. Node's own event loop needs a few, made anew by `uv_loop_fork`; all others that
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
 * Finds the descriptors that the event loop of a child does not renew, and that a child therefore closes. Call it before
 * the zygote opens anything of its own. Descriptor 0 must be an inert file such as /dev/null.
 * @returns {number[]}
 */
function findStaleDescriptors() {
  const inherited = openDescriptors()
  const identities = new Map(inherited.map((fd) => [fd, identity(fd)]))
  const ends = Buffer.alloc(8)
  check(native.pipe2(ends, 0), 'pipe2')
  const [readEnd, writeEnd] = [ends.readInt32LE(0), ends.readInt32LE(4)]
  const pid = check(native.fork(), 'fork')
  if (pid === 0) {
    try {
      fs.writeSync(writeEnd, JSON.stringify(staleInTrial(inherited, identities)))
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
 * Puts an inert file in the place of each inherited descriptor, lets libuv renew its own, and sees which stayed inert.
 * A pipe with a new identity was renewed by libuv at the fork itself: it is the lock of its signal handling.
 * @param {number[]} inherited
 * @param {Map<number, string>} identities
 */
function staleInTrial(inherited, identities) {
  const inert = identity(0)
  for (const fd of inherited) if (identity(fd) === identities.get(fd)) check(native.dup2(0, fd), 'dup2')
  check(native.uvLoopFork(native.uvDefaultLoop()), 'uv_loop_fork')
  return inherited.filter((fd) => identity(fd) === inert)
}

/**
 * In a child, first thing: closes what it must not share. `firstOwn` is the lowest number that the zygote's own
 * descriptors have.
 * @param {number[]} stale
 * @param {number} firstOwn
 * @param {number} except
 */
function closeInherited(stale, firstOwn, except) {
  for (const fd of stale) native.close(fd)
  if (firstOwn < except) check(Number(native.closeRange(SYS.closeRange, firstOwn, except - 1, 0)), 'close_range')
  check(Number(native.closeRange(SYS.closeRange, except + 1, 0xffffffff, 0)), 'close_range')
}

module.exports = { findStaleDescriptors, openDescriptors, closeInherited }
