// @ts-check
'use strict'

// What would mend a failure, in one sentence: where code was written for another system or in another language, or where a
// parameter of `main` is no input.
const { createRequire } = require('node:module')
const { findDialect } = require('./compiler.cjs')
const { read } = require('./errors.cjs')
const { isSlip } = require('./missing.cjs')
const { isInTmp, isTmpAllowed } = require('./tmp.cjs')

/** @typedef {import('./program.cjs').Program} Program */

const FENCE = 'The code stands in a Markdown fence: take away the lines that begin with ```.'
const PYTHON =
  /^\s*(?:async\s+)?def\s+\w+\s*\(.*\)\s*(?:->.*)?:|^\s*(?:from\s+[\w.]+\s+)?import\s+[\w.]+(?:\s+as\s+\w+)?\s*$|^\s*(?:elif|except)\b.*:\s*$/m
const DECLARES_MAIN = /\b(?:const|let|var|class|function\s*\*?)\s+main\b|(?:^|[^.\w$])main\s*=[^=]/
/** Where other systems begin, and where they keep what goes in. */
const ENTRIES = ['handler', 'run', 'execute', 'code', 'lambda_handler', 'process', 'invoke', 'fetch']
const FOREIGN = /** @type {Record<string, string>} */ ({
  $input: 'n8n',
  $json: 'n8n',
  $node: 'n8n',
  $items: 'n8n',
  $: 'n8n',
  items: 'n8n',
  msg: 'Node-RED',
  $vars: 'Flowise',
  $flow: 'Flowise',
  inputData: 'Zapier',
  steps: 'Pipedream',
  event: 'a cloud function',
  context: 'a cloud function',
  input: 'another system',
  inputs: 'another system',
  args: 'another system',
  params: 'another system',
})
const OF_PYTHON = ['print', 'None', 'True', 'False', 'len', 'str', 'dict']
const OF_BROWSERS = ['window', 'document', 'alert', 'prompt', 'localStorage']
const MAX_NAMES = 300
// Taken before a program can replace it.
const { parse } = JSON

/** What was seen of the parameters of `main` that may explain a failure. */
let aboutParameters = /** @type {string | null} */ (null)

/** @param {string} sentence */
function rememberParameters(sentence) {
  aboutParameters = sentence
}

/**
 * Of code that does not compile.
 * @param {string} message of V8's
 * @param {Program} program
 * @returns {string | null}
 */
function hintForSyntax(message, program) {
  const { source, file } = program
  if (isFenced(source)) return FENCE
  const [, module, name] = NO_EXPORT.exec(message) ?? []
  if (module !== undefined) return hintForExport(module, name, program)
  if (PYTHON.test(source)) return 'This looks like Python: choose it as the language of the node.'
  if (/await is only valid/.test(message)) return 'Write `async function` for the function that awaits.'
  // Where V8 has no stack left to read a text, the compiler is not asked.
  if (file.endsWith('.js') && !message.includes('call stack') && findDialect(source) === 'typescript')
    return 'This looks like TypeScript: choose it as the language of the node.'
  return null
}

const NO_EXPORT = /The requested module '([^']+)' does not provide an export named '([^']+)'/

/**
 * @param {string} module that is there
 * @param {string} name that it does not have
 * @param {Program} program
 */
function hintForExport(module, name, { path }) {
  const names = exportsOf(module, path)
  if (name === 'default') return `'${module}' has no default: write \`import * as name from '${module}'\`.`
  const wanted = name.toLowerCase()
  const meant = names.find((it) => isSlip(wanted, it.toLowerCase()))
  return meant === undefined ? null : `Did you mean \`${meant}\`?`
}

/** @type {(module: string, path: string) => string[]} */
function exportsOf(module, path) {
  try {
    const exported = createRequire(path)(module)
    return Object.keys(exported)
  } catch {
    return []
  }
}

/** Where a run may write, which it learns when it is refused. */
const WRITING_BELOW_TMP = 'Write below `/tmp`: nothing else can be written to.'
const WRITING = 'Only a private /tmp can be written to: a node gets one, in memory, by `limits: {tmpMb: 16}`.'
const NO_FILES = 'A run has no files of its own: pass the contents in as an input.'
const FENCED_JSON = 'The text has a Markdown fence around its JSON: take away the lines that begin with ```.'
/** Parameters of decorators as TypeScript had them before the standard. */
const LEGACY = /@\w[\s\S]*PropertyDescriptor|PropertyDescriptor[\s\S]*@\w|\(\s*target\b[^)]*,[^)]*,\s*descriptor\b/
const STANDARD_DECORATORS =
  'Decorators are the standard ones: they get `(value, context)`, and not `(target, key, descriptor)` as with `experimentalDecorators`.'
const TMP_IS_FULL = 'The private /tmp is full: keep less in it, or raise `limits.tmpMb` of the node.'
const IS_READING = / for reading$|^(?:list|look at|change to|read|stat|open) (?!.* for writing$)/

/**
 * @param {{ operation: string, what: string }} blocked
 * @returns {string | null} null: what the catalogue says of all of them
 */
const hintForBlocked = ({ operation, what }) => {
  if (operation !== 'file' || IS_READING.test(what)) return null
  return isTmpAllowed() ? WRITING_BELOW_TMP : WRITING
}

/**
 * @param {unknown} error that the program threw
 * @param {Program} program
 * @returns {string | null}
 */
function hintForThrown(error, program) {
  if (isFenced(program.source)) return FENCE
  if (read(error, 'code') === 'ENOSPC') return TMP_IS_FULL
  if (read(error, 'code') === 'ENOENT' && isMissingFile(read(error, 'path'))) return NO_FILES
  const message = String(read(error, 'message'))
  if (error instanceof SyntaxError && message.includes('"```')) return FENCED_JSON
  if (error instanceof TypeError && program.isTypeScript && LEGACY.test(program.source)) return STANDARD_DECORATORS
  if (error instanceof TypeError && /\bnull\b/.test(message)) {
    return hintForNull(program) ?? aboutParameters
  }
  const [, name] = /^(\S+) is not defined$/.exec(message) ?? []
  if (name !== undefined && error instanceof ReferenceError) return hintForName(name, program)
  return aboutParameters
}

/** @param {unknown} path */
const isMissingFile = (path) => typeof path === 'string' && !isInTmp(path)

/** Of inputs that have no value. @param {Program} program */
function hintForNull({ inputNames, inputsText }) {
  const inputs = parse(inputsText)
  const names = inputNames.filter((name) => inputs[name] === null || inputs[name] === undefined)
  if (names.length === 0) return null
  const list = names
    .slice(0, 5)
    .map((name) => `\`${name}\``)
    .join(', ')
  return names.length === 1
    ? `The input ${list} is null: nothing was given for it.`
    : `The inputs ${list} are null: nothing was given for them.`
}

/**
 * @param {string} name
 * @param {Program} program
 */
function hintForName(name, program) {
  if (program.inputNames.includes(name)) return `\`${name}\` is an input. ${parametersOf(program)}`
  if (OF_PYTHON.includes(name))
    return `\`${name}\` belongs to Python: choose it as the language of the node, or write JavaScript.`
  if (OF_BROWSERS.includes(name)) return `\`${name}\` belongs to browsers, and a run has none. ${parametersOf(program)}`
  const system = Object.hasOwn(FOREIGN, name) ? FOREIGN[name] : undefined
  return system === undefined ? null : `\`${name}\` belongs to ${system}. ${parametersOf(program)}`
}

/**
 * Whether the value that the program gave for `main` is what it returned at top level.
 * @param {unknown} local
 * @param {Program} program
 */
const returnsAtTopLevel = (local, { source }) =>
  !DECLARES_MAIN.test(source) && (local !== undefined || /^return\b/m.test(source))

/**
 * @param {readonly string[]} defined what the program defines and exports, by name
 * @param {Program} program
 * @returns {string | null}
 */
function hintForMissingMain(defined, program) {
  if (isFenced(program.source)) return FENCE
  const named = defined.filter((name) => name !== 'default')
  const known = named.find((name) => ENTRIES.includes(name)) ?? (named.length === 1 ? named[0] : undefined)
  if (known !== undefined) return `Rename \`${known.slice(0, 100)}\` to \`main\`. ${parametersOf(program)}`
  return defined.length > 0 ? null : hintForTopLevel(program)
}

/** @param {Program} program */
const hintForTopLevel = (program) =>
  `Put the code into \`function main(${parameters(program)}) { … }\`, which returns an object with the outputs.`

/** @param {Program} program */
const parametersOf = (program) =>
  `In Codenode inputs are parameters of main: \`function main(${parameters(program)})\`.`

/** @param {Program} program */
function parameters({ inputNames }) {
  return inputNames.length === 0 ? '{ … }' : `{ ${inputNames.join(', ').slice(0, MAX_NAMES)} }`
}

/** @param {string} source */
const isFenced = (source) => source.trimStart().startsWith('```')

const JSON_TEXT =
  'main returned JSON text: return the object itself, without `JSON.stringify`, or `JSON.parse(…)` of the text.'

/** Of a result that is no object. @type {(result: unknown) => string | null} */
const hintForResult = (result) => (typeof result === 'string' && /^\s*\{[\s\S]*\}\s*$/.test(result) ? JSON_TEXT : null)

const FOLLOW_THE_MESSAGE = 'Return what the message names in place of the value.'
const NOT_SERIALIZABLE =
  'Return a plain value in its place: `String(value)`, `Number(value)`, `[...values]`, or an object of its members `{ ...value }`.'

module.exports = {
  FOLLOW_THE_MESSAGE,
  NOT_SERIALIZABLE,
  hintForBlocked,
  hintForMissingMain,
  hintForResult,
  hintForSyntax,
  hintForThrown,
  hintForTopLevel,
  rememberParameters,
  returnsAtTopLevel,
}
