// @ts-check
'use strict'
/**
 * What a forked child gives up before it reads any user data; the twin of runtimes/python/lockdown.py.
 * Every step throws when the kernel refuses it: a child that cannot lock itself down dies unused.
 */

const { native, SYS, check, filterArgument } = require('./native.cjs')

const NEWUTS = 0x04000000
const NEWIPC = 0x08000000
const NEWUSER = 0x10000000
const NEWPID = 0x20000000
const NEWNET = 0x40000000
const PR = { setPdeathsig: 1, setDumpable: 4, setSeccomp: 22, setNoNewPrivs: 38, capAmbient: 47 }
const RLIMITS = {
  cpu: 0,
  fsize: 1,
  data: 2,
  core: 4,
  nproc: 6,
  nofile: 7,
  memlock: 8,
  as: 9,
  msgqueue: 12,
  nice: 13,
  rtprio: 14,
}
const F_DUPFD_CLOEXEC = 1030
const O_PATH_CLOEXEC = 0o10000000 | 0o2000000
/** The network namespace of a socket, as a descriptor. */
const SIOCGSKNS = 0x894c
const READ_FILE = 1 << 2
const READ_DIR = 1 << 3

/**
 * Makes the rule set that every child applies: it handles all that this kernel knows and allows reading `readable`.
 * @param {string[]} readable
 */
function buildLandlock(readable) {
  const abi = Math.max(0, Number(native.landlockCreate(SYS.landlockCreate, null, 0, 1)))
  if (abi === 0) throw new Error('Landlock is not available on this kernel')
  const fileRights = abi < 2 ? 13 : abi < 3 ? 14 : abi < 5 ? 15 : 16
  const attributes = Buffer.alloc(24)
  attributes.writeBigUInt64LE((1n << BigInt(fileRights)) - 1n, 0)
  attributes.writeBigUInt64LE(abi >= 4 ? 3n : 0n, 8)
  attributes.writeBigUInt64LE(abi >= 6 ? 3n : 0n, 16)
  const size = abi < 4 ? 8 : abi < 6 ? 16 : 24
  const ruleset = Number(
    check(Number(native.landlockCreate(SYS.landlockCreate, attributes, size, 0)), 'landlock_create_ruleset'),
  )
  for (const path of readable) {
    const fd = check(native.open(path, O_PATH_CLOEXEC), `open ${path}`)
    const rule = Buffer.alloc(12)
    rule.writeBigUInt64LE(BigInt(isDirectory(path) ? READ_FILE | READ_DIR : READ_FILE), 0)
    rule.writeInt32LE(fd, 8)
    check(Number(native.landlockAdd(SYS.landlockAdd, ruleset, 1, rule, 0)), `landlock rule for ${path}`)
    native.close(fd)
  }
  // Far above what a child keeps, so that it can close everything around it in two calls.
  const high = check(native.fcntl(ruleset, F_DUPFD_CLOEXEC, 512), 'fcntl(F_DUPFD)')
  native.close(ruleset)
  return { fd: high, abi }
}

/** @param {string} path */
function isDirectory(path) {
  return require('node:fs').statSync(path).isDirectory()
}

/**
 * In the zygote, before each fork: the next child becomes pid 1 of a namespace of its own.
 * @param {number} ownPidNamespace a pidfd of the zygote
 */
function leavePidNamespace(ownPidNamespace) {
  check(native.setns(ownPidNamespace, NEWPID), 'setns(own pid namespace)')
  check(native.unshare(NEWPID), 'unshare(pid)')
}

/**
 * In the zygote: a network namespace with nothing in it, not even a working loopback, as a descriptor. A child enters the
 * one of its slot, which takes microseconds; making one takes half a millisecond. Children that are alive at once never
 * share one, and the dead leave nothing in it: nobody has a capability over it.
 */
function makeNetworkNamespace() {
  check(native.unshare(NEWNET), 'unshare(net)')
  const inside = check(native.socket(1, 1, 0), 'socket')
  const namespace = check(native.ioctl(inside, SIOCGSKNS), 'ioctl(SIOCGSKNS)')
  native.close(inside)
  return namespace
}

/** @param {number} namespace */
function enterNetworkNamespace(namespace) {
  check(native.setns(namespace, NEWNET), 'setns(net)')
}

/**
 * @typedef {{ namespaces: boolean, landlock: { fd: number, abi: number }, program: Buffer, pidOffsets: number[],
 *   rlimits: Record<string, number>, memoryBytes: number }} Policy `memoryBytes`: what the server allows a run to add; with
 *   the rlimits it gives the zygote's own size
 */

/**
 * In the child: applies every layer and returns what holds.
 * @param {Policy} policy
 * @param {number | undefined} uid
 */
function lockDown(policy, uid) {
  const { fd, abi } = policy.landlock
  if (uid !== undefined) {
    check(native.setgroups(0, null), 'setgroups')
    check(native.setresgid(uid, uid, uid), 'setresgid')
    check(native.setresuid(uid, uid, uid), 'setresuid')
  }
  if (policy.namespaces) check(native.unshare(NEWUSER | NEWIPC | NEWUTS), 'unshare(user, ipc, uts)')
  for (const [name, value] of Object.entries(policy.rlimits)) setLimit(name, value)
  check(native.prctl(PR.setPdeathsig, 9, 0, 0, 0), 'prctl(PDEATHSIG)')
  check(native.prctl(PR.setDumpable, 0, 0, 0, 0), 'prctl(DUMPABLE)')
  check(native.prctl(PR.setNoNewPrivs, 1, 0, 0, 0), 'prctl(NO_NEW_PRIVS)')
  check(native.prctl(PR.capAmbient, 4, 0, 0, 0), 'prctl(CAP_AMBIENT_CLEAR_ALL)')
  const header = Buffer.alloc(8)
  header.writeUInt32LE(0x20080522, 0)
  check(native.capset(header, Buffer.alloc(24)), 'capset')
  check(Number(native.landlockRestrict(SYS.landlockRestrict, fd, 0)), 'landlock_restrict_self')
  native.close(fd)
  installFilter(policy)
  /** @type {Record<string, string>} */
  const held = { landlock: `abi ${abi}`, seccomp: 'filter', capabilities: 'none', rlimits: 'set' }
  if (policy.namespaces) held.namespaces = 'user pid net ipc uts mount cgroup'
  if (uid !== undefined) held.uid = 'own'
  return held
}

/**
 * In the child, with the program: a node's own limits, never above the server's. The kernel refuses raising them.
 * @param {Policy} policy
 * @param {{ cpuSeconds: number, memoryBytes: number, threads: number, openFiles: number }} asked
 */
function lowerLimits(policy, asked) {
  const less = policy.memoryBytes - Math.min(policy.memoryBytes, asked.memoryBytes)
  /** @type {Record<string, number>} */
  const wanted = { cpu: asked.cpuSeconds, nproc: asked.threads, nofile: asked.openFiles }
  for (const [name, value] of Object.entries(policy.rlimits)) {
    const limit = name === 'data' ? value - less : Math.min(value, wanted[name] ?? value)
    if (limit !== value) setLimit(name, limit)
  }
}

/**
 * @param {string} name
 * @param {number} value
 */
function setLimit(name, value) {
  const limit = Buffer.alloc(16)
  limit.writeBigUInt64LE(BigInt(value), 0)
  limit.writeBigUInt64LE(BigInt(value), 8)
  check(native.setrlimit(RLIMITS[/** @type {keyof RLIMITS} */ (name)], limit), `setrlimit(${name})`)
}

/** @param {Policy} policy */
function installFilter(policy) {
  const ownPid = native.getpid()
  for (const offset of policy.pidOffsets) policy.program.writeInt32LE(ownPid, offset)
  check(native.prctlFilter(PR.setSeccomp, 2, filterArgument(policy.program), 0, 0), 'prctl(SECCOMP)')
}

module.exports = {
  buildLandlock,
  enterNetworkNamespace,
  makeNetworkNamespace,
  leavePidNamespace,
  lockDown,
  lowerLimits,
}
