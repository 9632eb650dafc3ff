// @ts-check
'use strict'

// Finds `main` in a loaded program and calls it.
const { Failure } = require('./failure.cjs')
const { hintForMissingMain, hintForTopLevel, returnsAtTopLevel } = require('./hints.cjs')
const { bindArguments, parseInputs } = require('./inputs.cjs')

/** @typedef {import('./program.cjs').Program} Program */
/** @typedef {import('./modules.cjs').Loaded} Loaded */

const DECLARED =
  /^[ \t]*(?:export\s+(?:default\s+)?)?(?:(?:async\s+)?function\s*\*?|class|(?:const|let|var)(?=\s+[^\s=]+\s*=\s*(?:async\b|function\b|\(|[^\s=(]+\s*=>)))\s+([\p{ID_Start}$_][\p{ID_Continue}$]*)/gmu
const MAX_DEFINED = 50

/**
 * @param {Loaded} loaded
 * @param {Program} program
 * @returns {unknown} what `main` returned, perhaps a promise
 */
function callMain(loaded, program) {
  const found = findMain(loaded)
  if (found === undefined) throw mainMissing(loaded, program)
  const { main, owner } = found
  const inputs = parseInputs(program.inputsText, program.bigIntegers)
  return Reflect.apply(main, owner, bindArguments(main, inputs, program.inputNames))
}

/**
 * `function main`, `exports.main`, `module.exports = main`, `export default`: what the program defines counts before what
 * it exports.
 * @param {Loaded} loaded
 */
function findMain({ local, exported }) {
  const byDefault = exported?.default
  /** @type {{ main: any, owner: unknown }[]} */
  const candidates = [
    { main: local, owner: undefined },
    { main: exported?.main, owner: exported },
    { main: byDefault, owner: undefined },
    { main: byDefault?.main, owner: byDefault },
    { main: exported, owner: undefined },
  ]
  return candidates.find(({ main }) => typeof main === 'function')
}

/**
 * @param {Loaded} loaded
 * @param {Program} program
 */
function mainMissing({ local, exported }, program) {
  const declared = Array.from(program.source.matchAll(DECLARED), ([, name]) => name)
  const defined = [...new Set([...declared, ...namesOf(exported), ...namesOf(exported?.default)])].slice(0, MAX_DEFINED)
  if (returnsAtTopLevel(local, program)) {
    const message = 'The code does not define a function named main: it returns at top level.'
    return new Failure('main_missing', { message, details: { defined }, hint: hintForTopLevel(program) })
  }
  const found =
    local === undefined
      ? 'The code does not define a function named main.'
      : `main is of type ${local === null ? 'null' : typeof local}: it must be a function.`
  const others = defined.length > 0 && local === undefined ? ` It defines: ${defined.join(', ')}.` : ''
  const hint = local === undefined ? hintForMissingMain(defined, program) : null
  return new Failure('main_missing', { message: found + others, details: { defined }, hint })
}

/** @type {(object: unknown) => string[]} */
const namesOf = (object) => (typeof object === 'object' && object !== null ? Object.keys(object) : [])

module.exports = { callMain }
