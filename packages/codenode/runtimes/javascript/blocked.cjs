// @ts-check
'use strict'

// Recognises an error that is the sandbox's refusal, and tells what was tried.
const { isAbsolute } = require('node:path')
const { read } = require('./errors.cjs')
const { isMadeByProgram } = require('./stacks.cjs')
const { isInTmp } = require('./tmp.cjs')

/** @typedef {import('./program.cjs').Program} Program */
/** @typedef {'network' | 'file' | 'process' | 'other'} Operation */
/** @typedef {{ operation: Operation, what: string, because: string }} Blocked */

const REFUSED = new Set(['EPERM', 'EACCES', 'ENOSYS', 'EROFS'])
/** How a refused network shows: look-ups of names fail for want of a socket. */
const NETWORK_CODES = /^(EAI_\w+|ENOTFOUND|ENETUNREACH|ENETDOWN|EHOSTUNREACH|EAFNOSUPPORT)$/
const NETWORK_CALLS =
  /^(connect|listen|bind|socket|send\w*|recv\w*|get(addr|name)info|getHostByAddr|query[A-Z]\w*|addMembership)$/
const PROCESS_CALLS = /^(spawn|uv_spawn|fork|exec|kill|uv_kill|set(uid|gid|euid|egid|groups)|initgroups)/
const OTHER_CALLS = /^(uv_|set|sched_|ioctl|pthread|inspector$)/
const VERBS = /** @type {Record<string, string>} */ ({
  scandir: 'list',
  opendir: 'list',
  stat: 'look at',
  lstat: 'look at',
  statx: 'look at',
  access: 'look at',
  unlink: 'delete',
  rm: 'delete',
  rmdir: 'delete',
  mkdir: 'create',
  mkdtemp: 'create',
  copyfile: 'copy',
  chdir: 'change to',
})
const BECAUSE = Object.freeze({
  network: 'but the sandbox has no network access',
  file: 'but the sandbox blocks access to files',
  process: 'but the sandbox blocks starting and signalling processes',
  other: 'but the sandbox blocks that',
})
const MAX_DEPTH = 8
const MAX_WHAT = 300

/**
 * Looks through `cause` and `errors` too, since an HTTP client wraps the refusal; but what the program itself throws while
 * it handles one is its own.
 * @param {unknown} error
 * @param {Program} program
 * @returns {Blocked | null}
 */
function blockedOperation(error, program, depth = 0) {
  if (typeof error !== 'object' || error === null || depth > MAX_DEPTH) return null
  const own = ofSystemError(error)
  // Who made it is known when its stack has been written.
  if (read(error, 'stack') && isMadeByProgram(error)) return null
  const errors = read(error, 'errors')
  for (const inner of [read(error, 'cause'), ...(Array.isArray(errors) ? errors.slice(0, MAX_DEPTH) : [])]) {
    // The innermost error knows best what was tried.
    const deeper = blockedOperation(inner, program, depth + 1)
    if (deeper) return deeper
  }
  return own
}

/**
 * @param {object} error
 * @returns {Blocked | null}
 */
function ofSystemError(error) {
  const code = String(read(error, 'code') ?? '')
  const syscall = String(read(error, 'syscall') ?? '')
  const operation = operationOf(error, code, syscall)
  if (operation === null) return null
  const tell = { network: networkTarget, process: processTarget, file: fileTarget, other: otherTarget }
  return { operation, what: tell[operation](error, syscall, code).slice(0, MAX_WHAT), because: BECAUSE[operation] }
}

/** @type {(error: object, code: string, syscall: string) => Operation | null} */
function operationOf(error, code, syscall) {
  const path = read(error, 'path')
  if (NETWORK_CALLS.test(syscall) || NETWORK_CODES.test(code)) return 'network'
  if (PROCESS_CALLS.test(syscall)) return REFUSED.has(code) || code === 'ENOENT' ? 'process' : null
  // Errors of `os`, whatever the system said.
  if (code === 'ERR_SYSTEM_ERROR' && syscall.startsWith('uv_')) return 'other'
  // The host's files are not there. A relative path was never one of the host's: the program missed a file of its own.
  if (code === 'ENOENT')
    return syscall !== '' && typeof path === 'string' && isAbsolute(path) && !isInTmp(path) ? 'file' : null
  if (!REFUSED.has(code) || syscall === '') return null
  return OTHER_CALLS.test(syscall) ? 'other' : 'file'
}

/** @type {(error: object, syscall: string, code: string) => string} */
function fileTarget(error, syscall, code) {
  const path = read(error, 'path')
  const dest = read(error, 'dest')
  if (syscall === 'open') return `open ${path} for ${code === 'EPERM' || code === 'EROFS' ? 'writing' : 'reading'}`
  if (syscall === 'chdir') return `change to ${dest ?? path}`
  const target = typeof path === 'string' ? ` ${path}${typeof dest === 'string' ? ` to ${dest}` : ''}` : ''
  return `${VERBS[syscall] ?? syscall}${target}`
}

/** @type {(error: object, syscall: string) => string} */
function processTarget(error, syscall) {
  if (syscall.includes('kill')) return 'send a signal to a process'
  if (syscall.startsWith('set') || syscall === 'initgroups') return `change the user (${syscall})`
  const path = read(error, 'path')
  const given = read(error, 'spawnargs')
  const args = Array.isArray(given) ? given.map(String) : []
  if (typeof path !== 'string') return 'start a program'
  // A shell is only the messenger.
  return `start the program "${args[0] === '-c' ? args[1] : [path, ...args].join(' ')}"`
}

/** @type {(error: object, syscall: string) => string} */
function networkTarget(error, syscall) {
  const host = read(error, 'hostname') ?? read(error, 'host') ?? read(error, 'address')
  const port = read(error, 'port')
  const target = `${host ?? ''}${typeof port === 'number' ? `:${port}` : ''}`
  if (syscall === 'listen' || syscall === 'bind') return `listen on ${target || 'a port'}`
  if (/^(get|query)/.test(syscall)) return `look up ${target || 'a host name'}`
  return `connect to ${target || 'the network'}`
}

/** @type {(error: object, syscall: string) => string} */
function otherTarget(_error, syscall) {
  return syscall === 'inspector' ? 'use the debugger (node:inspector)' : `call ${syscall}`
}

module.exports = { blockedOperation }
