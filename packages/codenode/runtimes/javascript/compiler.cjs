// @ts-check
'use strict'

// SWC, loaded before the fork, called in a run's own process: TypeScript to JavaScript, and where a text stops being either.
// ADR 11 says why it.
const { SourceMap } = require('node:module')
/** @type {{ transformSync(source: string, isProgram: boolean, options: Buffer): { code: string, map?: string },
 *   parseSync(source: string, options: Buffer): string }} */
const swc = require(`@swc/core-linux-${process.arch}-gnu`)

/**
 * `original` gives the place in the user's text of a place in the code that runs; null for code that the compiler added.
 * @typedef {{ line: number, column: number }} Place
 * @typedef {{ code: string, original: (line: number, column: number) => Place | null }} Compiled
 */

/** @type {Compiled['original']} */
const same = (line, column) => ({ line, column })

/**
 * Nothing is made older than Node is: only types, enums, namespaces, parameter properties and decorators go.
 * @type {(parser: object, rest?: object) => Buffer}
 */
const optionsFor = (parser, rest) =>
  Buffer.from(
    JSON.stringify({
      configFile: false,
      swcrc: false,
      // As a script, SWC loses the name of a decorated class.
      isModule: true,
      ...rest,
      jsc: {
        target: 'esnext',
        parser: { syntax: 'typescript', ...parser },
        transform: { decoratorVersion: '2022-03' },
        experimental: { keepImportAttributes: true },
      },
    }),
  )
const sourceMaps = { sourceMaps: true }
/** Looking for decorators makes SWC slow on long expressions. */
const OPTIONS = {
  plain: { run: optionsFor({}), map: optionsFor({}, sourceMaps) },
  decorated: { run: optionsFor({ decorators: true }), map: optionsFor({ decorators: true }, sourceMaps) },
}
const MODULE = { isModule: true, target: 'esnext' }
const PARSE = {
  javascript: Buffer.from(JSON.stringify({ ...MODULE, syntax: 'ecmascript' })),
  typescript: Buffer.from(JSON.stringify({ ...MODULE, syntax: 'typescript', decorators: true })),
  jsx: Buffer.from(JSON.stringify({ ...MODULE, syntax: 'typescript', decorators: true, tsx: true })),
}

/** A text that is not of the language. Not an Error: user code can change what making one does. */
class SyntaxProblem {
  /**
   * @param {string} message
   * @param {Place | null} place
   * @param {string} carets below the place
   */
  constructor(message, place, carets) {
    this.message = message
    this.place = place
    this.carets = carets
  }
}

/**
 * @param {string} source TypeScript
 * @returns {Compiled}
 * @throws {SyntaxProblem}
 */
function compileTypeScript(source) {
  const options = source.includes('@') ? OPTIONS.decorated : OPTIONS.plain
  const { code } = transform(source, options.run)
  /** Made when the first place is asked for: most runs have no use for it. @type {SourceMap | undefined} */
  let map
  return {
    code,
    original(line, column) {
      map ??= new SourceMap(JSON.parse(transform(source, options.map).map ?? '{}'))
      const entry = map.findEntry(line - 1, column - 1)
      return 'originalLine' in entry ? { line: entry.originalLine + 1, column: entry.originalColumn + 1 } : null
    },
  }
}

/**
 * @param {string} source
 * @param {Buffer} options
 */
function transform(source, options) {
  try {
    return swc.transformSync(source, false, options)
  } catch (error) {
    throw readProblem(error, source)
  }
}

/**
 * Where a text stops being JavaScript: V8 does not tell it for ES modules.
 * @param {string} source
 * @returns {SyntaxProblem | null}
 */
function findProblem(source) {
  try {
    swc.parseSync(source, PARSE.javascript)
    return null
  } catch (error) {
    return readProblem(error, source)
  }
}

/**
 * What a text that is no JavaScript is instead.
 * @param {string} source
 * @returns {'typescript' | 'jsx' | null}
 */
function findDialect(source) {
  for (const dialect of /** @type {const} */ (['typescript', 'jsx'])) {
    try {
      swc.parseSync(source, PARSE[dialect])
      return dialect
    } catch {
      // Not this one.
    }
  }
  return null
}

/**
 * The `* as name` of each such import, by its place in the text.
 * @param {string} source an ES module
 * @returns {{ name: string, specifier: string, start: number, end: number }[]} in the order of the text; none if it has an error
 */
function findNamespaceImports(source) {
  try {
    const bytes = Buffer.from(source)
    /** @type {{ program: { body: any[] }, sourceContext: { startPos: number } }} */
    const { program, sourceContext } = JSON.parse(swc.parseSync(source, PARSE.javascript))
    const imports = program.body.filter(({ type }) => type === 'ImportDeclaration')
    // SWC counts bytes.
    const at = (/** @type {number} */ position) => bytes.toString('utf8', 0, position - sourceContext.startPos).length
    return imports.flatMap(({ specifiers, source: from }) =>
      specifiers
        .filter((/** @type {any} */ { type }) => type === 'ImportNamespaceSpecifier')
        .map((/** @type {any} */ { local, span }) => ({
          name: local.value,
          specifier: from.value,
          start: at(span.start),
          end: at(span.end),
        })),
    )
  } catch {
    return []
  }
}

/** The first of the problems that SWC draws: `x message`, `,-[2:1]`, numbered lines, carets behind a colon. */
const DRAWN = /^ *[x×] (.+)\n *(?:,-|╭─)(?:\[(\d+):(\d+)\]|-*)\n([\s\S]*?)\n *(?:`-|╰─)/
const TAB = 4
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u

/**
 * @param {unknown} error of SWC's
 * @param {string} source
 */
function readProblem(error, source) {
  const text = String(/** @type {any} */ (error)?.message ?? error)
  const [, message, line, column, drawn = ''] = DRAWN.exec(text) ?? []
  if (message === undefined) return new SyntaxProblem(text.split('\n', 1)[0].trim(), null, '')
  let number = 0
  for (const row of drawn.split('\n')) {
    number = Number(/^ *(\d+) \| /.exec(row)?.[1] ?? number)
    const [, pad, carets] = /^ *: ([ |]*)(\^+)/.exec(row) ?? []
    if (carets === undefined) continue
    const place = { line: number, column: columnAt(source.split('\n')[number - 1] ?? '', pad.length) }
    return new SyntaxProblem(message, place, carets)
  }
  return new SyntaxProblem(message, line === undefined ? null : { line: Number(line), column: Number(column) }, '^')
}

/**
 * The column, 1 is the first, of what is drawn at a distance from the left: tabs go to the next stop, some characters are wide.
 * @param {string} line
 * @param {number} distance
 */
function columnAt(line, distance) {
  let column = 1
  let at = 0
  for (const char of line) {
    if (at >= distance) break
    at = char === '\t' ? (Math.floor(at / TAB) + 1) * TAB : at + (WIDE.test(char) ? 2 : 1)
    column += char.length
  }
  return column
}

module.exports = { compileTypeScript, findDialect, findNamespaceImports, findProblem, same, SyntaxProblem }
