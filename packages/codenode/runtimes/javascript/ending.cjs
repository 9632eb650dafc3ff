// @ts-check
'use strict'

// How a run ends: once, by a result, a failure or an exit, and then the process at once.
const { FRAME } = require('./channel.cjs')
const { Failure, failureText } = require('./failure.cjs')
const { replaceStacks } = require('./stacks.cjs')
const { take } = require('./notices.cjs')
const { lineOf, nodesReport } = require('./traceback.cjs')

/** @typedef {InstanceType<typeof import('./channel.cjs').Channel>} Channel */
/** @typedef {import('./program.cjs').Program} Program */

/** Node's own exit code for a top level that never settles. */
const NEVER_SETTLED = 13
const ABORTED = 134

class Ending {
  #isOver = false
  #channel
  #leave
  /** Known as soon as its text has arrived. @type {Program | null} */
  program = null

  /**
   * @param {Channel} channel
   * @param {(code: number) => void} leave ends the process
   */
  constructor(channel, leave) {
    this.#channel = channel
    this.#leave = leave
  }

  get isScript() {
    return this.program?.mode === 'script'
  }

  /** @param {string} json */
  result(json) {
    this.#end(FRAME.result, () => json)
  }

  /** @param {unknown} thrown a Failure, or what the program threw */
  failure(thrown) {
    const program = /** @type {Program} */ (this.program)
    // A program that formats stacks itself has no more say in it; read-only, it keeps it.
    replaceStacks()
    if (!this.isScript) return this.#end(FRAME.failure, () => failureText(thrown, program))
    process.stderr.write(nodesReport(thrown instanceof Failure ? thrown.traceback : thrown, program))
    this.#end(FRAME.exit, () => `{"exitCode":1,"failure":${failureText(thrown, program)}}`)
  }

  /** @param {number} exitCode */
  exit(exitCode) {
    this.#end(FRAME.exit, () => JSON.stringify({ exitCode }))
  }

  /**
   * @param {number} type
   * @param {() => string} makeText runs user code (getters of errors), which may end the run itself
   */
  #end(type, makeText) {
    if (this.#isOver) return
    const text = makeText()
    if (this.#isOver) return
    this.#isOver = true
    try {
      const noticed = take()
      if (noticed !== null) this.#channel.sendText(FRAME.warnings, noticed)
      this.#channel.sendText(type, text)
    } finally {
      this.#leave(0)
    }
  }
}

/**
 * Catches whatever ends a program other than by its result. Handlers that the program adds itself come before ours.
 * @param {Ending} ending
 */
function watch(ending) {
  for (const event of ['uncaughtException', 'unhandledRejection']) {
    process.on(event, (/** @type {unknown} */ thrown) => {
      if (process.listenerCount(event) === 1) ending.failure(thrown)
    })
  }
  process.on('beforeExit', () => {
    if (!ending.isScript)
      ending.failure(
        exited(NEVER_SETTLED, 'main returned a promise that never settles: nothing is left that could settle it.'),
      )
  })
  process.on('exit', function last(code) {
    if (!ending.isScript) return
    // The program's own listeners still run, whatever their place.
    for (const listener of process.listeners('exit')) if (listener !== last) Reflect.apply(listener, process, [code])
    ending.exit(Number(process.exitCode ?? code))
  })
  watchCalls(ending)
}

/** @param {Ending} ending */
function watchCalls(ending) {
  const nodesExit = process.exit
  /** @type {(call: string, code: number) => void} */
  const refuse = (call, code) => {
    const line = lineOf(new Error('for its stack'), /** @type {Program} */ (ending.program))
    ending.failure(exited(code, `The code exited with status ${code} before main returned (process.${call}).`, line))
  }
  Object.assign(process, {
    exit: (/** @type {any} */ code = process.exitCode) =>
      ending.isScript ? nodesExit(code) : refuse(`exit(${code ?? ''})`, Number(code ?? 0)),
    reallyExit: (/** @type {any} */ code = 0) =>
      ending.isScript ? ending.exit(Number(code)) : refuse('reallyExit()', Number(code)),
    abort: () => (ending.isScript ? ending.exit(ABORTED) : refuse('abort()', ABORTED)),
  })
}

/** @type {(exitCode: number, message: string, line?: number | null) => InstanceType<typeof Failure>} */
const exited = (exitCode, message, line = null) => new Failure('code_exited', { message, line, details: { exitCode } })

module.exports = { Ending, watch }
