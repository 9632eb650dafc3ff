// @ts-check
'use strict'

// Runs one program in a forked child: receive it, load it, call `main`, send what it returned.
const { createRequire } = require('node:module')
const { FRAME } = require('./channel.cjs')
const { bindStreams } = require('./console.cjs')
const { toJsonText } = require('./convert.cjs')
const { Ending, watch } = require('./ending.cjs')
const { callMain } = require('./entry.cjs')
const { load, unload } = require('./modules.cjs')
const { writeBigIntsAsNode } = require('./numbers.cjs')
const { makeCode, readRun } = require('./program.cjs')
const { repairBeforePackages, repairChild, repairZygote, startClock } = require('./repair.cjs')
const { writeStacksFor } = require('./stacks.cjs')
const { begin } = require('./watching.cjs')
const { warm, warmOnce } = require('./warm.cjs')

/** @typedef {InstanceType<typeof import('./channel.cjs').Channel>} Channel */
/** @typedef {import('./program.cjs').Program} Program */
/** @typedef {{ packageNames: readonly string[], requireFrom: string, exit: (code: number) => void, require: NodeJS.Require }} Settings */

repairBeforePackages()

/** @type {Settings & { channel: Channel, ending: Ending } | null} */
let prepared = null

/**
 * In the zygote, after the packages have been loaded and before the first fork.
 * @param {{ packageNames: Record<string, string>, requireFrom: string, channel: Channel, exit: (code: number) => void }} options
 *   `packageNames`: name to version of all that is installed; `requireFrom`: the folder that holds `node_modules`;
 *   `channel`: what will be the run channel in the children; `exit`: ends the process at once.
 */
function prepare({ packageNames, requireFrom: folder, channel, exit }) {
  const requireFrom = folder.endsWith('/') ? folder : `${folder}/`
  const require = createRequire(`${requireFrom}main.js`)
  const settings = { packageNames: Object.keys(packageNames), requireFrom, exit, require }
  warm(rehearse(settings))
  repairZygote(requireFrom)
  // All that a child would otherwise do for itself, page by page of memory that is shared until it is written.
  const ending = new Ending(channel, exit)
  bindStreams(channel)
  watch(ending)
  prepared = { ...settings, channel, ending }
}

/**
 * In a child that waits for work: the first run touches the memory that the child shares with the zygote, page by page,
 * and a child has the time for it while nobody waits.
 */
function getReady() {
  if (prepared === null) throw new Error('prepare() comes before getReady()')
  warmOnce(rehearse(prepared))
}

/**
 * In the child. Returns when the program's synchronous part is over; the event loop does the rest.
 * @param {{ pid: number, lowerLimits: (asked: any) => void }} options `pid`: the child's own; `lowerLimits` gets the `limits`
 *   of the run's head
 */
function serve({ pid, lowerLimits }) {
  if (prepared === null) throw new Error('prepare() comes before serve()')
  const { channel, ending } = prepared
  repairChild(pid)
  const { type, payload } = channel.receive()
  if (type !== FRAME.run) return prepared.exit(1)
  const program = readRun(payload, prepared)
  lowerLimits(program.limits)
  startClock()
  begin()
  run(program, prepared, ending)
}

/** A rehearsal ends without ending the process. */
const stay = () => undefined

let rehearsals = 0

/**
 * A run that leaves nothing behind.
 * @param {Settings} settings
 * @returns {(payload: Buffer, channel: Channel) => void}
 */
const rehearse = (settings) => (payload, channel) => {
  // Node keeps each ES module by its name.
  const program = readRun(payload, settings, `rehearsal-${rehearsals++}`)
  run(program, settings, new Ending(channel, stay))
  unload()
}

/**
 * @param {Program} program
 * @param {Settings} settings
 * @param {InstanceType<typeof Ending>} ending
 */
function run(program, { require }, ending) {
  ending.program = program
  writeStacksFor(program)
  if (program.mode === 'script') writeBigIntsAsNode()
  const fail = (/** @type {unknown} */ thrown) => ending.failure(thrown)
  const loadIt = () => {
    makeCode(program)
    return load(program, require)
  }
  const finish = (/** @type {unknown} */ returned) => ending.result(toJsonText(returned))
  const turn = { isNodes: false }
  step(
    loadIt,
    (loaded) => {
      if (program.mode === 'main') step(() => callMain(loaded, program), finish, fail, turn)
    },
    fail,
    turn,
  )
}

/**
 * Does `work` and hands its value on, waiting for it if it is a promise; whatever throws ends the run.
 * @template T
 * @param {() => T | PromiseLike<T>} work
 * @param {(value: T) => void} next
 * @param {(thrown: unknown) => void} fail
 * @param {{ isNodes: boolean }} turn of the event loop: Node's own, in which Node runs what is due, or ours
 */
function step(work, next, fail, turn) {
  try {
    const value = work()
    if (!isThenable(value)) return next(value)
    const goOn = (/** @type {T} */ settled) => {
      turn.isNodes = true
      next(settled)
    }
    Promise.resolve(value).then(goOn).catch(fail)
    // Inside of a turn promises that the program is about to await would count as rejected and not handled.
    if (!turn.isNodes) settle(fail)
  } catch (thrown) {
    fail(thrown)
  }
}

/** Node's own way to run what is due, ticks and promises; taken before user code can replace it. */
const runDue = /** @type {any} */ (process)._tickCallback ?? (() => undefined)

/**
 * Most promises need nothing but their turn: they get it here, before the event loop starts.
 * @param {(thrown: unknown) => void} fail
 */
function settle(fail) {
  // A handler of the program's own must get what a tick throws in the event loop, where Node can go on after it.
  if (process.listenerCount('uncaughtException') > 1) return
  try {
    runDue()
  } catch (thrown) {
    fail(thrown)
  }
}

/** @param {any} value @returns {value is PromiseLike<any>} */
const isThenable = (value) => typeof value === 'object' && value !== null && typeof value.then === 'function'

module.exports = { getReady, prepare, serve }
