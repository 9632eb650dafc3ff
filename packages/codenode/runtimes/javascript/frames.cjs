// @ts-check
'use strict'

// The lines of a V8 stack that concern the user: the program's own, with places in its own text, and those of packages.

/** @typedef {import('./program.cjs').Program} Program */
/** @typedef {import('./compiler.cjs').Place} Place */
/** @typedef {{ text: string, place: Place | null, isOwn: boolean, isNeutral: boolean }} StackFrame */

const { same } = require('./compiler.cjs')

const OURS = __dirname
const PACKAGES = /(?:^|.*\/)(?=node_modules\/)/s
const PLACE = /^(.*):(\d+):(\d+)$/s
/** A stack may hold a message of megabytes; its frames are the last part. */
const MAX_FRAMES_TEXT = 256 * 1024
const MAX_FRAMES = 50

/**
 * Of what V8 has noted, the frames to show, at places of the program's text, and whether the first is one of the program's.
 * @param {readonly string[]} sites such as `load (main.js:3:9)`
 * @param {Program} program
 */
function userFrames(sites, program) {
  return select(sites.map((site) => frameOf(site, program, program.original)))
}

/** @param {readonly (StackFrame | null)[]} all */
function select(all) {
  const frames = all.filter((frame) => frame !== null)
  // What is left below the last frame of the user's is the engine calling us, or us calling the program.
  const length = frames.findLastIndex(({ isNeutral }) => !isNeutral) + 1
  return { frames: frames.slice(0, length), isOwn: all[0]?.isOwn === true }
}

/**
 * The frames of a stack as it is written.
 * @param {unknown} stack
 * @param {unknown} message
 * @param {Program} program
 * @returns {StackFrame[]}
 */
function framesOf(stack, message, program) {
  if (typeof stack !== 'string') return []
  const lines = withoutHeader(stack, message).slice(0, MAX_FRAMES_TEXT).split('\n')
  const sites = lines.filter((line) => line.startsWith('    at ')).map((line) => line.slice(7))
  return select(sites.map((site) => frameOf(site, program, same))).frames.slice(0, MAX_FRAMES)
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
 * @param {Program['original']} original
 * @returns {StackFrame | null}
 */
function frameOf(text, program, original) {
  const open = text.endsWith(')') ? text.indexOf(' (') : -1
  const caller = open === -1 ? '' : text.slice(0, open)
  const where = open === -1 ? text.replace(/^async /, '') : text.slice(open + 2, -1)
  const [, file = where, line = '', column = ''] = PLACE.exec(where) ?? []
  const path = file.startsWith('file://') ? file.slice(7) : file
  /** @type {(shown: string) => string} */
  const format = (shown) => (open === -1 ? text.replace(where, () => shown) : `${caller} (${shown})`)
  if (path === program.file || path === program.path) {
    const place = original(Number(line), Number(column))
    // What the compiler added is nobody's line.
    return (
      place && { text: format(`${program.file}:${place.line}:${place.column}`), place, isOwn: true, isNeutral: false }
    )
  }
  if (path.startsWith(OURS) || path.startsWith('node:')) return null
  if (PACKAGES.test(path))
    return {
      text: format(`${path.replace(PACKAGES, '')}:${line}:${column}`),
      place: null,
      isOwn: false,
      isNeutral: false,
    }
  // Other files are none of the user's; `<anonymous>`, `index 0` and evaluated code belong to the frame below them.
  return path.startsWith('/') || where.includes(OURS)
    ? null
    : { text, place: null, isOwn: false, isNeutral: !where.startsWith('eval at') }
}

module.exports = { framesOf, userFrames }
