import { constants } from 'node:os'
import * as z from 'zod'
import { buildFailure } from '../contract/failure-values.ts'
import { isFailureCode, reportedByRuns } from '../contract/failures.ts'
import type { RunLimits } from '../contract/limits.ts'
import type { Execution, ExecutionFailure, LogEntry } from '../contract/program.ts'
import type { RuntimeName } from '../contract/runtime-name.ts'
import type { ChildExit } from './control.ts'
import { type Frame, frameTypes } from './frames.ts'

export type ExecutionOutcome = Execution['outcome']

const failureSchema = z.object({
  code: z.string().catch('code_threw'),
  message: z.string().max(20_000),
  traceback: z.string().max(80_000).nullish(),
  line: z.number().int().nullish(),
  hint: z.string().max(4_000).nullish(),
  details: z.record(z.string(), z.unknown()).catch({}),
})
const exitSchema = z.object({ exitCode: z.number().int(), failure: z.unknown().optional() })

const limitCodes = ['memory_exceeded', 'threads_exceeded', 'open_files_exceeded'] as const

/** Reads a run's final frame: `result`, `failure` or `exit`. It is hostile; what does not fit is `result_malformed`. */
export function readFinalFrame({ type, payload }: Frame, mode: 'main' | 'script', limits: RunLimits): ExecutionOutcome {
  try {
    if (type === frameTypes.result && mode === 'main') {
      return { status: 'returned', resultJson: new TextDecoder('utf-8', { fatal: true }).decode(payload) }
    }
    const value: unknown = JSON.parse(payload.toString())
    if (type === frameTypes.failure) return { status: 'failed', failure: readFailure(value, limits) }
    if (type === frameTypes.exit && mode === 'script') {
      const { exitCode, failure } = exitSchema.parse(value)
      const ended = { status: 'exited', exitCode } as const
      return failure === undefined ? ended : { ...ended, failure: readFailure(failure, limits) }
    }
  } catch (cause) {
    const reason = cause instanceof TypeError ? 'It is not UTF-8.' : 'It is not what the protocol asks for.'
    return { status: 'failed', failure: buildFailure('result_malformed', { reason }) }
  }
  return { status: 'failed', failure: buildFailure('result_malformed', { reason: `A frame of type ${type} came.` }) }
}

function readFailure(value: unknown, limits: RunLimits): ExecutionFailure {
  const { code, message, traceback = null, line = null, hint, details } = failureSchema.parse(value)
  const limit = limitCodes.find((it) => it === code)
  if (limit) {
    const figures = { memoryBytes: limits.memoryBytes, threads: limits.threads, openFiles: limits.openFiles }
    const failure = buildFailure(limit, figures, { traceback })
    return { ...failure, details: line === null ? {} : { line } }
  }
  // Details are shown as they are, so they must be small; 100 problems of a result fit.
  const shown = JSON.stringify(details).length <= 64 * 1024 ? details : {}
  const isReported = (reportedByRuns as readonly string[]).includes(code) && isFailureCode(code)
  return {
    code: isReported ? code : 'code_threw',
    message,
    traceback,
    details: line === null ? shown : { line, ...shown },
    ...(hint ? { hint } : {}),
  }
}

/** What is known of a process at its end; `exit` is null when it is not reaped yet. */
export type Ended = {
  exit: ChildExit | null
  cpuMs: number
  /** Of all that was resident, beyond what was before the run; pages of files that others have too are in it. */
  peakMemoryBytes: number
  /** Of what the run added for itself; undefined of a process that ended before we looked. */
  addedBytes?: number | undefined
}

/**
 * A process that dies near a limit died of it: V8 and C libraries crash when they get no more memory, and the kernel
 * kills at the CPU limit.
 */
const nearTheLimit = 0.7
/**
 * V8 ends its process when it gets no more memory, by an instruction that is none or by abort. What it could not have is
 * not in the peak: it asks for much at once when it compiles.
 */
const nearForV8 = { mark: 0.5, signals: ['SIGTRAP', 'SIGILL', 'SIGABRT', 'SIGSEGV'] }
/** What V8 and Node write to stderr before they end for want of memory: "JavaScript heap out of memory", for one. */
const saidByV8 = /FATAL ERROR: .*out of memory|Fatal (?:JavaScript|process) out of memory/i

export type EndedRun = { ended: Ended; limits: RunLimits; runtime: RuntimeName; logs: readonly LogEntry[] }

/** Why a process ended that did not say so itself. */
export function explainEnd({ ended, limits, runtime, logs }: EndedRun): ExecutionFailure {
  const { exit, peakMemoryBytes } = ended
  if (exit?.signal == null) return buildFailure('code_exited', { exitCode: exit?.exitCode ?? null })
  const name = signalName(exit.signal)
  // The kernel counts all that the process used, also what it did before it got the program.
  const isSpent = exit.cpuUs / 1000 >= limits.cpuMs * nearTheLimit
  if (['SIGKILL', 'SIGXCPU'].includes(name) && isSpent) {
    return buildFailure('cpu_time_exceeded', { cpuMs: limits.cpuMs })
  }
  const isEndOfV8 = runtime === 'javascript' && nearForV8.signals.includes(name)
  const mark = isEndOfV8 ? nearForV8.mark : nearTheLimit
  const isSaid = isEndOfV8 && logs.some(({ stream, text }) => stream === 'stderr' && saidByV8.test(text))
  if (isSaid || peakMemoryBytes >= limits.memoryBytes * mark) {
    return buildFailure('memory_exceeded', { memoryBytes: limits.memoryBytes })
  }
  return buildFailure('code_crashed', { signal: name })
}

/**
 * What a run reports of itself, seen with what it has used: to an interpreter, a thread that gets no memory for its stack
 * is one thread too many.
 */
export function reconsider(outcome: ExecutionOutcome, { peakMemoryBytes }: Ended, limits: RunLimits): ExecutionOutcome {
  if (outcome.status !== 'failed' || outcome.failure.code !== 'threads_exceeded') return outcome
  if (peakMemoryBytes < limits.memoryBytes * nearTheLimit) return outcome
  const { traceback, details } = outcome.failure
  const failure = buildFailure('memory_exceeded', { memoryBytes: limits.memoryBytes }, { traceback })
  return { status: 'failed', failure: { ...failure, details } }
}

function signalName(number: number): string {
  const found = Object.entries(constants.signals).find(([, value]) => value === number)
  return found ? found[0] : `signal ${number}`
}
