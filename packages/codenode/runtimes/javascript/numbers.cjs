// @ts-check
'use strict'

// How numbers are written that a double cannot hold.

// Node 24 has it, its types not yet.
const { rawJSON } = /** @type {any} */ (JSON)
const toDigits = Function.prototype.call.bind(BigInt.prototype.toString)

/**
 * Lets `JSON.stringify` write a BigInt's digits: whole numbers beyond 2^53 arrive as such, and most code only passes them
 * on. As any other member of a prototype it is not enumerable, and a program can replace it.
 */
function writeBigInts() {
  Object.defineProperty(BigInt.prototype, 'toJSON', {
    configurable: true,
    writable: true,
    value: function toJSON() {
      return rawJSON(toDigits(this))
    },
  })
}

module.exports = { writeBigInts }
