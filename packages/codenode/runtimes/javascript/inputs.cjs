// @ts-check
'use strict'

// Inputs as JavaScript values, and which of them `main` gets.
const { rememberParameters } = require('./hints.cjs')
const { isSlip } = require('./missing.cjs')
const { note } = require('./notices.cjs')
const { describeParameters } = require('./parameters.cjs')

const { parse } = JSON
const { hasOwn } = Object

/** An integer that a double may not hold has at least this many digits (2^53 has 16). */
const LONG_DIGITS = /\d{16}/
const WHOLE = /^-?\d+$/
/** What people call the one object with all inputs. */
const FOR_ALL = /^(?:inputs?|args|arguments|params|parameters|data|options|context|ctx|event|all)$/i

/**
 * The inputs' JSON text as an object; integers beyond 2^53 become BigInt so that they keep all their digits, unless the
 * node wants numbers, which are rounded.
 * @param {string} text
 * @param {'bigint' | 'number'} bigIntegers
 * @returns {Record<string, unknown>}
 */
function parseInputs(text, bigIntegers) {
  return bigIntegers === 'bigint' && LONG_DIGITS.test(text) ? parse(text, /** @type {any} */ (keepDigits)) : parse(text)
}

/**
 * @param {string} _key
 * @param {unknown} value
 * @param {{ source: string }} context
 */
function keepDigits(_key, value, { source }) {
  if (typeof value !== 'number' || Number.isSafeInteger(value) || !WHOLE.test(source)) return value
  return BigInt(source)
}

/**
 * The arguments for `main`: a plain parameter that is named like an input gets that input; a first parameter that is not
 * gets one object with all inputs; any further one gets nothing, so that its default applies.
 * @param {Function} main
 * @param {Record<string, unknown>} inputs
 * @param {readonly string[]} inputNames
 * @returns {unknown[]}
 */
function bindArguments(main, inputs, inputNames) {
  const parameters = describeParameters(main)
  if (parameters.length === 0) return [inputs]
  checkParameters(parameters, inputNames)
  return parameters.map(({ name }, index) => {
    if (name !== null && inputNames.includes(name)) return hasOwn(inputs, name) ? inputs[name] : null
    return index === 0 ? inputs : undefined
  })
}

/**
 * Warns of names that are no input, where that is surely not meant: `main({ text, lang })`, or `main(total, cnt)` where total
 * is an input. A single parameter that is spelled like an input, `main(username)`, is only told if the run fails.
 * @param {import('./parameters.cjs').Parameter[]} parameters
 * @param {readonly string[]} inputNames
 */
function checkParameters(parameters, inputNames) {
  const isInput = (/** @type {string} */ name) => inputNames.includes(name)
  const plain = parameters.flatMap(({ name, hasDefault }) => (name === null ? [] : [{ name, hasDefault }]))
  const [first] = parameters
  const asked = plain.some(({ name }) => isInput(name)) ? plain : []
  const unknown = [...asked, ...first.members].filter(({ name, hasDefault }) => !hasDefault && !isInput(name))
  const inputs = inputNames.length > 0 ? `The inputs are: ${inputNames.join(', ')}.` : 'There are no inputs.'
  if (unknown.length > 0) {
    const names = unknown.map(({ name }) => name)
    const quoted = names.map((name) => `"${name}"`).join(', ')
    const some = names.length > 1 ? `Parameters ${quoted} are not inputs` : `Parameter ${quoted} is not an input`
    const message = `${some}. ${inputs}`
    note('parameter_unknown', message, { parameters: names, inputs: [...inputNames] })
    rememberParameters(message)
  } else if (asked.length === 0 && first.name !== null && !FOR_ALL.test(first.name)) {
    const meant = inputNames.find((input) => isSlip(toPlain(input), toPlain(String(first.name))))
    if (meant !== undefined) {
      const name = `\`${first.name}\``
      rememberParameters(`${name} is no input, so it holds all inputs as one object. Did you mean \`${meant}\`?`)
    }
  }
}

/** @param {string} name */
const toPlain = (name) => name.toLowerCase().replace(/_/g, '')

module.exports = { parseInputs, bindArguments }
