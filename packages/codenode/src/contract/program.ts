import type { FailureCode } from './failures.ts'
import type { IsolationLevel } from './isolation.ts'
import type { RunLimits } from './limits.ts'
import type { BigIntegers, Language } from './node-words.ts'
import type { ReportedWarning } from './record.ts'

export type { IsolationLevel }

/** What the sandbox runs: one program, with nothing about nodes in it. */
export type Program = {
  language: Language
  /** `main`: call `main` with the inputs and return its result. `script`: run the whole program for what it prints. */
  mode: 'main' | 'script'
  code: string
  /** JSON text of an object; `{}` in mode `script`. */
  inputsJson: string
  /** The keys of the inputs, in declared order. */
  inputNames: readonly string[]
  limits: RunLimits
  /** What whole numbers beyond ±2^53 are in JavaScript. Default: as the sandbox says. */
  bigIntegers?: BigIntegers | undefined
}

export type LogStream = 'stdout' | 'stderr'

/** A piece of output: one or more whole writes of the program, in its order. `atMs`: since the run began. */
export type LogEntry = { stream: LogStream; atMs: number; text: string }

/** CPU and memory are the kernel's figures for the whole process, less what it had used before it got the program. */
export type Usage = { wallMs: number; queuedMs: number; cpuMs: number; peakMemoryBytes: number }

/** What is enforced on a run; `layers` maps a layer's name to a short text such as `abi 7`. */
export type Isolation = { level: IsolationLevel; layers: Readonly<Record<string, string>> }

export type ExecutionFailure = {
  code: FailureCode
  /** The sentence for the user, without the traceback. */
  message: string
  details: Readonly<Record<string, unknown>>
  traceback: string | null
  /** What to do, where that is known better than the catalogue does. */
  hint?: string | undefined
}

/** Something that a run noticed and that did not end it, as docs/protocol.md describes. */
export type RunWarning = { code: ReportedWarning; message: string; details: Readonly<Record<string, unknown>> }

/** What became of a program: an ordinary value, also when the user's code went wrong. */
export type Execution = {
  outcome:
    | { status: 'returned'; resultJson: string }
    /** A program of mode `script` ended. `failure`: the exception that ended it, where none of its handlers caught it. */
    | { status: 'exited'; exitCode: number; failure?: ExecutionFailure }
    | { status: 'failed'; failure: ExecutionFailure }
    | { status: 'cancelled' }
  logs: LogEntry[]
  /** What the run noticed while it went on. */
  warnings?: RunWarning[]
  /** The streams that printed more than `logBytes`, so that their logs are not whole. */
  cut?: LogStream[]
  usage: Usage
  isolation: Isolation
}

export type SandboxRunOptions = {
  /** Kills the run. */
  signal?: AbortSignal | undefined
  onLog?: ((entry: LogEntry) => void) | undefined
  /** Told when the program has its place, before it begins. It must not throw. */
  onStart?: (() => void) | undefined
  /** Whose run it is. Where runs wait, clients take turns, so that one that asks for many does not hold up the others. */
  client?: string | undefined
}

/** The one seam between the semantics of a node and the processes that run it. */
export interface Sandbox {
  readonly isolation: Isolation
  /** Never rejects because of the user's code; rejects with `CodenodeError` when the sandbox itself cannot run it. */
  run(program: Program, options?: SandboxRunOptions): Promise<Execution>
  /** Kills what runs, stops every process, removes every file. Safe to call twice. */
  close(): Promise<void>
}
