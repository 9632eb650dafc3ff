// @ts-check
'use strict'
/**
 * How a zygote's memory is laid out, so that forks are cheap. A fork copies an entry for each page that it shares and the
 * child's end drops it; each table of entries is made and freed, too. So the heap lies together, without what loading
 * left behind, and what is large and never changes is huge pages, each of them one entry for 512.
 * All of it is for speed alone: where the kernel refuses, forks are slower.
 */

const v8 = require('node:v8')
const vm = require('node:vm')
const { native } = require('./native.cjs')

const HUGE_PAGE = 2 ** 21
const PROT = { none: 0, readWrite: 3, readExecute: 5 }
const MAP = { private: 0x02, anonymous: 0x20, noReserve: 0x4000, fixedNoReplace: 0x100000 }
const MREMAP_MAY_MOVE_FIXED = 3
const MADV_COLLAPSE = 25

/** V8 asks for each 256 KiB of its heap at a random place below this, with three page tables of its own for each. */
const END_OF_RANDOM_PLACES = 2 ** 46
const START_OF_RANDOM_PLACES = 2 ** 33
/** Around what is mapped already this much stays free: 2^13 times that is asked for. */
const SMALLEST_GAP = 2 ** 33

/**
 * Takes the addresses where V8 would put its heap at random; nothing is allocated. The kernel then puts one part next to
 * the other.
 * @returns {() => void} gives the addresses back
 */
function gatherHeap() {
  /** @type {{ from: number, length: number }[]} */
  const taken = []
  /** @type {(from: number, to: number) => void} */
  const take = (from, to) => {
    const length = to - from
    const flags = MAP.private | MAP.anonymous | MAP.noReserve | MAP.fixedNoReplace
    const got = Number(native.mmap(from, length, PROT.none, flags, -1, 0))
    if (got === from) taken.push({ from, length })
    // A kernel that does not know the last flag takes it for a hint.
    else if (got >= 0) native.munmap(got, length)
    else if (length > SMALLEST_GAP) {
      take(from, from + length / 2)
      take(from + length / 2, to)
    }
  }
  take(START_OF_RANDOM_PLACES, END_OF_RANDOM_PLACES)
  return () => {
    for (const { from, length } of taken) native.munmap(from, length)
  }
}

/**
 * Gives back what loading packages left behind. Before the harness is warmed, since a collection also forgets what V8 has
 * learned of the code.
 */
function compactHeap() {
  v8.setFlagsFromString('--expose-gc')
  const collect = vm.runInNewContext('gc')
  v8.setFlagsFromString('--no-expose-gc')
  collect({ type: 'major', execution: 'sync', flavor: 'last-resort' })
  // The collector leaves the sweeping for later, and every child would do it again. Walking the heap finishes it.
  v8.queryObjects(class Nothing {}, { format: 'count' })
}

/**
 * @param {readonly (readonly [address: number, length: number])[]} ranges whole huge pages of data
 */
function collapse(ranges) {
  for (const [address, length] of ranges) native.madvise(address, length, MADV_COLLAPSE)
}

/**
 * Replaces parts of the program's file in memory by copies in huge pages. A fork does not share the entries of a file's
 * pages: every child would find each one again, by a fault, and does not where the page is memory like any other.
 * @param {readonly (readonly [address: number, length: number])[]} ranges whole huge pages of code
 */
function copyCode(ranges) {
  for (const [address, length] of ranges) {
    const size = length + HUGE_PAGE
    const mapped = Number(native.mmap(0, size, PROT.readWrite, MAP.private | MAP.anonymous | MAP.noReserve, -1, 0))
    if (mapped < 0) return
    const copy = Math.ceil(mapped / HUGE_PAGE) * HUGE_PAGE
    native.memcpy(copy, address, length)
    const isHuge = Array.from(
      { length: length / HUGE_PAGE },
      (_, index) => native.madvise(copy + index * HUGE_PAGE, HUGE_PAGE, MADV_COLLAPSE) === 0,
    )
    if (native.mprotect(mapped, size, PROT.readExecute) === 0) {
      for (const [from, bytes] of stretches(isHuge)) {
        // One step for everyone: the code that is running goes on in the copy.
        native.mremap(copy + from, bytes, bytes, MREMAP_MAY_MOVE_FIXED, address + from)
      }
    }
    native.munmap(mapped, size)
  }
}

/**
 * Where pages that are huge lie next to each other, in bytes from the first.
 * @param {boolean[]} isHuge
 * @returns {[from: number, bytes: number][]}
 */
function stretches(isHuge) {
  /** @type {[number, number][]} */
  const found = []
  isHuge.forEach((is, index) => {
    const last = found.at(-1)
    if (is && isHuge[index - 1] && last) last[1] += HUGE_PAGE
    else if (is) found.push([index * HUGE_PAGE, HUGE_PAGE])
  })
  return found
}

module.exports = { collapse, compactHeap, copyCode, gatherHeap }
