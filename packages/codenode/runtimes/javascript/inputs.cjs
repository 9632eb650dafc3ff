// @ts-check
'use strict'

// Inputs as JavaScript values, and which of them `main` gets.
const { parameterNames } = require('./parameters.cjs')

const { parse } = JSON
const { hasOwn } = Object

/** An integer that a double may not hold has at least this many digits (2^53 has 16). */
const LONG_DIGITS = /\d{16}/
const WHOLE = /^-?\d+$/

/**
 * The inputs' JSON text as an object; integers beyond 2^53 become BigInt so that they keep all their digits.
 * @param {string} text
 * @returns {Record<string, unknown>}
 */
function parseInputs(text) {
  return LONG_DIGITS.test(text) ? parse(text, /** @type {any} */ (keepDigits)) : parse(text)
}

/**
 * @param {string} _key
 * @param {unknown} value
 * @param {{ source: string }} context
 */
function keepDigits(_key, value, { source }) {
  if (typeof value !== 'number' || Number.isSafeInteger(value) || !WHOLE.test(source)) return value
  return BigInt(source)
}

/**
 * The arguments for `main`: a plain parameter that is named like an input gets that input; a first parameter that is not
 * gets one object with all inputs; any further one gets nothing, so that its default applies.
 * @param {Function} main
 * @param {Record<string, unknown>} inputs
 * @param {readonly string[]} inputNames
 * @returns {unknown[]}
 */
function bindArguments(main, inputs, inputNames) {
  const names = parameterNames(main)
  if (names.length === 0) return [inputs]
  return names.map((name, index) => {
    if (name !== null && inputNames.includes(name)) return hasOwn(inputs, name) ? inputs[name] : null
    return index === 0 ? inputs : undefined
  })
}

module.exports = { parseInputs, bindArguments }
