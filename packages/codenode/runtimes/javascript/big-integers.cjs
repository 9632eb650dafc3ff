// @ts-check
'use strict'

// What to say where a whole number that a double cannot hold, which arrives as a BigInt, is taken for a number.
const { read } = require('./errors.cjs')
const { parseInputs } = require('./inputs.cjs')

/** @typedef {import('./program.cjs').Program} Program */

/** What V8 says where a BigInt stands in for a number, and where a method of numbers is missing. */
const BIGINT_MISUSED =
  /mix BigInt|BigInt value to a number|serialize a BigInt|BigInts have no|\.to(?:Fixed|Precision|Exponential) is not a function/

/**
 * A whole number that a double cannot hold arrives as BigInt, which nothing in the code says.
 * @param {unknown} error
 * @param {Program} program
 */
function adviseBigInt(error, { inputsText, bigIntegers }) {
  if (bigIntegers !== 'bigint' || !(error instanceof TypeError)) return null
  if (!BIGINT_MISUSED.test(String(read(error, 'message')))) return null
  const inputs = parseInputs(inputsText, 'bigint')
  const names = Object.keys(inputs).filter((name) => holdsBigInt(inputs[name]))
  if (names.length === 0) return null
  const shown = names.slice(0, 5).map((name) => `\`${name}\``)
  const list = `${shown.join(', ')}${names.length > shown.length ? ' and others' : ''}`
  const [name] = names
  const convert = names.length === 1 && typeof inputs[name] === 'bigint' ? `Number(${name})` : 'Number(x)'
  return (
    `The input${names.length === 1 ? '' : 's'} ${list} hold${names.length === 1 ? 's' : ''} a whole number beyond 2^53, ` +
    `which arrives as a BigInt: write \`${convert}\` of it for an ordinary, rounded number, or set \`bigIntegers: number\` on the node.`
  )
}

/** @param {unknown} root */
function holdsBigInt(root) {
  const open = [root]
  while (open.length > 0) {
    const value = open.pop()
    if (typeof value === 'bigint') return true
    // No spread: a list can have a million members.
    if (typeof value === 'object' && value !== null) for (const member of Object.values(value)) open.push(member)
  }
  return false
}

module.exports = { adviseBigInt }
