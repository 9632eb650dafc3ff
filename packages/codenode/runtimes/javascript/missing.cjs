// @ts-check
'use strict'

// A module that is not installed, and the names that are close to it.
const { builtinModules } = require('node:module')
const { read } = require('./errors.cjs')

const CODES = new Set(['MODULE_NOT_FOUND', 'ERR_MODULE_NOT_FOUND', 'ERR_UNKNOWN_BUILTIN_MODULE'])
const QUOTED = /Cannot find (?:module|package) '([^']*)'|No such built-in module: (\S+)/
const BUILTINS = builtinModules.filter((name) => !name.startsWith('_') && !name.includes('/'))
const MAX_CLOSE = 5
const SHORTEST = 4
/** A short name with another letter is often another package. */
const SHORTEST_BUILTIN = 6

/**
 * @param {unknown} error
 * @param {readonly string[]} packageNames what is installed
 */
function missingModule(error, packageNames) {
  if (!CODES.has(String(read(error, 'code')))) return null
  const match = QUOTED.exec(String(read(error, 'message')))
  if (!match) return null
  const module = match[1] ?? match[2]
  const close = closeNames(module, packageNames)
  const { text, hint } = reason(module, packageNames)
  const meant = close.length > 0 ? ` Did you mean ${close.map((name) => `'${name}'`).join(' or ')}?` : ''
  const own = close.length > 0 ? `Import \`${close[0]}\` if it is meant.` : null
  const said = [own, hint].filter((it) => it !== null).join(' ')
  return { message: `Cannot find module '${module}'. ${text}${meant}`, hint: said, details: { module, close } }
}

/**
 * @param {string} module
 * @param {readonly string[]} packageNames
 * @returns {{ text: string, hint: string | null }}
 */
function reason(module, packageNames) {
  if (/^[./]|^file:/.test(module)) {
    return {
      text: 'A program is one file and has no files beside it.',
      hint: 'Write all functions into this one program, or import a package.',
    }
  }
  const [, owner] = /^((?:@[^/]+\/)?[^/]+)\//.exec(module) ?? []
  if (owner !== undefined && packageNames.includes(owner))
    return {
      text: `The package ${owner} is there, but it has no such file.`,
      hint: `Look up in the docs of ${owner} where it is.`,
    }
  if (module.startsWith('node:')) return { text: 'Node has no such module.', hint: null }
  const name = (owner ?? module).slice(0, 100)
  return {
    text: `The package ${name} is not installed.`,
    hint: `The operator can add it by \`codenode packages install\`, which installs the standard packages and those in codenode.yaml: \`${name}\` under \`packages.javascript\`.`,
  }
}

/**
 * Names that can be imported and that this one is likely a slip of.
 * @param {string} module
 * @param {readonly string[]} packageNames
 */
function closeNames(module, packageNames) {
  const wanted = plain(module)
  if (/^[./]/.test(module) || wanted === '') return []
  const installed = packageNames.filter((name) => isSlip(wanted, plain(name), SHORTEST))
  const ofNode = BUILTINS.filter((name) => isSlip(wanted, plain(name), SHORTEST_BUILTIN))
  return [...installed, ...ofNode].slice(0, MAX_CLOSE)
}

/** What people get wrong least: `node:`, a `.js` or `js` behind, capitals, dashes. @param {string} name */
const plain = (name) =>
  name
    .toLowerCase()
    .replace(/^node:/, '')
    .replace(/[-_.]?js$/, '')
    .replace(/[-_.]/g, '')

/**
 * Whether one character lacks, is too many or wrong, or two neighbours are swapped. A short name is too soon another one.
 * @param {string} wanted
 * @param {string} name
 * @param {number} shortestReplaced
 */
function isSlip(wanted, name, shortestReplaced = SHORTEST) {
  if (wanted === name) return true
  const [longer, shorter] = wanted.length >= name.length ? [wanted, name] : [name, wanted]
  if (shorter.length < SHORTEST || longer.length - shorter.length > 1) return false
  let at = 0
  while (at < shorter.length && longer[at] === shorter[at]) at++
  if (longer.length > shorter.length) return longer.slice(at + 1) === shorter.slice(at)
  const isSwapped = longer[at] === shorter[at + 1] && longer[at + 1] === shorter[at]
  if (isSwapped && longer.slice(at + 2) === shorter.slice(at + 2)) return true
  return name.length >= shortestReplaced && longer.slice(at + 1) === shorter.slice(at + 1)
}

module.exports = { isSlip, missingModule }
