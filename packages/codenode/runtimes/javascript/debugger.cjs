// @ts-check
'use strict'
/**
 * The debugger of Node sees the whole heap of its thread, and that of the main thread from any other. A program has no use
 * for it, so what it consists of refuses. This file is loaded in front of everything, in the zygote and in each thread that
 * a program starts, by a `--require` of Node's that threads inherit. A courtesy and a hindrance, not a wall.
 */

const threads = require('node:worker_threads')

/** What opens a session or a port, in Node's own binding. */
const OPENERS = ['Connection', 'MainThreadConnection', 'open', 'callAndPauseOnStart', 'waitForDebugger']

/** A function that `new` may be called with, as the classes that it stands for. */
function refuse() {
  throw Object.assign(new Error('the sandbox blocks the debugger'), { code: 'EPERM', syscall: 'inspector' })
}

function refuseDebugger() {
  const binding = /** @type {any} */ (process).binding('inspector')
  for (const name of OPENERS) if (name in binding) binding[name] = refuse
  // Node's module took its own references if something loaded it before: NODE_OPTIONS can name it.
  if (/** @type {any} */ (process).moduleLoadList.includes('NativeModule inspector')) replaceLoaded()
}

function replaceLoaded() {
  const inspector = require('node:inspector')
  Object.assign(inspector.Session.prototype, { connect: refuse, connectToMainThread: refuse })
  Object.assign(inspector, { open: refuse, waitForDebugger: refuse })
  require('node:module').syncBuiltinESMExports()
}

/** Threads inherit our `--require` unless they are given options or an environment of their own. */
const OWN_OPTIONS = ['--no-warnings', '--require', __filename]

function guardWorkers() {
  const { Worker } = threads
  /** @type {(options: any) => any} */
  const withOwnOptions = (options) => {
    const isGiven = Array.isArray(options?.execArgv) || (typeof options?.env === 'object' && options.env !== null)
    return isGiven ? { ...options, execArgv: [...OWN_OPTIONS, ...(options.execArgv ?? [])] } : options
  }
  const guarded = new Proxy(Worker, {
    construct: (target, [file, options], self) => Reflect.construct(target, [file, withOwnOptions(options)], self),
  })
  Worker.prototype.constructor = guarded
  Object.assign(threads, { Worker: guarded })
  require('node:module').syncBuiltinESMExports()
}

/** What a program is to see: the options that it gave itself. */
function hideOwnOptions() {
  const at = process.execArgv.indexOf(__filename)
  process.execArgv = at < 0 ? process.execArgv : process.execArgv.slice(at + 1)
}

refuseDebugger()
guardWorkers()
if (!threads.isMainThread) hideOwnOptions()
