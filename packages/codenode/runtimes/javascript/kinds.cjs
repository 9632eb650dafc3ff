// @ts-check
'use strict'

// What an object is for JSON: a list, an object with members, a scalar that stands for it, or refused.
const { types } = require('node:util')

/**
 * `keys` are the members to write, all own enumerable ones when absent.
 * @typedef {{ kind: 'array', items: any }
 *   | { kind: 'object', items: any, keys?: string[] }
 *   | { kind: 'scalar', value: unknown }
 *   | { kind: 'raw', text: string }
 *   | { kind: 'invalid date' }
 *   | { kind: 'refused', found: string, hint?: string }} Opened
 */

const { isArray, from: arrayFrom } = Array
const { isBuffer } = Buffer
// Node 24 has it, its types not yet.
const { isRawJSON } = /** @type {any} */ (JSON)
const { create, getPrototypeOf, keys: ownKeys, prototype: objectPrototype } = Object
const arrayPrototype = Array.prototype
const timeOf = Function.prototype.call.bind(Date.prototype.getTime)
const toIso = Function.prototype.call.bind(Date.prototype.toISOString)
const valueIn = {
  bigint: Function.prototype.call.bind(BigInt.prototype.valueOf),
  boolean: Function.prototype.call.bind(Boolean.prototype.valueOf),
}

/**
 * @param {any} value an object
 * @param {string | number} key where it stands, for `toJSON`
 * @returns {Opened}
 */
function open(value, key) {
  const prototype = getPrototypeOf(value)
  // A program can give BigInt a `toJSON` of its own, to make text of it; in a result it is a number.
  if (typeof value.toJSON !== 'function' || types.isBigIntObject(value)) {
    if (prototype === objectPrototype) return { kind: 'object', items: value }
    if (prototype === arrayPrototype && isArray(value)) return { kind: 'array', items: value }
    return openExotic(value)
  }
  if (types.isDate(value) && Number.isNaN(timeOf(value))) return { kind: 'invalid date' }
  if (isBuffer(value)) return refused('Buffer', HINTS.buffer)
  const plain = value.toJSON(String(key))
  if (typeof plain === 'object' && plain !== null) return openExotic(plain)
  return { kind: 'scalar', value: plain }
}

const HINTS = Object.freeze({
  buffer: " (return its .toString('base64') or .toString('utf8'))",
  bytes: " (return Buffer.from(it).toString('base64'))",
})

/**
 * @param {any} value
 * @returns {Opened}
 */
function openExotic(value) {
  if (isRawJSON(value)) return { kind: 'raw', text: value.rawJSON }
  if (isArray(value)) return { kind: 'array', items: value }
  if (types.isMap(value)) return openMap(value)
  if (types.isSet(value)) return { kind: 'array', items: arrayFrom(value) }
  if (isBuffer(value)) return refused('Buffer', HINTS.buffer)
  if (types.isAnyArrayBuffer(value) || types.isDataView(value)) return refused(typeName(value), HINTS.bytes)
  if (types.isTypedArray(value)) return { kind: 'array', items: value }
  if (types.isBoxedPrimitive(value)) return openBoxed(value)
  if (types.isDate(value)) {
    return Number.isNaN(timeOf(value)) ? { kind: 'invalid date' } : { kind: 'scalar', value: toIso(value) }
  }
  if (types.isPromise(value)) return refused('Promise', ' (await it first)')
  if (types.isRegExp(value)) return refused('RegExp', ' (return String(it))')
  if (types.isWeakMap(value) || types.isWeakSet(value) || value instanceof WeakRef) return refused(typeName(value))
  if (types.isNativeError(value) || value instanceof Error) return openError(value)
  const keys = ownKeys(value)
  // Iterators, URLSearchParams, Headers: they would quietly become {}.
  if (keys.length === 0 && typeof (value[Symbol.iterator] ?? value[Symbol.asyncIterator]) === 'function') {
    return refused(typeName(value), ' (return [...it])')
  }
  return { kind: 'object', items: value, keys }
}

/**
 * @param {Map<unknown, unknown>} map
 * @returns {Opened}
 */
function openMap(map) {
  // Without a prototype, so that a key `__proto__` is a key like any other.
  const items = create(null)
  for (const [key, value] of map) {
    if ((typeof key === 'object' && key !== null) || typeof key === 'function' || typeof key === 'symbol') {
      return refused(`Map with a key of type ${typeName(key)}`)
    }
    items[String(key)] = value
  }
  return { kind: 'object', items }
}

/**
 * @param {any} value
 * @returns {Opened}
 */
function openBoxed(value) {
  if (types.isNumberObject(value)) return { kind: 'scalar', value: Number(value) }
  if (types.isStringObject(value)) return { kind: 'scalar', value: String(value) }
  if (types.isBooleanObject(value)) return { kind: 'scalar', value: valueIn.boolean(value) }
  if (types.isBigIntObject(value)) return { kind: 'scalar', value: valueIn.bigint(value) }
  return refused('symbol')
}

/**
 * An error has no enumerable members of its own and would become {}: its name and message are what is meant.
 * @param {any} error
 * @returns {Opened}
 */
function openError(error) {
  const items = create(null)
  items.name = error.name
  items.message = error.message
  for (const key of ownKeys(error)) items[key] = error[key]
  return { kind: 'object', items }
}

/** @type {(found: string, hint?: string) => Opened} */
const refused = (found, hint) => ({
  kind: 'refused',
  found: /^[a-z]|^Invalid/.test(found) ? found : `object of type ${found}`,
  hint,
})

/**
 * "array", "null", "Map Iterator", "Invoice": for messages.
 * @param {any} value
 */
function typeName(value) {
  if (value === null) return 'null'
  if (typeof value !== 'object') return typeof value
  if (isArray(value)) return 'array'
  const name = value[Symbol.toStringTag] || value.constructor?.name
  return typeof name === 'string' && name !== '' ? name.slice(0, 100) : 'object'
}

module.exports = { open, typeName }
