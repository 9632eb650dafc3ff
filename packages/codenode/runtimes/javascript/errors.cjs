// @ts-check
'use strict'

// Reading what user code threw. Any property may be a getter that throws, of any type, and megabytes long.
const { inspect, types } = require('node:util')

const MAX_TEXT = 16 * 1024
/** Node lists the files that led to a missing module; a program is one. */
const REQUIRE_STACK = /\nRequire stack:(?:\n- .*)+$| imported from \S+$/

/**
 * `Error: no rows`; of something else than an error, what it looks like.
 * @param {unknown} error
 */
function headlineOf(error) {
  if (!isError(error)) return `Uncaught ${look(error)}`
  const message = read(error, 'message')
  const text =
    typeof message === 'string' ? message.replace(REQUIRE_STACK, '') : message === undefined ? '' : look(message)
  return text === '' ? exceptionName(error) : `${exceptionName(error)}: ${text}`
}

/** @param {unknown} error */
function exceptionName(error) {
  if (!isError(error)) return error === null ? 'null' : typeof error
  const name = read(error, 'name')
  const className = read(read(error, 'constructor'), 'name')
  // `class NoRows extends Error {}` has the inherited name `Error`; the class says more.
  const isClassBetter = name === 'Error' && typeof className === 'string' && className !== ''
  const best = isClassBetter ? className : name
  return typeof best === 'string' && best !== '' ? best.slice(0, 200) : 'Error'
}

/** @param {unknown} value */
function look(value) {
  try {
    return inspect(value, { customInspect: false, depth: 3, maxStringLength: MAX_TEXT })
  } catch {
    return `[${typeof value}]` // a proxy whose traps throw
  }
}

/** @param {unknown} value @returns {value is Error} */
function isError(value) {
  try {
    return types.isNativeError(value) || value instanceof Error
  } catch {
    return false
  }
}

/** @param {any} object @param {string} key @returns {unknown} */
function read(object, key) {
  try {
    return object?.[key]
  } catch {
    return undefined
  }
}

/** @param {string} text @param {number} maxBytes of UTF-8 */
function cutMiddle(text, maxBytes) {
  if (text.length * 3 <= maxBytes || Buffer.byteLength(text) <= maxBytes) return text
  const half = (maxBytes >> 1) - 40
  const head = Buffer.from(text.slice(0, half))
    .subarray(0, half)
    .toString()
    .replace(/\ufffd+$/, '')
  const tail = Buffer.from(text.slice(-half))
    .subarray(-half)
    .toString()
    .replace(/^\ufffd+/, '')
  return `${head}\n… ${text.length - head.length - tail.length} characters cut …\n${tail}`
}

module.exports = { cutMiddle, exceptionName, headlineOf, isError, look, read }
