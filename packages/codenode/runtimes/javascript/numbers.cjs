// @ts-check
'use strict'

// How numbers are written that a double cannot hold.

// Node 24 has them, its types not yet.
const { isRawJSON, rawJSON } = /** @type {any} */ (JSON)
const nodesStringify = JSON.stringify
const { apply } = Reflect
const toDigits = Function.prototype.call.bind(BigInt.prototype.toString)

const writeDigits = {
  /** @this {bigint} */
  toJSON() {
    return rawJSON(toDigits(this))
  },
}.toJSON

/**
 * Lets `JSON.stringify` write a BigInt's digits: whole numbers beyond 2^53 arrive as such, and most code only passes them
 * on. A replacer gets the BigInt itself, since people write replacers for it. As any other member of a prototype `toJSON` is
 * not enumerable, and a program can replace it.
 */
function writeBigInts() {
  define(BigInt.prototype, 'toJSON', writeDigits)
  define(JSON, 'stringify', stringify)
}

/** As Node.js has it: a BigInt cannot be written. */
function writeBigIntsAsNode() {
  Reflect.deleteProperty(BigInt.prototype, 'toJSON')
  define(JSON, 'stringify', nodesStringify)
}

/**
 * As `JSON.stringify`, whose arguments are whatever the program gives: so `any`.
 * @param {any} value
 * @param {any} replacer
 * @param {any} space
 */
function stringify(value, replacer, space) {
  if (typeof replacer !== 'function') return nodesStringify(value, replacer, space)
  /** @this {any} an object of the program's @param {string} key @param {unknown} member what its own `toJSON` made of it */
  const replace = function (key, member) {
    const isDigits = isRawJSON(member) && typeof this[key] === 'bigint'
    const replaced = apply(replacer, this, [key, isDigits ? this[key] : member])
    return typeof replaced === 'bigint' ? rawJSON(toDigits(replaced)) : replaced
  }
  return nodesStringify(value, replace, space)
}

/** @type {(object: object, name: string, value: unknown) => void} */
const define = (object, name, value) => {
  Object.defineProperty(object, name, { value, writable: true, configurable: true, enumerable: false })
}

module.exports = { writeBigInts, writeBigIntsAsNode }
