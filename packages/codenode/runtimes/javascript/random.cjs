// @ts-check
'use strict'

// Forked children inherit the state of V8's Math.random and would all draw the same numbers. It is replaced, before any
// package is loaded (lodash keeps a reference of its own), by one that draws from the kernel-seeded generator of `crypto`.
const { randomFillSync } = require('node:crypto')
const { setFlagsFromString } = require('node:v8')

const words = new Uint32Array(1024)
let next = words.length

/** A method, so that like the original it cannot be called with `new`. */
const { random } = {
  /** 53 random bits, uniform in [0, 1). */
  random() {
    if (next >= words.length) {
      randomFillSync(words)
      next = 0
    }
    const high = words[next++] >>> 5
    const low = words[next++] >>> 6
    return (high * 67108864 + low) / 9007199254740992
  },
}

/** In the zygote, before packages are loaded. */
function replaceRandom() {
  Object.defineProperty(Math, 'random', { value: random, writable: true, configurable: true, enumerable: false })
}

/**
 * In the zygote, before each fork: forgets what was drawn, and reseeds the engine's own generator for new contexts. Not in
 * the child, where the first use of `crypto` takes a tenth of a short run, and not with `crypto`, whose state stays as it is.
 * @param {number} seed a random integer of 32 bits
 */
function reseed(seed) {
  next = words.length
  // 31 bits are all that the flag holds; Math.random itself does not rest on them.
  setFlagsFromString(`--random-seed=${seed >>> 1 || 1}`)
}

module.exports = { replaceRandom, reseed }
