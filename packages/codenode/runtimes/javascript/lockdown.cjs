// @ts-check
'use strict'
/**
 * What a forked child gives up before it reads any user data; the twin of runtimes/python/lockdown.py.
 * Every step throws when the kernel refuses it: a child that cannot lock itself down dies unused.
 */

const { getPriority } = require('node:os')
const { setFlagsFromString } = require('node:v8')
const { native, SYS, check, filterArgument } = require('./native.cjs')
const { PARKED_THREADS } = require('./parked-thread.cjs')

const NEWNS = 0x00020000
const NEWUTS = 0x04000000
const NEWIPC = 0x08000000
const NEWUSER = 0x10000000
const NEWPID = 0x20000000
const NEWNET = 0x40000000
const PR = { setPdeathsig: 1, setDumpable: 4, setSeccomp: 22, setNoNewPrivs: 38 }
const RLIMITS = {
  cpu: 0,
  fsize: 1,
  data: 2,
  core: 4,
  nproc: 6,
  nofile: 7,
  memlock: 8,
  as: 9,
  sigpending: 11,
  msgqueue: 12,
  nice: 13,
  rtprio: 14,
}
/** What a zygote cannot take on itself: it has run for longer, keeps more open and has all its children. */
const OWN_LIMITS = ['cpu', 'fsize', 'nofile', 'nproc']
/** Of a file in /tmp, which is bounded itself. */
const LARGE_FILE = 2 ** 40
/**
 * With less than this a run's space for new objects may not grow to eight times its size at the first collection: it would
 * take a hundred megabytes for what is garbage.
 */
const LITTLE_MEMORY = 192 * 2 ** 20
/** Below the service and the zygote, so that a fork never waits for runs; `sandbox/process/priority.ts` lowers it further. */
const NICENESS = 5
const PRIO_PROCESS = 0
const F_DUPFD_CLOEXEC = 1030
const O_PATH_CLOEXEC = 0o10000000 | 0o2000000
/** The network namespace of a socket, as a descriptor. */
const SIOCGSKNS = 0x894c
const READ_FILE = 1 << 2
const READ_DIR = 1 << 3
/** Read, write, list, remove, and make folders, files and symbolic links; from Landlock's ABI 2 and 3 on: */
const CHANGE = (1 << 1) | READ_FILE | READ_DIR | (1 << 4) | (1 << 5) | (1 << 7) | (1 << 8) | (1 << 12)
const MOVE_BETWEEN_FOLDERS = 1 << 13
const TRUNCATE = 1 << 14
const TMP = '/tmp'
/** Each file takes memory of the kernel's beside its content. */
const FILES_PER_MEBIBYTE = 64
const NOSUID_NODEV_NOEXEC = 14

/**
 * Makes a rule set: it handles all that this kernel knows, allows reading `readable`, and making and changing files below
 * `writable`.
 * @param {readonly string[]} readable
 * @param {readonly string[]} writable
 */
function buildLandlock(readable, writable) {
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
  const change = CHANGE | (abi >= 2 ? MOVE_BETWEEN_FOLDERS : 0) | (abi >= 3 ? TRUNCATE : 0)
  for (const path of [...readable, ...writable]) {
    const fd = check(native.open(path, O_PATH_CLOEXEC), `open ${path}`)
    const rule = Buffer.alloc(12)
    const read = isDirectory(path) ? READ_FILE | READ_DIR : READ_FILE
    rule.writeBigUInt64LE(BigInt(writable.includes(path) ? change : read), 0)
    rule.writeInt32LE(fd, 8)
    check(Number(native.landlockAdd(SYS.landlockAdd, ruleset, 1, rule, 0)), `landlock rule for ${path}`)
    native.close(fd)
  }
  // Far above what a child keeps, so that it can close everything around it in two calls.
  const high = check(native.fcntl(ruleset, F_DUPFD_CLOEXEC, 512), 'fcntl(F_DUPFD)')
  native.close(ruleset)
  return { fd: high, abi }
}

/**
 * In the child, while it has the zygote's capability: a /tmp of its own, in memory, which ends with it. In a user namespace
 * of its own, in which it has no user id, it could make no file there.
 * @param {number} bytes
 * @param {number | undefined} uid
 */
function mountTmp(bytes, uid) {
  check(native.unshare(NEWNS), 'unshare(mount)')
  const files = Math.max(1, bytes / 2 ** 20) * FILES_PER_MEBIBYTE
  const owner = uid === undefined ? '' : `,uid=${uid},gid=${uid}`
  const options = `size=${bytes},nr_inodes=${files},mode=0700${owner}`
  check(native.mount('tmpfs', TMP, 'tmpfs', NOSUID_NODEV_NOEXEC, options), 'mount(/tmp)')
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
 * @typedef {{ namespaces: boolean, readable: string[], landlock: number, landlockAbi: number, program: Buffer, pidOffsets: number[], filter: Buffer,
 *   programWithTmp: Buffer | null, filterWithTmp: Buffer | null,
 *   noCapabilities: [header: Buffer, sets: Buffer], held: { shared: string, own: string }, rlimits: Record<string, number>,
 *   memoryBytes: number, niceness: number }} Policy the filters hold only
 *   the addresses of the programs; `held`: the layers as `hello` names them, in JSON, without and with a user id of the
 *   run's own; `memoryBytes`: what the server allows a run to add; with the rlimits it gives the zygote's own size
 */

/** @typedef {{ program: string, pidOffsets: number[] }} Filter */

/**
 * In the zygote: what `sandbox/control.ts` sends in `start`, prepared once so that a child only has to apply it.
 * @param {{ namespaces: boolean, readable: string[], seccomp: Filter, seccompWithTmp: Filter | null }} start
 * @returns {Policy}
 */
function buildPolicy({ namespaces, readable, seccomp, seccompWithTmp }) {
  check(native.prctl(PR.setNoNewPrivs, 1, 0, 0, 0), 'prctl(NO_NEW_PRIVS)') // its children inherit it
  const landlock = buildLandlock(readable, [])
  const program = programOf(seccomp, namespaces)
  // Where there is a /tmp there are namespaces.
  const programWithTmp = seccompWithTmp && programOf(seccompWithTmp, true)
  const header = Buffer.alloc(8)
  header.writeUInt32LE(0x20080522, 0)
  /** @type {Record<string, string>} */
  const held = { landlock: `abi ${landlock.abi}`, seccomp: 'filter', capabilities: 'none', rlimits: 'set' }
  if (namespaces) held.namespaces = 'user pid net ipc uts mount cgroup'
  return {
    namespaces,
    readable,
    landlock: landlock.fd,
    landlockAbi: landlock.abi,
    program,
    pidOffsets: seccomp.pidOffsets,
    filter: filterArgument(program),
    programWithTmp,
    filterWithTmp: programWithTmp && filterArgument(programWithTmp),
    noCapabilities: [header, Buffer.alloc(24)],
    held: { shared: JSON.stringify(held), own: JSON.stringify({ ...held, uid: 'own' }) },
    rlimits: {},
    memoryBytes: 0,
    // Not above the zygote's own.
    niceness: Math.max(NICENESS, getPriority()),
  }
}

/**
 * @param {Filter} filter
 * @param {boolean} isFirst the child is pid 1 of a namespace
 */
function programOf({ program, pidOffsets }, isFirst) {
  const bytes = Buffer.from(program, 'base64')
  if (isFirst) setPid(bytes, pidOffsets, 1)
  return bytes
}

/**
 * The filter lets a run send signals to itself alone.
 * @param {Buffer} program
 * @param {number[]} pidOffsets
 * @param {number} pid
 */
function setPid(program, pidOffsets, pid) {
  for (const offset of pidOffsets) program.writeInt32LE(pid, offset)
}

/**
 * In the zygote, before the first fork: it takes on the limits that do not hinder itself, for its children to inherit.
 * @param {Policy} policy
 * @param {Record<string, number>} rlimits
 * @param {number} memoryBytes
 */
function limit(policy, rlimits, memoryBytes) {
  Object.assign(policy, { rlimits, memoryBytes })
  for (const [name, value] of Object.entries(rlimits)) if (!OWN_LIMITS.includes(name)) setLimit(name, value)
}

/**
 * In the child: applies every layer and returns what holds, as JSON.
 * @param {Policy} policy
 * @param {number | undefined} uid
 * @param {number} tmpBytes the size of its /tmp, 0 for none
 */
function lockDown(policy, uid, tmpBytes) {
  const { landlock, filter } = tmpBytes > 0 ? makeTmp(policy, uid, tmpBytes) : policy
  if (uid !== undefined) {
    check(native.setgroups(0, null), 'setgroups')
    check(native.setresgid(uid, uid, uid), 'setresgid')
    check(native.setresuid(uid, uid, uid), 'setresuid')
  }
  if (policy.namespaces) check(native.unshare(NEWUSER | NEWIPC | NEWUTS), 'unshare(user, ipc, uts)')
  for (const name of OWN_LIMITS) {
    const value = name === 'fsize' && tmpBytes > 0 ? LARGE_FILE : policy.rlimits[name]
    if (value !== undefined) setLimit(name, value)
  }
  check(native.setpriority(PRIO_PROCESS, 0, policy.niceness), 'setpriority')
  check(native.prctl(PR.setPdeathsig, 9, 0, 0, 0), 'prctl(PDEATHSIG)')
  check(native.prctl(PR.setDumpable, 0, 0, 0, 0), 'prctl(DUMPABLE)')
  check(native.capset(...policy.noCapabilities), 'capset') // this empties the ambient set, too
  check(Number(native.landlockRestrict(SYS.landlockRestrict, landlock, 0)), 'landlock_restrict_self')
  native.close(policy.landlock)
  if (landlock !== policy.landlock) native.close(landlock)
  if (!policy.namespaces) {
    setPid(policy.program, policy.pidOffsets, native.getpid())
    leaveFolder()
  }
  check(native.prctlFilter(PR.setSeccomp, 2, filter, 0, 0), 'prctl(SECCOMP)')
  return uid === undefined ? policy.held.shared : policy.held.own
}

/**
 * @param {Policy} policy
 * @param {number | undefined} uid
 * @param {number} bytes
 */
function makeTmp({ readable, filterWithTmp }, uid, bytes) {
  if (filterWithTmp === null) throw new Error('no run may have a /tmp')
  mountTmp(bytes, uid)
  return { landlock: buildLandlock(readable, [TMP]).fd, filter: filterWithTmp }
}

/** Away from the host's folder that holds its socket: a run is not to learn its name, nor Node to look for files in it. */
function leaveFolder() {
  process.chdir('/')
}

/**
 * In the child, with the program: a node's own limits, never above the server's. The kernel refuses raising them.
 * @param {Policy} policy
 * @param {{ cpuSeconds: number, memoryBytes: number, threads: number, openFiles: number }} asked
 */
function lowerLimits(policy, asked) {
  const less = policy.memoryBytes - Math.min(policy.memoryBytes, asked.memoryBytes)
  const threads = asked.threads + (policy.namespaces ? PARKED_THREADS : 0)
  /** @type {Record<string, number>} */
  const wanted = { cpu: asked.cpuSeconds, nproc: threads, nofile: asked.openFiles }
  for (const [name, value] of Object.entries(policy.rlimits)) {
    const limit = name === 'data' ? value - less : Math.min(value, wanted[name] ?? value)
    if (limit !== value) setLimit(name, limit)
  }
  if (asked.memoryBytes < LITTLE_MEMORY) setFlagsFromString('--semi-space-growth-factor=2')
}

/**
 * @param {string} name
 * @param {number} value
 */
function setLimit(name, value) {
  const limit = Buffer.alloc(16)
  for (const at of [0, 8]) {
    limit.writeUInt32LE(value % 2 ** 32, at)
    limit.writeUInt32LE(Math.floor(value / 2 ** 32), at + 4)
  }
  check(native.setrlimit(RLIMITS[/** @type {keyof RLIMITS} */ (name)], limit), `setrlimit(${name})`)
}

module.exports = {
  buildPolicy,
  enterNetworkNamespace,
  makeNetworkNamespace,
  leavePidNamespace,
  limit,
  lockDown,
  lowerLimits,
}
