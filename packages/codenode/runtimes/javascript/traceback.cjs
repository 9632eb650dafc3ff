// @ts-check
'use strict'

// An error as Node prints one that nobody caught, with the user's frames and those of packages only.
const { inspect } = require('node:util')
const { cutMiddle, headlineOf, isError, look, read } = require('./errors.cjs')
const { framesOf } = require('./frames.cjs')

/** @typedef {import('./program.cjs').Program} Program */

const MAX_CAUSES = 8
const MAX_LINE = 200
const MAX_HEADLINE_BYTES = 16 * 1024

/**
 * @param {unknown} error
 * @param {Program} program
 * @returns {string | null}
 */
function traceback(error, program) {
  if (!isError(error)) return null
  const place = placeOf(error, program)
  const excerpt = place === null ? '' : `${excerptOf(program, place.line, place.column)}\n\n`
  return `${excerpt}${section(error, program, '', new Set())}`
}

/**
 * The user's line nearest to the failure.
 * @param {unknown} error
 * @param {Program} program
 */
function lineOf(error, program) {
  return isError(error) ? (placeOf(error, program)?.line ?? null) : null
}

/** @type {(error: unknown, program: Program) => { line: number, column: number } | null} */
const placeOf = (error, program) =>
  framesOf(read(error, 'stack'), read(error, 'message'), program).find((frame) => frame.place !== null)?.place ?? null

/**
 * @param {unknown} error
 * @param {Program} program
 * @param {string} indent
 * @param {Set<unknown>} seen
 * @returns {string}
 */
function section(error, program, indent, seen) {
  seen.add(error)
  const frames = framesOf(read(error, 'stack'), read(error, 'message'), program)
  const lines = [
    `${cutMiddle(headlineOf(error), MAX_HEADLINE_BYTES)}${scalarsOf(error)}`,
    ...frames.map(({ text }) => `    at ${text}`),
  ]
  const errors = read(error, 'errors')
  const inner = Array.isArray(errors) ? errors.slice(0, MAX_CAUSES).map((one) => ({ label: 'error', one })) : []
  const cause = read(error, 'cause')
  if (cause !== undefined && cause !== null) inner.push({ label: 'cause', one: cause })
  for (const { label, one } of inner) {
    if (seen.has(one) || seen.size >= MAX_CAUSES) continue
    lines.push(`  [${label}]: ${isError(one) ? section(one, program, '  ', seen) : look(one)}`)
  }
  return lines.join(`\n${indent}`)
}

/**
 * `main.js:3`, the source line, and a caret below the column.
 * @param {Program} program
 * @param {number} line
 * @param {number} column 1 is the first
 * @param {string} carets
 */
function excerptOf(program, line, column, carets = '^') {
  const text = program.source.split(/\r\n|[\n\r\u2028\u2029]/)[line - 1] ?? ''
  // Of a long (minified) line, what is around the column.
  const from = Math.max(0, Math.min(column - MAX_LINE / 2, text.length - MAX_LINE))
  const shown = text.slice(from, from + MAX_LINE)
  const pad = shown.slice(0, Math.max(0, column - 1 - from)).replace(/[^\t]/g, ' ')
  return `${program.file}:${line}\n${shown}\n${pad}${carets}`
}

/** What Node prints in braces behind an error: `{ code: 'EPERM', syscall: 'open' }`. @param {unknown} error */
function scalarsOf(error) {
  /** @type {Record<string, unknown>} */
  const scalars = {}
  try {
    for (const key of Object.keys(/** @type {object} */ (error)).slice(0, 20)) {
      const value = read(error, key)
      const isShort =
        typeof value === 'string' ? value.length < 300 : typeof value === 'number' || typeof value === 'boolean'
      if (isShort && key !== 'name' && key !== 'message' && key !== 'stack') scalars[key] = value
    }
    return Object.keys(scalars).length > 0 ? ` ${inspect(scalars, { breakLength: Infinity })}` : ''
  } catch {
    return '' // a hostile proxy: it has nothing to add
  }
}

/**
 * What Node writes to stderr when it ends by an error.
 * @param {unknown} thrown an error, or the text of its traceback
 * @param {Program} program
 */
function nodesReport(thrown, program) {
  const text = typeof thrown === 'string' ? thrown : traceback(thrown, program)
  return `${text ?? headlineOf(thrown)}\n\nNode.js ${process.version}\n`
}

module.exports = { excerptOf, lineOf, nodesReport, traceback }
