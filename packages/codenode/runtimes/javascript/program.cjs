// @ts-check
'use strict'

// The `run` message, and the user's text made ready to be compiled.
const { pathToFileURL } = require('node:url')
const { compileTypeScript, findDialect, findProblem, same, SyntaxProblem } = require('./compiler.cjs')
const { excerptOf } = require('./traceback.cjs')
const { Failure } = require('./failure.cjs')

/**
 * `file` is the name in tracebacks, `path` and `url` what modules are resolved from; `source` the user's text, `code` what
 * is compiled, `original` the place in `source` of a place in `code`.
 * @typedef {{
 *   mode: 'main' | 'script', limits: any, inputNames: string[], inputsText: string,
 *   bigIntegers: 'bigint' | 'number', packageNames: readonly string[],
 *   isTypeScript: boolean, file: string, path: string, readonly url: string, source: string, code: string,
 *   original: (line: number, column: number) => { line: number, column: number } | null,
 * }} Program
 */

/** What V8 puts in front of a syntax error: `main.js:2`, the line, and carets below the place. */
const ARROW = /^[^\n]*:(\d+)\n[^\n]*\n([\t ]*)(\^*)/

/**
 * @param {Buffer} payload of a `run` frame
 * @param {{ packageNames: readonly string[], requireFrom: string }} settings
 * @param {string} name of its file, without the extension
 * @returns {Program}
 */
function readRun(payload, { packageNames, requireFrom }, name = 'main') {
  const headEnd = 4 + payload.readUInt32LE(0)
  const head = JSON.parse(payload.toString('utf8', 4, headEnd))
  const codeEnd = headEnd + head.codeBytes
  const source = payload.toString('utf8', headEnd, codeEnd).replace(/^\ufeff/, '')
  const isTypeScript = head.language === 'typescript'
  const file = `${name}.${isTypeScript ? 'ts' : 'js'}`
  const path = requireFrom + file
  return {
    mode: head.mode,
    limits: head.limits,
    inputNames: head.inputNames ?? [],
    bigIntegers: head.bigIntegers ?? 'bigint',
    inputsText: payload.toString('utf8', codeEnd),
    packageNames,
    isTypeScript,
    file,
    path,
    // Only ES modules and their errors need it.
    get url() {
      return pathToFileURL(path).href
    },
    source,
    code: source,
    original: same,
  }
}

/**
 * Sets `code` to JavaScript that a function body can hold.
 * @param {Program} program
 */
function makeCode(program) {
  // A first line for the shell is a comment to Node; in a function body it would be an error.
  const text = program.source.replace(/^#!/, '//')
  if (!program.isTypeScript) {
    program.code = text
    return
  }
  try {
    Object.assign(program, compileTypeScript(text))
  } catch (error) {
    throw syntaxFailure(error, program)
  }
}

/** Where V8 has no stack left to read a text, SWC, which looks after its own less well, is not asked. @param {any} error */
const isTooDeep = (error) => error.message === 'Maximum call stack size exceeded'

const JSX = 'JSX is not supported, since there is no page to show it on. Write the text as a template literal.'

/**
 * @param {any} error thrown by a compiler, not by the program
 * @param {Program} program
 */
function syntaxFailure(error, program) {
  const isJsx = !isTooDeep(error) && findDialect(program.source) === 'jsx'
  const headline = `SyntaxError: ${isJsx ? JSX : String(error.message).trim()}`
  const found = placeOf(error, program)
  if (found === null)
    return new Failure('syntax_error', {
      message: headline,
      traceback: headline,
      details: { line: null, column: null },
    })
  const { line, column } = withinText(found, program.source)
  const message = `${headline} (line ${line}, column ${column})`
  const traceback = `${excerptOf(program, line, column, found.carets)}\n\n${headline}`
  return new Failure('syntax_error', { message, traceback, line, details: { line, column } })
}

/**
 * @param {any} error
 * @param {Program} program
 * @returns {{ line: number, column: number, carets: string } | null} in the user's text
 */
function placeOf(error, program) {
  if (error instanceof SyntaxProblem) return error.place && { ...error.place, carets: error.carets }
  const [, atLine, pad = '', carets] = ARROW.exec(error.stack) ?? []
  if (atLine === undefined) {
    // V8 keeps the place in an ES module to itself; the compiler finds most of them.
    const problem = program.isTypeScript || isTooDeep(error) ? null : findProblem(program.code)
    return problem === null ? null : placeOf(problem, program)
  }
  const place = program.original(Number(atLine), pad.length + 1)
  return place && { ...place, carets: carets || '^' }
}

/**
 * The end of the text, when something was not closed, is on the last line that holds anything.
 * @param {{ line: number, column: number }} place
 * @param {string} source
 */
function withinText(place, source) {
  const lines = source.trimEnd().split(/\r\n|[\n\r\u2028\u2029]/)
  return place.line <= lines.length ? place : { line: lines.length, column: lines[lines.length - 1].length + 1 }
}

module.exports = { makeCode, readRun, syntaxFailure }
