// @ts-check
'use strict'

// `error.stack` as a program sees it, whenever it is read: its own frames, at places of its own text, and those of packages.
const { userFrames } = require('./frames.cjs')

/** @typedef {import('./program.cjs').Program} Program */

/** Node's own: it writes the first line, with the code of an error of Node's, and puts the frames below it. */
const nodes = /** @type {(error: Error, frames: readonly unknown[]) => string} */ (
  /** @type {any} */ (Error).prepareStackTrace
)
/** What is known of the errors whose stack has been written. @type {WeakMap<object, { isOwn: boolean, isOfCompiler: boolean }>} */
const origins = new WeakMap()
/** @type {Program | null} */
let program = null

/** In the zygote, and again when a program has ended that writes stacks itself. */
function replaceStacks() {
  Reflect.set(Error, 'prepareStackTrace', prepareStackTrace)
}

/** @param {Program} current */
function writeStacksFor(current) {
  program = current
}

/**
 * @param {Error} error
 * @param {readonly unknown[]} sites
 */
function prepareStackTrace(error, sites) {
  if (program === null) return nodes(error, sites)
  const all = sites.map(String)
  const { frames, isOwn } = userFrames(all, program)
  const isOfCompiler = frames.length === 0 && all.some((site) => site.includes('compileSourceTextModule'))
  origins.set(error, { isOwn, isOfCompiler })
  return nodes(
    error,
    frames.map(({ text }) => text),
  )
}

/** Whether the function of ours that asks stands in for one that a line of the program's own has called. */
function isCalledByProgram() {
  if (program === null) return false
  const programs = Reflect.get(Error, 'prepareStackTrace')
  Reflect.set(Error, 'prepareStackTrace', (/** @type {unknown} */ _, /** @type {unknown[]} */ sites) =>
    sites.map(String),
  )
  const sites = /** @type {unknown} */ (new Error('for its stack').stack)
  Reflect.set(Error, 'prepareStackTrace', programs)
  const caller = Array.isArray(sites) ? sites.find((site) => !site.includes(`${__dirname}/`)) : undefined
  return caller !== undefined && userFrames([caller], program).isOwn
}

/**
 * The error was made by a line of the program's own, not by a package or by Node for it.
 * @param {unknown} error whose stack has been read
 */
const isMadeByProgram = (error) => origins.get(/** @type {object} */ (error))?.isOwn === true

/**
 * V8 refused the text of an ES module.
 * @param {unknown} error whose stack has been read
 */
const isMadeByCompiler = (error) => origins.get(/** @type {object} */ (error))?.isOfCompiler === true

module.exports = { isCalledByProgram, isMadeByCompiler, isMadeByProgram, replaceStacks, writeStacksFor }
