// @ts-check
'use strict'

// What is wrong with a result, and where in it.
const { Failure } = require('./failure.cjs')
const { FOLLOW_THE_MESSAGE, NOT_SERIALIZABLE, hintForResult } = require('./hints.cjs')
const { note } = require('./notices.cjs')

/** @typedef {{ path: string, found: string, hint: string }} Problem */

const { stringify } = JSON
const NAMED_PROBLEMS = 10
const NAMED_PLACES = 10
const MAX_NAMED_PATH = 150
const MAX_PATH = 300
const IDENTIFIER = /^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u

/**
 * `outputs.rows[3]["odd key"]`, for the containers on the way and the member that each is at.
 * @param {{ keys: string[] | null, index: number }[]} way
 */
function pathOf(way) {
  const text = `outputs${way.map(stepOf).join('')}`
  return text.length <= MAX_PATH ? text : `${text.slice(0, MAX_PATH / 2)}…${text.slice(-MAX_PATH / 2)}`
}

/** @param {{ keys: string[] | null, index: number }} container */
function stepOf({ keys, index }) {
  if (keys === null) return `[${index - 1}]`
  const key = keys[index - 1] ?? ''
  return IDENTIFIER.test(key) ? `.${key}` : `[${stringify(key)}]`
}

/** @param {Problem[]} problems */
function notSerializable(problems) {
  const sentences = problems.slice(0, NAMED_PROBLEMS).map(({ path, found, hint }) => `${path} is ${found}${hint}`)
  if (problems.length > NAMED_PROBLEMS) sentences.push(`and ${problems.length - NAMED_PROBLEMS} more`)
  return new Failure('result_not_serializable', {
    message: `main returned values that cannot become JSON: ${sentences.join('; ')}.`,
    details: { problems: problems.map(({ path, found }) => ({ path, found })) },
    // Where each says itself what to write, general advice would only contradict it.
    hint: problems.every(({ hint }) => hint !== '') ? FOLLOW_THE_MESSAGE : NOT_SERIALIZABLE,
  })
}

/** Where the same thing was done to a result: the first ten places, and how many there are. */
class Places {
  /** @type {string[]} */
  #paths = []
  #count = 0

  /** @param {() => string} makePath */
  add(makePath) {
    if (this.#count++ < NAMED_PLACES) this.#paths.push(makePath())
  }

  /**
   * One warning for all of them, if there are any.
   * @param {string} code
   * @param {{ one: string, many: string }} said what became of one place, and of many
   */
  note(code, { one, many }) {
    const [first] = this.#paths
    if (first === undefined) return
    const rest = this.#count - this.#paths.length
    const places = `${this.#paths.map(shorten).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`
    note(code, `${places} ${this.#count === 1 ? one : many}.`, { path: first, paths: this.#paths, count: this.#count })
  }
}

/** @param {string} path */
const shorten = (path) => (path.length <= MAX_NAMED_PATH ? path : `${path.slice(0, MAX_NAMED_PATH - 1)}…`)

/**
 * @param {string} found
 * @param {unknown} result
 */
function notObject(found, result) {
  const advice = found === 'undefined' ? ' Does every path through main end with a return?' : ''
  const message = `main returned ${found}: it must return an object with the declared outputs.${advice}`
  return new Failure('result_not_object', { message, details: { found }, hint: hintForResult(result) })
}

module.exports = { notObject, notSerializable, pathOf, Places }
