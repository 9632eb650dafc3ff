// @ts-check
'use strict'

// TypeScript to JavaScript by Node's own stripper. Types become blanks, so places stay; enums, namespaces and parameter
// properties need real code, and then places are mapped back.
const { SourceMap, stripTypeScriptTypes } = require('node:module')

/**
 * `original` gives the place in the user's text of a place in the code that runs.
 * @typedef {{ code: string, original: (line: number, column: number) => { line: number, column: number } }} Stripped
 */

const MAP_COMMENT = '\n//# sourceMappingURL=data:application/json;base64,'

/** @type {Stripped['original']} */
const same = (line, column) => ({ line, column })

/**
 * @param {string} source
 * @returns {Stripped}
 */
function stripTypes(source) {
  try {
    return { code: stripTypeScriptTypes(source, { mode: 'strip' }), original: same }
  } catch (/** @type {any} */ error) {
    if (error.code !== 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX') throw error
  }
  const text = stripTypeScriptTypes(source, { mode: 'transform', sourceMap: true })
  const at = text.lastIndexOf(MAP_COMMENT)
  const map = new SourceMap(JSON.parse(Buffer.from(text.slice(at + MAP_COMMENT.length), 'base64').toString()))
  return { code: text.slice(0, at), original: (line, column) => mapped(map, line, column) }
}

/**
 * @param {SourceMap} map
 * @param {number} line
 * @param {number} column
 */
function mapped(map, line, column) {
  const entry = map.findEntry(line - 1, column - 1)
  return 'originalLine' in entry ? { line: entry.originalLine + 1, column: entry.originalColumn + 1 } : { line, column }
}

/**
 * Where the text stops being TypeScript or JavaScript: V8 does not tell it for ES modules.
 * @param {string} source
 * @returns {unknown} the error of the stripper, if it has one
 */
function parseError(source) {
  try {
    stripTypeScriptTypes(source, { mode: 'strip' })
    return null
  } catch (error) {
    return error
  }
}

module.exports = { parseError, same, stripTypes }
