// @ts-check
'use strict'

// The lines of a V8 stack that concern the user: the program's own, with places in its own text, and those of packages.

/** @typedef {import('./program.cjs').Program} Program */
/** @typedef {{ text: string, place: { line: number, column: number } | null, isNeutral: boolean }} StackFrame */

const OURS = __dirname
const PACKAGES = '/node_modules/'
const PLACE = /^(.*):(\d+):(\d+)$/s
/** A stack may hold a message of megabytes; its frames are the last part. */
const MAX_FRAMES_TEXT = 256 * 1024
const MAX_FRAMES = 50

/**
 * @param {unknown} stack
 * @param {unknown} message
 * @param {Program} program
 * @returns {StackFrame[]}
 */
function framesOf(stack, message, program) {
  if (typeof stack !== 'string') return []
  const lines = withoutHeader(stack, message).slice(0, MAX_FRAMES_TEXT).split('\n')
  const frames = lines.flatMap((line) => (line.startsWith('    at ') ? (frameOf(line.slice(7), program) ?? []) : []))
  // What is left below the last frame of the user's is the engine calling us, or us calling the program.
  return frames.slice(0, frames.findLastIndex(({ isNeutral }) => !isNeutral) + 1).slice(0, MAX_FRAMES)
}

/**
 * A message may hold lines that look like frames, so it is skipped as a whole.
 * @param {string} stack
 * @param {unknown} message
 */
function withoutHeader(stack, message) {
  const at = typeof message === 'string' && message !== '' ? stack.indexOf(message) : -1
  return at === -1 ? stack : stack.slice(at + /** @type {string} */ (message).length)
}

/**
 * @param {string} text such as `async load (main.js:3:9)`
 * @param {Program} program
 * @returns {StackFrame | null}
 */
function frameOf(text, program) {
  const open = text.endsWith(')') ? text.indexOf(' (') : -1
  const caller = open === -1 ? '' : text.slice(0, open)
  const where = open === -1 ? text.replace(/^async /, '') : text.slice(open + 2, -1)
  const [, file = where, line = '', column = ''] = PLACE.exec(where) ?? []
  const path = file.startsWith('file://') ? file.slice(7) : file
  /** @type {(shown: string) => string} */
  const format = (shown) => (open === -1 ? text.replace(where, () => shown) : `${caller} (${shown})`)
  if (path === program.file || path === program.path) {
    const place = program.original(Number(line), Number(column))
    return { text: format(`${program.file}:${place.line}:${place.column}`), place, isNeutral: false }
  }
  if (path.startsWith(OURS) || path.startsWith('node:')) return null
  const packages = path.lastIndexOf(PACKAGES)
  if (packages !== -1)
    return { text: format(`${path.slice(packages + 1)}:${line}:${column}`), place: null, isNeutral: false }
  // Other files are none of the user's; `<anonymous>`, `index 0` and evaluated code belong to the frame below them.
  return path.startsWith('/') || where.includes(OURS)
    ? null
    : { text, place: null, isNeutral: !where.startsWith('eval at') }
}

/**
 * The error was made by a line of the program's own, not by a package or by Node for it.
 * @param {unknown} stack
 * @param {unknown} message
 * @param {Program} program
 */
function isThrownByProgram(stack, message, program) {
  if (typeof stack !== 'string') return false
  const [first = ''] =
    withoutHeader(stack, message)
      .slice(0, MAX_FRAMES_TEXT)
      .match(/^ {4}at .*$/m) ?? []
  return frameOf(first.slice(7), program)?.place != null
}

module.exports = { framesOf, isThrownByProgram }
