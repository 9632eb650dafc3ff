// @ts-check
'use strict'

// What `import` gives a program: the packages that `require` gives, by every name they have. TypeScript, Bun and bundlers do so;
// Node.js itself knows only the names that it finds by reading a CommonJS package's text.
const Module = require('node:module')
const { fileURLToPath, pathToFileURL } = require('node:url')
const { types } = require('node:util')
const { findNamespaceImports } = require('./compiler.cjs')

/** @typedef {import('./program.cjs').Program} Program */

/** Where the module that stands for a package finds its values. */
const VALUES = Symbol.for('codenode.values')
/** In front of the path of a CommonJS file: the module that stands for it. */
const STAND_IN = 'codenode:'
/** Node's own name for all that a CommonJS module exports. */
const WHOLE = 'module.exports'
/** What functions and classes have of themselves. */
const OF_FUNCTIONS = new Set(['arguments', 'caller', 'length', 'name', 'prototype'])

/** A namespace, a dynamic import, an export of all, or a name that is written with an escape. */
const MAY_COMPUTE_NAMES = /\*[^'"`]*?\bas\b|\bimport\s*[(/]|\bexport\s*\*|\\u/

/**
 * Serves the program's own text for its URL, and what it imports.
 * @param {Program} program
 * @param {string} source its text as an ES module
 * @param {NodeJS.Require} require the program's own
 * @returns {() => void} takes everything back
 */
function hookImports({ url }, source, require) {
  const values = new Map()
  // An ES module of 300 names costs milliseconds, so it has those that the program names, or all if it may compute one.
  const isAsked = MAY_COMPUTE_NAMES.test(source) ? () => true : (/** @type {string} */ name) => source.includes(name)
  Object.defineProperty(globalThis, VALUES, { value: values, configurable: true, enumerable: false })
  const hooks = Module.registerHooks({
    resolve(specifier, context, next) {
      if (specifier === url) return { url, format: 'module', shortCircuit: true }
      const { parentURL } = context
      const isFromProgram = !parentURL?.startsWith('file:') || parentURL === url || parentURL.endsWith('/')
      if (!isFromProgram) return next(specifier, context)
      const ask = { ...context, parentURL: url }
      const isPlainImport = context.conditions?.includes('import') && context.importAttributes?.type === undefined
      return isPlainImport ? resolveAsRequire(specifier, require, () => next(specifier, ask)) : next(specifier, ask)
    },
    load(from, context, next) {
      if (from === url) return { format: 'module', source, shortCircuit: true }
      if (!from.startsWith(STAND_IN)) return next(from, context)
      const path = fileURLToPath(from.slice(STAND_IN.length))
      return { format: 'module', source: standIn(from, require(path), values, isAsked), shortCircuit: true }
    },
  })
  return () => {
    hooks.deregister()
    Reflect.deleteProperty(globalThis, VALUES)
  }
}

/**
 * A package is what `require` finds, so that it is loaded once however it is asked for; what only `import` finds is the rest.
 * @param {string} specifier
 * @param {NodeJS.Require} require
 * @param {() => Module.ResolveFnOutput} next
 * @returns {Module.ResolveFnOutput}
 */
function resolveAsRequire(specifier, require, next) {
  if (Module.isBuiltin(specifier) || /^[a-z][a-z\d+.-]*:/i.test(specifier)) return next()
  try {
    const path = require.resolve(specifier)
    const url = pathToFileURL(path).href
    if (types.isModuleNamespaceObject(require(path))) return { url, format: 'module', shortCircuit: true }
    return { url: `${STAND_IN}${url}`, format: 'module', shortCircuit: true }
  } catch (/** @type {any} */ error) {
    if (!NOT_FOUND.has(error?.code)) throw error
    return orThrow(next, error)
  }
}

/** Not there for `require`, or no CommonJS and with an `await` at its top level. */
const NOT_FOUND = new Set(['MODULE_NOT_FOUND', 'ERR_PACKAGE_PATH_NOT_EXPORTED', 'ERR_REQUIRE_ASYNC_MODULE'])

/**
 * @template T
 * @param {() => T} work
 * @param {unknown} first the error to tell if it fails: it names what was asked for as it was asked for
 * @returns {T}
 */
function orThrow(work, first) {
  try {
    return work()
  } catch (/** @type {any} */ error) {
    throw error?.code === 'ERR_MODULE_NOT_FOUND' || error?.code === 'ERR_PACKAGE_PATH_NOT_EXPORTED' ? first : error
  }
}

/**
 * The text of an ES module that exports what a CommonJS module does, by each name.
 * @param {string} key
 * @param {any} exported
 * @param {Map<string, unknown[]>} values by `key`, in the order in which the text takes them
 * @param {(name: string) => boolean} isAsked
 */
function standIn(key, exported, values, isAsked) {
  const names = namesOf(exported).filter(isAsked)
  values.set(key, [exported, defaultOf(exported), ...names.map((name) => readMember(exported, name))])
  const taken = names.map((_, index) => `, $${index}`).join('')
  const given = names.map((name, index) => `, $${index} as ${JSON.stringify(name)}`).join('')
  return (
    `const [whole, main${taken}] = globalThis[Symbol.for('codenode.values')].get(${JSON.stringify(key)})\n` +
    `export { whole as '${WHOLE}', main as default${given} }\n`
  )
}

/**
 * Every name that `exported.name` gives, inherited ones too.
 * @param {unknown} exported
 */
function namesOf(exported) {
  const names = new Set()
  const isFunction = typeof exported === 'function'
  if (!isFunction && (typeof exported !== 'object' || exported === null)) return []
  for (let at = exported; at && at !== Object.prototype && at !== Function.prototype; at = Object.getPrototypeOf(at)) {
    for (const name of Object.getOwnPropertyNames(at)) {
      if (!(isFunction && OF_FUNCTIONS.has(name)) && (name !== 'constructor' || at === exported)) names.add(name)
    }
  }
  for (const name of ['default', WHOLE, '__proto__']) names.delete(name)
  return [...names].filter((name) => name.isWellFormed())
}

/** What a compiler made of `export default` is meant, not the object that it was put into. @param {any} exported */
const defaultOf = (exported) => (exported?.__esModule && 'default' in exported ? exported.default : exported)

/** @type {(exported: any, name: string) => unknown} */
const readMember = (exported, name) => {
  try {
    return exported[name]
  } catch {
    return undefined // a getter that throws until its package is set up: who asks for it by `require` gets its error
  }
}

/**
 * `import * as moment from 'moment'; moment()`: TypeScript and its users take the namespace of a package that is a function for
 * that function, which an ES module's namespace cannot be.
 * @param {string} code
 * @param {NodeJS.Require} require
 */
function callableNamespaces(code, require) {
  if (!/\bimport\b[^'"`;]*\*\s*as\b/.test(code)) return code
  let changed = code
  for (const { name, specifier, start, end } of findNamespaceImports(code).reverse()) {
    if (isCalled(name, code) && isFunctionExport(specifier, require))
      changed = `${changed.slice(0, start)}{ '${WHOLE}' as ${name} }${changed.slice(end)}`
  }
  return changed
}

/** As `name(…)` or `new name`. @type {(name: string, code: string) => boolean} */
const isCalled = (name, code) => {
  const word = name.replaceAll('$', '\\$')
  return new RegExp(`(?<![\\p{ID_Continue}$.])(?:${word}\\s*\\(|new\\s+${word}(?![\\p{ID_Continue}$.]))`, 'u').test(
    code,
  )
}

/** @type {(specifier: string, require: NodeJS.Require) => boolean} */
const isFunctionExport = (specifier, require) => {
  try {
    return !Module.isBuiltin(specifier) && typeof require(specifier) === 'function'
  } catch {
    return false // the import itself tells what is wrong
  }
}

module.exports = { callableNamespaces, hookImports }
