// @ts-check
'use strict'

// Notes what the sandbox blocks, also where the program catches the error. What blocks it is the sandbox.
const childProcess = require('node:child_process')
const dgram = require('node:dgram')
const dns = require('node:dns')
const fs = require('node:fs')
const net = require('node:net')
const path = require('node:path')
const { syncBuiltinESMExports } = require('node:module')
const { refuseConnection, refuseLookUp } = require('./network.cjs')
const { note } = require('./notices.cjs')
const { isCalledByProgram } = require('./stacks.cjs')
const { isTmpAllowed } = require('./tmp.cjs')

/** @typedef {(args: any[], self: any) => string | null} Tell what is tried; null where it is none of these */

const { constants } = fs
const { resolve } = path
const { apply, defineProperty, ownKeys } = Reflect
const { isArray } = Array
const MAX_TEXT = 200
let isOn = false

/** In the zygote, before any package is loaded, since some keep the functions that they find. */
function watch() {
  watchFiles(fs)
  watchFiles(fs.promises)
  watchNetwork()
  const start = (/** @type {string} */ command) => `start the program "${command}"`
  /** @type {Tell} */
  const startFile = ([file, args]) => start([file, ...(isArray(args) ? args : [])].map(textOf).join(' '))
  wrap(childProcess, ['spawnSync', 'execFileSync'], 'process', startFile)
  wrap(childProcess, ['execSync'], 'process', ([command]) => start(textOf(command)))
  wrap(childProcess.ChildProcess.prototype, ['spawn'], 'process', ([{ file, args = [] }]) =>
    // A shell is only the messenger.
    start(textOf(args[1] === '-c' ? args[2] : [file, ...args.slice(1)].map(textOf).join(' '))),
  )
  wrap(process, ['kill'], 'process', ([pid, signal]) => {
    return pid === process.pid || pid === 0 || signal === 0 ? null : `signal the process ${textOf(pid)}`
  })
  syncBuiltinESMExports()
}

/** @type {string[]} */
const libraries = []

/** In the zygote. @param {string} folder that holds `node_modules`, with a slash at its end */
function rememberLibraries(folder) {
  libraries.push(`${folder}node_modules/`, path.join(__dirname, '/'))
}

/** In the child, before the program: all that comes now is the program's act. */
function begin() {
  isOn = true
}

/** @param {object} object `fs`, or its promises */
function watchFiles(object) {
  const both = (/** @type {string[]} */ ...names) => names.flatMap((name) => [name, `${name}Sync`])
  /** @type {(phrase: (args: any[]) => string, place?: number) => Tell} */
  const outside = (phrase, place = 0) => {
    return (args) => (isOutside(args[place]) ? phrase(args) : null)
  }
  /** @type {(args: any[]) => string} */
  const write = ([file]) => `open ${textOf(file)} for writing`
  /** Libraries look for files that may be there and do without them; a program that does so is told. @type {(verb: string) => Tell} */
  const read = (verb) => {
    return ([file]) => (isOutside(file) && !isOfLibrary(file) && isCalledByProgram() ? `${verb} ${textOf(file)}` : null)
  }
  wrap(object, [...both('readFile'), 'createReadStream'], 'file', (args) => {
    const what = read('open')(args, null)
    return what === null ? null : `${what} for reading`
  })
  wrap(object, [...both('readdir', 'opendir'), 'watch', 'watchFile'], 'file', read('list'))
  wrap(
    object,
    both('unlink', 'rmdir', 'rm'),
    'file',
    outside(([file]) => `delete ${textOf(file)}`),
  )
  wrap(
    object,
    both('chmod', 'chown', 'utimes'),
    'file',
    outside(([file]) => `change ${textOf(file)}`),
  )
  wrap(object, [...both('writeFile', 'appendFile', 'truncate'), 'createWriteStream'], 'file', outside(write))
  wrap(object, both('open'), 'file', (args) => (opensToWrite(args[1]) && isOutside(args[0]) ? write(args) : null))
  wrap(
    object,
    both('mkdir', 'mkdtemp'),
    'file',
    outside(([folder]) => `create the folder ${textOf(folder)}`),
  )
  wrap(
    object,
    both('copyFile', 'cp'),
    'file',
    outside(([from, to]) => `copy ${textOf(from)} to ${textOf(to)}`, 1),
  )
  wrap(
    object,
    both('rename'),
    'file',
    outside(([from, to]) => `rename ${textOf(from)} to ${textOf(to)}`, 1),
  )
  wrap(
    object,
    both('symlink', 'link'),
    'file',
    outside(([, link]) => `create the link ${textOf(link)}`, 1),
  )
}

function watchNetwork() {
  const { connect } = net.Socket.prototype
  replace(net.Socket.prototype, 'connect', (/** @type {any} */ self, /** @type {any[]} */ args) => {
    // Made by `net.connect`, they come as one array.
    const [options] = isArray(args[0]) ? args[0] : /** @type {any} */ (net)._normalizeArgs(args)
    const isLocal = typeof options.path === 'string' && options.path !== ''
    noteBlocked('network', isLocal ? options.path : `${options.host ?? 'localhost'}:${options.port}`)
    if (isLocal) return apply(connect, self, args)
    const refusal = refuseConnection(options.host ?? 'localhost', Number(options.port))
    process.nextTick(() => self.destroy(refusal))
    // For what Node makes of a socket that is about to connect: HTTP/2 takes one without for connected. The tick above comes first.
    return apply(connect, self, [{ host: '127.0.0.1', port: 1 }])
  })
  wrap(net.Server.prototype, ['listen'], 'network', (args) => {
    const [options] = /** @type {any} */ (net)._normalizeArgs(args)
    return `listen on ${options.path ?? `${options.host ?? ''}:${options.port ?? 0}`}`
  })
  const port = (/** @type {any[]} */ args) => args.find((arg) => typeof arg === 'number')
  const host = (/** @type {any[]} */ args) => args.find((arg) => typeof arg === 'string') ?? 'localhost'
  // Of a message, what it says comes first.
  wrap(
    dgram.Socket.prototype,
    ['send'],
    'network',
    ([, ...args]) => `${host(args)}:${args.findLast((arg) => typeof arg === 'number')}`,
  )
  wrap(dgram.Socket.prototype, ['connect'], 'network', (args) => `${host(args)}:${port(args)}`)
  wrap(dgram.Socket.prototype, ['bind'], 'network', (args) => `listen on :${port(args) ?? args[0]?.port ?? 0}`)
  for (const name of Object.keys(dns)) {
    if (!/^(lookup|resolve\w*|reverse)$/.test(name)) continue
    const { [name]: ofCallbacks } = /** @type {any} */ (dns)
    const { [name]: ofPromises } = /** @type {any} */ (dns.promises)
    replace(dns, name, (self, args) => {
      const callback = args.at(-1)
      if (typeof callback !== 'function' || !isLookedUp(name, args[0])) return apply(ofCallbacks, self, args)
      noteBlocked('network', textOf(args[0]))
      process.nextTick(callback, refuseLookUp(name, args[0], args[1]))
      return undefined
    })
    replace(dns.promises, name, async (self, args) => {
      if (!isLookedUp(name, args[0])) return await apply(ofPromises, self, args)
      noteBlocked('network', textOf(args[0]))
      throw refuseLookUp(name, args[0], args[1])
    })
  }
}

/** An address is no name, and what is no text is told as ever. @type {(name: string, host: unknown) => boolean} */
const isLookedUp = (name, host) =>
  typeof host === 'string' && host !== '' && (name === 'reverse' ? net.isIP(host) !== 0 : net.isIP(host) === 0)

/**
 * @param {object} object
 * @param {readonly string[]} names of functions; those that the object does not have are passed over
 * @param {string} operation
 * @param {Tell} tell
 */
function wrap(object, names, operation, tell) {
  for (const name of names) {
    const original = /** @type {any} */ (object)[name]
    if (typeof original !== 'function') continue
    replace(object, name, (self, args) => {
      try {
        const what = isOn ? tell(args, self) : null
        if (what !== null) noteBlocked(operation, what)
      } catch {
        // Arguments that are none: the function says so itself.
      }
      return apply(original, self, args)
    })
  }
}

/**
 * @param {object} object
 * @param {string} name
 * @param {(self: any, args: any[]) => unknown} act
 */
function replace(object, name, act) {
  const original = /** @type {any} */ (object)[name]
  const replacement = /** @type {any} */ (
    {
      /** @this {any} @param {any[]} args */
      [name](...args) {
        return act(this, args)
      },
    }[name]
  )
  // Its length, its form for `util.promisify` and the like.
  for (const key of ownKeys(original)) {
    const property = /** @type {PropertyDescriptor} */ (Object.getOwnPropertyDescriptor(original, key))
    if (key !== 'prototype') defineProperty(replacement, key, property)
  }
  const property = /** @type {PropertyDescriptor} */ (Object.getOwnPropertyDescriptor(object, name))
  defineProperty(object, name, { ...property, value: replacement })
}

/** @type {(operation: string, what: string) => void} */
const noteBlocked = (operation, what) => {
  if (isOn) note('operation_blocked', `${operation} was blocked: ${what}`, { operation })
}

/** @param {unknown} flags */
function opensToWrite(flags) {
  if (typeof flags === 'number') return (flags & (constants.O_WRONLY | constants.O_RDWR | constants.O_CREAT)) !== 0
  return typeof flags === 'string' && /[wa+]/.test(flags)
}

/** A path, and not one inside the private /tmp, where a run has one. @param {unknown} target */
function isOutside(target) {
  if (typeof target === 'number' || target === null || (typeof target === 'object' && 'fd' in target)) return false
  return !isTmpAllowed() || !`${resolve(textOf(target))}/`.startsWith('/tmp/')
}

/** What Node and packages are made of is there to be read. @param {unknown} target */
function isOfLibrary(target) {
  const file = resolve(textOf(target))
  return libraries.some((folder) => file.startsWith(folder))
}

/** @param {unknown} value */
function textOf(value) {
  const text =
    value instanceof URL ? value.pathname : typeof value === 'object' && !Buffer.isBuffer(value) ? '…' : String(value)
  return text.slice(0, MAX_TEXT)
}

module.exports = { begin, noteBlocked, rememberLibraries, watch }
