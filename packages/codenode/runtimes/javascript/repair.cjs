// @ts-check
'use strict'

// A forked child takes over state that must be its own, and a zygote's traces that mean nothing to a program.
const Module = require('node:module')
const v8 = require('node:v8')
const { startClock, replaceClock } = require('./clock.cjs')
const { writeBigInts } = require('./numbers.cjs')
const { replaceRandom } = require('./random.cjs')
const { replaceNetwork } = require('./network.cjs')
const { replaceStacks } = require('./stacks.cjs')
const { noteBlocked, rememberLibraries, watch } = require('./watching.cjs')
const { keepDatabasesInMemory } = require('./sqlite.cjs')

const STACK_FRAMES = 40
/** What a program finds in its environment; it may add to it, which nobody sees. */
const ENVIRONMENT = { LANG: 'C.UTF-8', TZ: process.env.TZ || 'UTC', HOME: '/', TMPDIR: '/tmp' }

/** In the zygote, before any package is loaded. */
function repairBeforePackages() {
  replaceRandom()
  watch()
  writeBigInts()
  dropExperimentalWarnings()
}

/** That a function of Node's is experimental is no concern of the program's, and often it is we who call it. */
function dropExperimentalWarnings() {
  const { emitWarning } = process
  const isOurs = (/** @type {unknown} */ warning, /** @type {any} */ type) =>
    (type?.type ?? type) === 'ExperimentalWarning' && String(warning).includes('experimental feature')
  process.emitWarning = (/** @type {any} */ warning, /** @type {any[]} */ ...rest) => {
    if (!isOurs(warning, rest[0])) emitWarning(warning, ...rest)
  }
}

/** Node reads these figures from /proc, which a run does not have; the largest size so far is the nearest that it can get. */
function replaceMemoryUsage() {
  const rss = () => process.resourceUsage().maxRSS * 1024
  const memoryUsage = () => {
    const { total_heap_size: heapTotal, used_heap_size: heapUsed, external_memory: external } = v8.getHeapStatistics()
    return { rss: rss(), heapTotal, heapUsed, external, arrayBuffers: external }
  }
  Object.defineProperty(process, 'memoryUsage', {
    value: Object.assign(memoryUsage, { rss }),
    writable: true,
    configurable: true,
    enumerable: true,
  })
}

/**
 * In the zygote, after the packages.
 * @param {string} requireFrom
 */
function repairZygote(requireFrom) {
  replaceClock()
  replaceNetwork(noteBlocked)
  rememberLibraries(requireFrom)
  keepDatabasesInMemory()
  replaceMemoryUsage()
  replacePids()
  replaceStacks()
  // Below the user's frames are ours, which tracebacks leave out; they must not use up the limit.
  Error.stackTraceLimit = STACK_FRAMES
  for (const name of Object.keys(process.env)) delete process.env[name]
  Object.assign(process.env, ENVIRONMENT)
  for (const [name, value] of Object.entries({
    execPath: '/usr/bin/node',
    argv: ['/usr/bin/node', `${requireFrom}main.js`],
    execArgv: [],
    title: 'node',
    mainModule: undefined,
  })) {
    Object.defineProperty(process, name, { value, writable: true, configurable: true, enumerable: true })
  }
  hideModules(requireFrom)
}

/**
 * Our modules and koffi leave the cache, so that no program comes across them by chance, and nothing that stays leads to
 * them. Not a wall.
 * @param {string} requireFrom
 */
function hideModules(requireFrom) {
  const cache = /** @type {any} */ (Module)._cache
  const isPackage = (/** @type {unknown} */ path) => String(path).startsWith(`${requireFrom}node_modules/`)
  for (const [path, module] of Object.entries(cache)) {
    if (!isPackage(path) || path.includes('/koffi')) {
      delete cache[path]
      // A module leads to those that it required.
      Object.assign(module, { children: [], exports: {} })
    } else if (module.parent && !isPackage(module.parent.filename)) module.parent = undefined
  }
}

let ownPid = process.pid

function replacePids() {
  Object.defineProperty(process, 'pid', { get: () => ownPid, configurable: true, enumerable: true })
  Object.defineProperty(process, 'ppid', { get: () => 0, configurable: true, enumerable: true })
}

/**
 * In the child, before work arrives.
 * @param {number} pid
 */
function repairChild(pid) {
  // OpenSSL notices a fork by a changed pid. With the zygote's own, all children would draw the same random bytes.
  if (pid === ownPid) throw new Error('the child must not have the pid of the zygote')
  ownPid = pid
}

module.exports = { repairBeforePackages, repairChild, repairZygote, startClock }
