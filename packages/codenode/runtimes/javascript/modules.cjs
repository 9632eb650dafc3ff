// @ts-check
'use strict'

// The program as a module: CommonJS, as real programs are; if it does not compile as such because of `import`, `export`
// or `await` at top level, as an ES module, in which `require` and `module` work all the same.
const Module = require('node:module')
const vm = require('node:vm')
const { callableNamespaces, hookImports } = require('./imports.cjs')
const { syntaxFailure } = require('./program.cjs')
const { isMadeByCompiler } = require('./stacks.cjs')

/** @typedef {import('./program.cjs').Program} Program */
/** @typedef {{ local: unknown, exported: any }} Loaded `local`: what the name `main` means in the program, exported or not */

const SCOPE = ['exports', 'require', 'module', '__filename', '__dirname']
/** On a line of its own, behind a last comment. A `return` before it ends the program; then what is exported counts. */
const TELL_MAIN = "\n;return typeof main === 'undefined' ? undefined : main"
const TELL_KEY = 'codenode.main'
const TELL_MAIN_OF_MODULE = `\n;globalThis[Symbol.for('${TELL_KEY}')](typeof main === 'undefined' ? undefined : main)`
const MODULE_ONLY =
  /Cannot use import statement outside a module|Unexpected token 'export'|Cannot use 'import\.meta' outside a module/
const AWAIT_ONLY = /await is only valid|Unexpected reserved word|missing \) after argument list|Unexpected identifier/

/** What takes back what loading programs has changed. @type {(() => unknown)[]} */
const leftBehind = []

/** After a rehearsal: the zygote stays as it was. */
function unload() {
  for (const takeBack of leftBehind.splice(0)) takeBack()
}

/**
 * Runs the program's top level.
 * @param {Program} program
 * @param {NodeJS.Require} require
 * @returns {Loaded | Promise<Loaded>}
 */
function load(program, require) {
  const module = makeModule(program, require)
  /** @type {Function} */
  let body
  try {
    body = compile(program)
  } catch (/** @type {any} */ error) {
    const isAwait = AWAIT_ONLY.test(error.message) && /\bawait\b/.test(program.code)
    if (!isAwait && !MODULE_ONLY.test(error.message)) throw syntaxFailure(error, program)
    return importProgram(program, module, require, isAwait ? error : null)
  }
  if (/\bimport\b/.test(program.code)) leftBehind.push(hookImports(program, program.code, require))
  const local = Reflect.apply(body, module.exports, [
    module.exports,
    module.require,
    module,
    module.filename,
    module.path,
  ])
  return { local, exported: module.exports }
}

/**
 * @param {Program} program
 * @param {NodeJS.Require} require
 */
function makeModule(program, require) {
  const module = new Module(program.path)
  // `require.main === module` guards the part of a program that shall run.
  Object.assign(module, { id: '.', filename: program.path, paths: require.resolve.paths('x') ?? [], require })
  require.main = module
  return module
}

/** @param {Program} program */
function compile(program) {
  const options = { filename: program.file, importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER }
  if (program.mode === 'script') return vm.compileFunction(program.code, SCOPE, options)
  try {
    return vm.compileFunction(program.code + TELL_MAIN, SCOPE, options)
  } catch {
    // Without our line, so that an open bracket is told as the end of the text.
    return vm.compileFunction(program.code, SCOPE, options)
  }
}

/**
 * @param {Program} program
 * @param {Module} module
 * @param {NodeJS.Require} require
 * @param {unknown} firstError of compiling it as CommonJS, when that may have been the better try
 * @returns {Promise<Loaded>}
 */
async function importProgram(program, module, require, firstError) {
  const code = callableNamespaces(program.code, require)
  leftBehind.push(hookImports(program, program.mode === 'main' ? code + TELL_MAIN_OF_MODULE : code, require))
  const scope = {
    exports: module.exports,
    require: module.require,
    module,
    __filename: module.filename,
    __dirname: module.path,
  }
  for (const [name, value] of Object.entries(scope)) {
    define(globalThis, name, value)
    leftBehind.push(() => Reflect.deleteProperty(globalThis, name))
  }
  /** @type {unknown} */
  let local
  define(globalThis, Symbol.for(TELL_KEY), (/** @type {unknown} */ main) => {
    local = main
    Reflect.deleteProperty(globalThis, Symbol.for(TELL_KEY))
  })
  try {
    const namespace = await import(program.url)
    // An ES module without exports may still use `module.exports`.
    return { local, exported: Object.keys(namespace).length > 0 ? namespace : module.exports }
  } catch (/** @type {any} */ error) {
    throw isCompileError(error, program) ? syntaxFailure(firstError ?? error, program) : error
  }
}

/**
 * V8 refused the text itself: no line of the program has run. (Its file may stand in front: an import has no such name.)
 * @param {any} error
 * @param {Program} program
 */
function isCompileError(error, { url }) {
  if (!(error instanceof SyntaxError) || typeof error.stack !== 'string') return false
  return error.stack.startsWith(`${url}:`) || isMadeByCompiler(error)
}

/** @type {(object: object, name: string | symbol, value: unknown) => void} */
const define = (object, name, value) => {
  Object.defineProperty(object, name, { value, writable: true, configurable: true, enumerable: false })
}

module.exports = { load, unload }
