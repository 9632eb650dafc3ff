import type { Socket } from 'node:net'
import { CodenodeError } from '../contract/error.ts'
import { buildFailure } from '../contract/failure-values.ts'
import type { RunLimits } from '../contract/limits.ts'
import type { Execution, LogEntry, Program, RunWarning, Usage } from '../contract/program.ts'
import { Conclusion } from './conclusion.ts'
import type { ChildExit } from './control.ts'
import { type Frame, FrameReader, FrameTooLarge, frameTypes } from './frames.ts'
import type { Greeted } from './listener.ts'
import { LogKeeper } from './log-keeper.ts'
import { Peer, type ProcessUsage, readProcessUsage } from './process/process-usage.ts'
import { buildRunFrame } from './run-frame.ts'
import type { GuardedRun, RunGuard } from './run-guard.ts'
import { readWarnings } from './run-warnings.ts'
import { type Ended, type ExecutionOutcome, explainEnd, readFinalFrame, reconsider } from './verdict.ts'

export type ChildState = 'starting' | 'ready' | 'running' | 'ended'
const moves: Record<ChildState, readonly ChildState[]> = {
  starting: ['ready', 'ended'],
  ready: ['running', 'ended'],
  running: ['ended'],
  ended: [],
}

export type RunOptions = { signal?: AbortSignal | undefined; onLog?: ((entry: LogEntry) => void) | undefined }
export type ChildResult = Pick<Execution, 'outcome' | 'warnings' | 'logs' | 'cut'> & { usage: Omit<Usage, 'queuedMs'> }

const maxSaid = 4096
const maxFailureBytes = 256 * 1024
/** Payload of a log frame; the runtimes cut at 64 KiB. */
const maxLogFrameBytes = 1024 * 1024
/** Beyond so many frames in one piece of 64 KiB, others are read first. An honest program prints lines. */
const framesPerTurn = 500

/** One fork of a zygote, from the host's side: it runs one program, once. */
export class Child {
  readonly id: string
  readonly slot: number
  /** Which of the sandbox's user ids it has. */
  readonly uidNumber: number | null
  layers: Readonly<Record<string, string>> = {}
  state: ChildState = 'starting'
  /** What it printed before it was ready: why it could not be locked down. */
  said = ''
  readonly #kill: () => void
  readonly #onReady: (child: Child) => void
  readonly #sockets: Partial<Record<'channel' | 'stdout' | 'stderr', Socket>> = {}
  #open = 0
  #exit: ChildExit | 'lost' | undefined
  #baseline = { cpuUs: 0, maxRssKb: 0 }
  readonly #gone = Promise.withResolvers<void>()
  readonly #measured = Promise.withResolvers<void>()
  #peer: Peer | null = null
  readonly #guard: RunGuard
  readonly #isOutdated: () => boolean
  #guarded: GuardedRun | undefined
  #used: ProcessUsage | undefined
  #onData: ((stream: 'channel' | 'stdout' | 'stderr', chunk: Buffer) => void) | undefined

  constructor(options: {
    id: string
    slot: number
    uidNumber: number | null
    guard: RunGuard
    isOutdated: () => boolean
    kill: () => void
    onReady: (child: Child) => void
  }) {
    this.id = options.id
    this.slot = options.slot
    this.uidNumber = options.uidNumber
    this.#guard = options.guard
    this.#isOutdated = options.isOutdated
    this.#kill = options.kill
    this.#onReady = options.onReady
  }

  /** A connection of this child has arrived; with the third one it is ready for work. */
  attach({ hello, socket, rest }: Greeted): void {
    if (hello.stream === 'stderr') this.said += rest.toString()
    if (this.#sockets[hello.stream] || this.state !== 'starting') {
      socket.destroy()
      return
    }
    this.#sockets[hello.stream] = socket
    this.#open++
    socket.on('data', (chunk) => {
      if (this.#onData) this.#onData(hello.stream, chunk)
      else if (hello.stream === 'stderr') this.said = (this.said + chunk.toString()).slice(0, maxSaid)
    })
    socket.once('close', () => {
      this.#open--
      this.#settle()
    })
    if (hello.stream === 'channel') {
      this.layers = hello.layers ?? {}
      this.#peer = Peer.of(socket)
      this.#baseline = hello.baseline ?? this.#baseline
    }
    // Nothing is sent behind a greeting until there is work, so this is a child that does not keep to the protocol.
    if (rest.length > 0 && hello.stream === 'channel') this.kill()
    if (this.#open === 3) {
      this.#move('ready')
      this.#onReady(this)
    }
  }

  /** The zygote has reaped it, or is gone itself (`lost`). */
  exited(exit: ChildExit | 'lost'): void {
    this.#exit ??= exit
    if (this.#guarded?.end() !== false) this.#peer?.close()
    if (exit === 'lost') for (const socket of Object.values(this.#sockets)) socket.destroy()
    this.#settle()
  }

  /** Resolves when the process is reaped and all that it sent has been read. */
  get gone(): Promise<void> {
    return this.#gone.promise
  }

  /** Ready for work, and its zygote is alive. */
  get isUsable(): boolean {
    return this.state === 'ready' && this.#exit === undefined
  }

  /** Its zygote has been replaced. */
  get isOutdated(): boolean {
    return this.#isOutdated()
  }

  kill(): void {
    if (!this.#exit) this.#kill()
  }

  /** Kills the process without its zygote's help; false if that cannot be done. */
  killDirectly(): boolean {
    return this.#peer?.kill() ?? false
  }

  /**
   * Runs `program`; rejects with `sandbox_lost` when the process is lost without its own fault. It resolves as soon as
   * the outcome and what the run has used are known; `gone` resolves when the process is reaped.
   */
  async run(program: Program, { signal, onLog }: RunOptions = {}): Promise<ChildResult> {
    this.#move('running')
    const { limits } = program
    const began = performance.now()
    const logs = new LogKeeper(limits.logBytes, onLog)
    const conclusion = new Conclusion()
    let warnings: RunWarning[] | undefined
    const stop = (outcome: ExecutionOutcome) => {
      conclusion.reach(outcome)
      this.kill()
    }
    const cancel = () => stop({ status: 'cancelled' })
    const guarded = this.#beginGuard(limits)
    let endWait: (() => void) | undefined
    const frames = new FrameReader((type) => maxFrameBytes(type, limits.resultBytes))
    const readFrame = (frame: Frame) => {
      const atMs = performance.now() - began
      if (frame.type === frameTypes.stdout) logs.add('stdout', frame.payload, atMs)
      else if (frame.type === frameTypes.stderr) logs.add('stderr', frame.payload, atMs)
      else if (frame.type === frameTypes.warnings) warnings ??= readWarnings(frame.payload)
      else {
        conclusion.reach(readFinalFrame(frame, program.mode, limits))
        // What the program wrote to descriptors 1 and 2 before is read in this turn of the event loop.
        setImmediate(() => {
          this.#measure()
          // Whoever waits for the run goes first.
          setImmediate(() => this.kill())
        })
      }
    }
    this.#onData = (stream, chunk) => {
      let count = 0
      if (stream !== 'channel') logs.add(stream, chunk, performance.now() - began)
      else {
        try {
          for (const frame of frames.read(chunk)) {
            count++
            if (!conclusion.outcome) readFrame(frame)
          }
        } catch (error) {
          if (!conclusion.outcome) stop({ status: 'failed', failure: explainBadFrame(error, limits.resultBytes) })
        }
      }
      logs.flush()
      if (count > framesPerTurn || logs.cut.length > 0) this.#letOthersRead(stream)
    }
    signal?.addEventListener('abort', cancel, { once: true })
    if (signal?.aborted) cancel()
    else {
      // The channel is there: a child is ready only with all its connections.
      endWait = guarded.send(
        this.#sockets.channel as Socket,
        buildRunFrame(program, this.#guard.threadsToAsk(limits)),
        () => stop({ status: 'failed', failure: buildFailure('wall_time_exceeded', { wallMs: limits.wallMs }) }),
      )
    }
    try {
      await Promise.race([this.#measured.promise, this.gone])
    } finally {
      endWait?.()
      signal?.removeEventListener('abort', cancel)
      this.#onData = undefined
    }
    const ended = this.#ended()
    logs.end(performance.now() - began)
    const judged = guarded.judge(conclusion.outcome, ended)
    const outcome: ExecutionOutcome = judged
      ? reconsider(judged, ended, limits)
      : { status: 'failed', failure: explainEnd({ ended, limits, runtime: guarded.runtime, logs: logs.entries }) }
    const { cpuMs } = ended
    const peakMemoryBytes = guarded.reportedBytes(ended)
    const wallMs = (conclusion.at ?? performance.now()) - began
    const result: ChildResult = { outcome, logs: logs.entries, usage: { wallMs, cpuMs, peakMemoryBytes } }
    if (warnings) result.warnings = warnings
    if (logs.cut.length > 0) result.cut = logs.cut
    return result
  }

  /**
   * Reads on in the next turn of the event loop. Left to itself a socket is read 32 times in a turn, which is two megabytes:
   * of single letters in frames of their own that is a third of a second in which nobody else is served.
   */
  #letOthersRead(stream: 'channel' | 'stdout' | 'stderr'): void {
    const socket = this.#sockets[stream]
    socket?.pause()
    setImmediate(() => socket?.resume())
  }

  #beginGuard(limits: RunLimits): GuardedRun {
    try {
      this.#guarded = this.#guard.begin(this.#peer, this.#sockets, this.#baseline.cpuUs, limits)
      return this.#guarded
    } catch (error) {
      this.kill()
      throw error
    }
  }

  /** Reads what the run has used while its process waits to be killed; if that fails, `wait4` will tell. */
  #measure(): void {
    if (this.#exit || this.#peer === null) return
    const used = readProcessUsage(this.#peer.pid)
    if (!used) return
    this.#used = used
    this.#measured.resolve()
  }

  #ended(): Ended {
    const exit = this.#exit
    const used = this.#used ?? (exit === 'lost' ? undefined : exit)
    if (!used) throw new CodenodeError('sandbox_lost', { message: 'Its zygote ended.' })
    return {
      exit: exit === undefined || exit === 'lost' ? null : exit,
      cpuMs: Math.max(0, used.cpuUs - this.#baseline.cpuUs) / 1000,
      peakMemoryBytes: Math.max(0, used.maxRssKb - this.#baseline.maxRssKb) * 1024,
      addedBytes: this.#guarded?.addedBytes(this.#used?.ownKb),
    }
  }

  #settle(): void {
    if (this.#exit === undefined || this.#open > 0 || this.state === 'ended') return
    this.#move('ended')
    this.#gone.resolve()
  }

  #move(to: ChildState): void {
    if (!moves[this.state].includes(to)) {
      throw new CodenodeError('internal_error', { message: `A child cannot go from ${this.state} to ${to}.` })
    }
    this.state = to
  }
}

function maxFrameBytes(type: number, resultBytes: number): number {
  if (type === frameTypes.result) return resultBytes
  return type === frameTypes.stdout || type === frameTypes.stderr ? maxLogFrameBytes : maxFailureBytes
}

function explainBadFrame(error: unknown, resultBytes: number) {
  if (error instanceof FrameTooLarge && error.type === frameTypes.result) {
    return buildFailure('result_too_large', { resultBytes })
  }
  return buildFailure('result_malformed', { reason: 'It does not keep to the protocol.' })
}
