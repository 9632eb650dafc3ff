// @ts-check
'use strict'

// A module that is not installed, and the names that are close to it.
const { builtinModules } = require('node:module')
const { read } = require('./errors.cjs')

const CODES = new Set(['MODULE_NOT_FOUND', 'ERR_MODULE_NOT_FOUND', 'ERR_UNKNOWN_BUILTIN_MODULE'])
const QUOTED = /Cannot find (?:module|package) '([^']*)'|No such built-in module: (\S+)/
const BUILTINS = builtinModules.filter((name) => !name.startsWith('_') && !name.includes('/'))
const MAX_CLOSE = 5

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
  return {
    message: `Cannot find module '${module}'. ${reason(module, packageNames)}${suggestion(close, packageNames)}`,
    details: { module, close },
  }
}

/**
 * @param {string} module
 * @param {readonly string[]} packageNames
 */
function reason(module, packageNames) {
  if (/^[./]|^file:/.test(module)) return 'A program is one file and has no files beside it.'
  const [, owner] = /^((?:@[^/]+\/)?[^/]+)\//.exec(module) ?? []
  if (owner !== undefined && packageNames.includes(owner))
    return `The package ${owner} is there, but it has no such file.`
  return module.startsWith('node:')
    ? 'Node has no such module.'
    : `The package ${(owner ?? module).slice(0, 100)} is not installed.`
}

/**
 * @param {string[]} close
 * @param {readonly string[]} packageNames
 */
function suggestion(close, packageNames) {
  if (close.length === 0) return ''
  const named = close.map((name) => (packageNames.includes(name) ? `'${name}'` : `'${name}' (a part of Node)`))
  return ` Did you mean ${named.join(' or ')}?`
}

/**
 * @param {string} module
 * @param {readonly string[]} packageNames
 */
function closeNames(module, packageNames) {
  const wanted = plain(module)
  if (/^[./]/.test(module) || wanted === '') return []
  const most = wanted.length <= 4 ? 1 : wanted.length <= 8 ? 2 : 3
  return [...packageNames, ...BUILTINS]
    .map((name) => ({ name, distance: distanceOf(wanted, plain(name), most) }))
    .filter(({ distance }) => distance <= most)
    .sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1))
    .slice(0, MAX_CLOSE)
    .map(({ name }) => name)
}

/** What people get wrong least: `node:`, a `.js` or `js` behind, capitals, dashes. @param {string} name */
const plain = (name) =>
  name
    .toLowerCase()
    .replace(/^node:/, '')
    .replace(/[-_.]?js$/, '')
    .replace(/[-_.]/g, '')

/**
 * Insertions, deletions, replacements and swapped neighbours; 1 for a name that begins with the other.
 * @param {string} a
 * @param {string} b
 * @param {number} most beyond it the exact figure does not matter
 */
function distanceOf(a, b, most) {
  if (Math.min(a.length, b.length) >= 4 && (a.startsWith(b) || b.startsWith(a)))
    return Math.min(1, Math.abs(a.length - b.length))
  if (Math.abs(a.length - b.length) > most) return most + 1
  let before = /** @type {number[]} */ ([])
  let row = Array.from({ length: b.length + 1 }, (_, at) => at)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1
      next[j] = Math.min(next[j - 1] + 1, row[j] + 1, row[j - 1] + cost)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        next[j] = Math.min(next[j], before[j - 2] + 1)
    }
    before = row
    row = next
  }
  return row[b.length]
}

module.exports = { missingModule }
