// @ts-check
'use strict'
/**
 * The JavaScript zygote: warms an interpreter, then forks one child for each run. It never sees user data.
 * Started by `sandbox/zygote.ts`; the messages are in docs/protocol.md. Descriptor 3 is the control channel.
 * It uses blocking calls only: a timer or handle of the zygote's would fire in every child.
 */

const fs = require('node:fs')
const { createRequire } = require('node:module')
const v8 = require('node:v8')
const { native, SYS, check, errno, forgetNative } = require('./native.cjs')
const lockdown = require('./lockdown.cjs')
const memory = require('./memory.cjs')
const descriptors = require('./descriptors.cjs')
const { parkThread, prepareParking } = require('./parked-thread.cjs')
const { Channel, FRAME } = require('./channel.cjs')
const harness = require('./harness.cjs')
const { usePackages } = require('./first-use.cjs')
const usage = require('./usage.cjs')
const { reseed } = require('./random.cjs')
const { allowTmp } = require('./tmp.cjs')

/** In the zygote; in a child the same number is the run channel. */
const CONTROL_FD = 3
const RUN_FD = 3
const runChannel = new Channel(RUN_FD)
const rawChannels = /** @type {const} */ ([new Channel(1), new Channel(2)])
const AF_UNIX = 1
const SOCK_STREAM = 1
const POLLIN = 1
const SIGKILL = 9

/** @type {Map<string, { pid: number, pidfd: number }>} */
const children = new Map()
/** @type {Map<number, number>} slot → its network namespace */
const networks = new Map()
let pending = Buffer.alloc(0)
// Used again and again: what a zygote leaves behind, every child inherits.
const chunk = Buffer.alloc(65536)
const status = Buffer.alloc(4)
const seed = Buffer.alloc(4)

/** @param {object} message */
function say(message) {
  fs.writeSync(CONTROL_FD, `${JSON.stringify(message)}\n`)
}

/** Reads once; false when the host has closed the channel. */
function readMore() {
  const count = fs.readSync(CONTROL_FD, chunk)
  pending = Buffer.concat([pending, chunk.subarray(0, count)])
  return count > 0
}

function takeLine() {
  const end = pending.indexOf(10)
  if (end < 0) return undefined
  const line = pending.subarray(0, end).toString()
  pending = pending.subarray(end + 1)
  return JSON.parse(line)
}

/** Blocks for one message; undefined when the host has closed the channel. */
function waitForLine() {
  for (;;) {
    const line = takeLine()
    if (line) return line
    if (!readMore()) return undefined
  }
}

/** @param {any} start */
function warm(start) {
  // Our own code is compiled whole by now (`--no-lazy`), so that no child compiles it; packages are as usual.
  v8.setFlagsFromString('--lazy')
  const release = memory.gatherHeap()
  const requireUser = createRequire(start.requireFrom)
  const preloaded = []
  const preloadFailed = []
  for (const name of start.preload) {
    try {
      requireUser(name)
      preloaded.push(name)
    } catch (error) {
      preloadFailed.push({ name, message: String(error).slice(0, 500) })
    }
  }
  preloadFailed.push(...usePackages(requireUser, preloaded))
  memory.compactHeap()
  harness.prepare({ packageNames: start.packages, requireFrom: start.requireFrom, channel: runChannel, exit: leave })
  release()
  return { version: process.versions.node, preloaded, preloadFailed }
}

const { readSync } = fs
/** All that is left of the system's functions when the program starts. */
const { exit } = native

/**
 * In a child whose last frame is sent: the host reads what the run has used from the kernel, then has the process killed,
 * so its end costs nobody time.
 * @param {number} code if the host is gone
 */
function leave(code) {
  try {
    while (readSync(RUN_FD, Buffer.alloc(64)) > 0);
  } catch {
    // The program closed or replaced the descriptor: there is nothing left to wait for.
  }
  exit(code)
}

/**
 * The `struct sockaddr_un` of the host's socket.
 * @param {string} path
 */
function buildAddress(path) {
  const address = Buffer.alloc(2 + Buffer.byteLength(path) + 1)
  address.writeUInt16LE(AF_UNIX, 0)
  address.write(path, 2)
  return address
}

/**
 * Connects to the host, as the descriptor `number`.
 * @param {Buffer} address
 * @param {number} number
 */
function connect(address, number) {
  const fd = check(native.socket(AF_UNIX, SOCK_STREAM, 0), 'socket')
  check(native.connect(fd, address, address.length), 'connect to the host')
  check(native.dup2(fd, number), 'dup2')
  native.close(fd)
}

/**
 * What a fork needs; made once.
 * @typedef {{ address: Buffer, policy: lockdown.Policy, ownPidNamespace: number, loop: number[],
 *   parking: import('./parked-thread.cjs').Parking | null }} Zygote `parking`: null where children share the zygote's pid
 *   namespace, in which no thread gets its number
 */

/**
 * Turns the fork into a locked-down child with the descriptors of its event loop and four more: 0 empty, 1 and 2 raw
 * output, 3 the run channel.
 * @param {Zygote} zygote
 * @param {{ fork: string, slot: number, uid?: number, spare: boolean, tmpBytes?: number }} order
 */
function becomeChild({ address, policy, loop, parking }, { fork: child, slot, uid, spare, tmpBytes = 0 }) {
  const network = networks.get(slot)
  if (network !== undefined) lockdown.enterNetworkNamespace(network)
  descriptors.closeAllBut([...loop, policy.landlock])
  descriptors.emptyInput()
  check(native.uvLoopFork(native.uvDefaultLoop()), 'uv_loop_fork')
  connect(address, RUN_FD)
  connect(address, 1)
  rawChannels[0].sendText(FRAME.hello, `{"child":"${child}","stream":"stdout"}`)
  connect(address, 2)
  rawChannels[1].sendText(FRAME.hello, `{"child":"${child}","stream":"stderr"}`)
  const layers = lockdown.lockDown(policy, uid, tmpBytes)
  if (parking) parkThread(parking)
  if (spare) harness.getReady()
  if (tmpBytes > 0) allowTmp()
  native.getrusage(usage.SELF, usage.struct)
  const baseline = `{"cpuUs":${usage.readCpuUs()},"maxRssKb":${usage.readMaxRssKb()}}`
  runChannel.sendText(FRAME.hello, `{"child":"${child}","stream":"channel","layers":${layers},"baseline":${baseline}}`)
  return true
}

/**
 * Forks; returns true in the child.
 * @param {Zygote} zygote
 * @param {{ fork: string, slot: number, uid?: number, spare: boolean, tmpBytes?: number }} order
 */
function fork(zygote, order) {
  const child = order.fork
  let pid
  try {
    if (zygote.policy.namespaces) {
      if (!networks.has(order.slot)) networks.set(order.slot, lockdown.makeNetworkNamespace())
      lockdown.leavePidNamespace(zygote.ownPidNamespace)
    }
    check(Number(native.getrandom(seed, seed.length, 0)), 'getrandom')
    reseed(seed.readUInt32LE(0))
    pid = check(native.fork(), 'fork')
  } catch (error) {
    say({ failed: { id: child, message: String(error) } })
    return undefined
  }
  if (pid === 0) {
    try {
      return becomeChild(zygote, order)
    } catch (error) {
      fs.writeSync(2, `child ${child} could not be locked down: ${error}\n`)
      native.exit(70)
    }
  }
  const pidfd = Number(native.pidfdOpen(SYS.pidfdOpen, pid, 0))
  children.set(child, { pid, pidfd })
  return undefined
}

/** @param {string} id */
function reap(id) {
  const child = /** @type {{ pid: number, pidfd: number }} */ (children.get(id))
  children.delete(id)
  while (native.wait4(child.pid, status, 0, usage.struct) < 0 && errno() === 4);
  native.close(child.pidfd)
  const word = status.readInt32LE(0)
  const signal = word & 0x7f
  say({
    exited: {
      id,
      exitCode: signal === 0 ? (word >> 8) & 0xff : null,
      signal: signal === 0 ? null : signal,
      cpuUs: usage.readCpuUs(),
      maxRssKb: usage.readMaxRssKb(),
    },
  })
}

/** Waits for the host or for a child's end; returns what is ready. */
function poll() {
  const ids = [...children.keys()]
  const fds = Buffer.alloc(8 * (ids.length + 1))
  fds.writeInt32LE(CONTROL_FD, 0)
  fds.writeInt16LE(POLLIN, 4)
  ids.forEach((id, index) => {
    fds.writeInt32LE(/** @type {{ pidfd: number }} */ (children.get(id)).pidfd, 8 * (index + 1))
    fds.writeInt16LE(POLLIN, 8 * (index + 1) + 4)
  })
  native.poll(fds, ids.length + 1, -1)
  return {
    control: fds.readInt16LE(6) !== 0,
    ended: ids.filter((_, index) => fds.readInt16LE(8 * (index + 1) + 6) !== 0),
  }
}

/**
 * The zygote's life: returns `child` in each child, `end` when the zygote must end.
 * @param {Zygote} zygote
 */
function serve(zygote) {
  for (;;) {
    for (let message = takeLine(); message; message = takeLine()) {
      if (message.fork !== undefined) {
        if (fork(zygote, message)) return 'child'
      } else if (message.kill !== undefined) {
        const child = children.get(message.kill)
        if (child) native.pidfdSendSignal(SYS.pidfdSendSignal, child.pidfd, SIGKILL, null, 0)
      }
    }
    const { control, ended } = poll()
    for (const id of ended) reap(id)
    if (control && !readMore()) return 'end'
  }
}

function end() {
  for (const [id, child] of children) {
    native.pidfdSendSignal(SYS.pidfdSendSignal, child.pidfd, SIGKILL, null, 0)
    reap(id)
  }
}

/**
 * @param {any} start
 * @returns {Zygote}
 */
function prepare(start) {
  for (const fd of start.inherited) native.close(fd)
  const loop = descriptors.findLoopDescriptors()
  const policy = lockdown.buildPolicy(start)
  const ownPidNamespace = start.namespaces ? Number(native.pidfdOpen(SYS.pidfdOpen, process.pid, 0)) : -1
  const parking = start.namespaces ? prepareParking(process.pid) : null
  return { address: buildAddress(start.socket), policy, ownPidNamespace, loop, parking }
}

/** In a frame of its own, which ends and then holds nothing. */
function ownPid() {
  return native.getpid()
}

function main() {
  const first = waitForLine()
  if (!first) return
  /** @type {Zygote} */
  let zygote
  try {
    zygote = prepare(first.start)
    say({ warmed: { ...warm(first.start), landlockAbi: zygote.policy.landlockAbi } })
  } catch (error) {
    say({ refused: { message: String(error) } })
    return
  }
  const serving = waitForLine()
  if (!serving) return
  const { rlimits, memoryBytes, hugeData, hugeCode } = serving.serve
  memory.collapse(hugeData)
  memory.copyCode(hugeCode)
  lockdown.limit(zygote.policy, rlimits, memoryBytes)
  if (serve(zygote) === 'end') return end()
  const lowerLimits = (/** @type {any} */ asked) => {
    lockdown.lowerLimits(zygote.policy, asked)
    forgetNative()
  }
  harness.serve({ pid: ownPid(), lowerLimits })
}

main()
