// @ts-check
'use strict'

// Whatever went wrong, as the `failure` of docs/protocol.md.
const { blockedOperation } = require('./blocked.cjs')
const { cutMiddle, exceptionName, headlineOf, read } = require('./errors.cjs')
const { adviseBigInt } = require('./big-integers.cjs')
const { hintForBlocked, hintForSyntax, hintForThrown } = require('./hints.cjs')
const { missingModule } = require('./missing.cjs')
const { lineOf, traceback } = require('./traceback.cjs')

/** @typedef {import('./program.cjs').Program} Program */
/** @typedef {{ code: string, message: string, traceback: string | null, line: number | null, details: Record<string, unknown>, hint?: string | null }} Payload */

const { stringify } = JSON
const MAX_MESSAGE_BYTES = 16 * 1024
const MAX_TRACEBACK_BYTES = 64 * 1024

/** A failure that the harness itself found. Not an Error: user code can change what making one does. */
class Failure {
  /**
   * @param {string} code
   * @param {{ message?: string, details?: Record<string, unknown>, traceback?: string | null, line?: number | null, hint?: string | null, cause?: unknown, where?: string }} parts
   *   `cause`: what user code threw; `where`: the place in the result that was being read.
   */
  constructor(
    code,
    { message = '', details = {}, traceback: text = null, line = null, hint = null, cause, where } = {},
  ) {
    this.code = code
    this.message = message
    this.details = details
    this.traceback = text
    this.line = line
    this.hint = hint
    this.cause = cause
    this.where = where
  }
}

/**
 * @param {unknown} thrown a Failure, or what user code threw: anything at all, out to harm or not
 * @param {Program} program
 * @returns {string} JSON
 */
function failureText(thrown, program) {
  const payload = thrown instanceof Failure ? ofFailure(thrown, program) : ofThrown(thrown, program)
  return stringify({
    ...payload,
    message: cutMiddle(payload.message, MAX_MESSAGE_BYTES),
    traceback: payload.traceback === null ? null : cutMiddle(payload.traceback, MAX_TRACEBACK_BYTES),
  })
}

/**
 * @param {Failure} failure
 * @param {Program} program
 * @returns {Payload}
 */
function ofFailure(failure, program) {
  const { code, message, line, hint, details, where } = failure
  if (where === undefined) {
    const own = hint ?? (code === 'syntax_error' ? hintForSyntax(message, program) : null)
    return { code, message, traceback: failure.traceback, line, hint: own, details }
  }
  const payload = ofThrown(failure.cause, program)
  return { ...payload, message: `${payload.message} (while ${where} was read from the result)` }
}

/**
 * @param {unknown} error
 * @param {Program} program
 * @returns {Payload}
 */
function ofThrown(error, program) {
  const trace = { traceback: traceback(error, program), line: lineOf(error, program) }
  const missing = missingModule(error, program.packageNames)
  if (missing) return { code: 'module_not_found', ...missing, ...trace }
  const headline = headlineOf(error)
  const exhausted = exhaustedResource(error)
  if (exhausted) return { code: exhausted, message: headline, details: {}, ...trace }
  const blocked = blockedOperation(error, program)
  if (blocked) {
    const { operation, what, because } = blocked
    return {
      code: 'operation_blocked',
      message: `The code tried to ${what}, ${because} (${headline}).`,
      hint: hintForBlocked(blocked),
      details: { operation, what },
      ...trace,
    }
  }
  const hint = adviseBigInt(error, program) ?? hintForThrown(error, program)
  return { code: 'code_threw', message: headline, hint, details: { exception: exceptionName(error) }, ...trace }
}

const OUT_OF_MEMORY = ['Array buffer allocation failed', 'WebAssembly.Memory(): could not allocate memory']

/** @param {unknown} error */
function exhaustedResource(error) {
  const code = read(error, 'code')
  if (code === 'EMFILE' || code === 'ENFILE') return 'open_files_exceeded'
  if (code === 'ENOMEM' || code === 'ERR_MEMORY_ALLOCATION_FAILED') return 'memory_exceeded'
  if (code === 'ERR_WORKER_OUT_OF_MEMORY') return 'memory_exceeded'
  if (code === 'ERR_WORKER_INIT_FAILED' || code === 'EAGAIN') return 'threads_exceeded'
  const message = read(error, 'message')
  return error instanceof RangeError && OUT_OF_MEMORY.includes(String(message)) ? 'memory_exceeded' : null
}

module.exports = { Failure, failureText }
