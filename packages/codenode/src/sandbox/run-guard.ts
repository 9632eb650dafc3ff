import type { Socket } from 'node:net'
import { constants } from 'node:os'
import { CodenodeError } from '../contract/error.ts'
import { buildFailure } from '../contract/failure-values.ts'
import type { RunLimits } from '../contract/limits.ts'
import type { RuntimeName } from '../contract/runtime-name.ts'
import { afterFairly } from './fair-timer.ts'
import { readProcessMemory } from './process/process-memory.ts'
import { descriptorOf, type Peer } from './process/process-usage.ts'
import { pythonHeadroomBytes } from './rlimits.ts'
import type { Ended, ExecutionOutcome } from './verdict.ts'
import type { RunWatch, Watched } from './watch/run-watch.ts'
import type { Reason } from './watch/table.ts'

const mebibyte = 2 ** 20
/**
 * How far above its limit a run may be seen: what the interpreter itself takes besides the program's data. Python: above
 * what RLIMIT_DATA allows, so that the program hears of its limit first, as an exception with a traceback. V8 hears
 * nothing: it would collect garbage for half a minute before it dies.
 */
const allowanceBytes = { python: pythonHeadroomBytes + 16 * mebibyte, javascript: 32 * mebibyte } as const
/** Pages of libraries that a run may have read; they are in the peak of a process that ended before we looked. */
const filesBytes = 256 * mebibyte

/** Readings of a zygote's own memory are used for so long: it grows by little. */
const staleMs = 60_000

/** What keeps the runs of one zygote to their limits. */
export class RunGuard {
  readonly runtime: RuntimeName
  readonly #watch: RunWatch
  readonly #parkedThreads: number
  readonly #zygotePid: number
  readonly #hasOwnThreads: boolean
  #own: { kb: number; atMs: number } | undefined

  constructor(options: {
    watch: RunWatch
    runtime: RuntimeName
    parkedThreads: number
    /** Whether the kernel counts the threads of each run by themselves. */
    hasOwnThreads: boolean
    zygotePid: number
  }) {
    this.#watch = options.watch
    this.runtime = options.runtime
    this.#parkedThreads = options.parkedThreads
    this.#zygotePid = options.zygotePid
    this.#hasOwnThreads = options.hasOwnThreads
  }

  /** What a run is to ask of the kernel: where that counts all runs together, a run's own number would stop it at once. */
  threadsToAsk(limits: RunLimits): number {
    return this.#hasOwnThreads ? limits.threads : 2 ** 30
  }

  /** What a child has in common with its zygote at first, which is the zygote's and no run's. */
  get #ownKb(): number {
    const now = performance.now()
    if (this.#own === undefined || now - this.#own.atMs > staleMs) {
      const memory = readProcessMemory(this.#zygotePid)
      if (memory !== null && memory !== 'unreadable') this.#own = { kb: memory.ownKb, atMs: now }
    }
    return this.#own?.kb ?? 0
  }

  /** Begins to watch the run of a child, with what it used before it got its program. */
  begin(peer: Peer | null, sockets: ChildSockets, cpuUsBefore: number, limits: RunLimits): GuardedRun {
    if (peer?.pidfd === undefined) {
      throw new CodenodeError('sandbox_lost', { message: 'The process of the run is not there.' })
    }
    const ownKb = this.#ownKb
    const watched = this.#watch.watch({
      pid: peer.pid,
      pidfd: peer.pidfd,
      memoryKb: ownKb + (limits.memoryBytes + allowanceBytes[this.runtime]) / 1024,
      cpuMs: cpuUsBefore / 1000 + limits.cpuMs,
      threads: limits.threads + this.#parkedThreads,
      sockets: [fdOf(sockets.channel), fdOf(sockets.stdout), fdOf(sockets.stderr)],
    })
    return new GuardedRun(watched, this.runtime, limits, ownKb)
  }
}

type ChildSockets = Partial<Record<'channel' | 'stdout' | 'stderr', Socket>>

/** One run and its limits. */
export class GuardedRun {
  readonly runtime: RuntimeName
  readonly #watched: Watched
  readonly #limits: RunLimits
  readonly #ownKbBefore: number

  constructor(watched: Watched, runtime: RuntimeName, limits: RunLimits, ownKbBefore: number) {
    this.#watched = watched
    this.runtime = runtime
    this.#limits = limits
    this.#ownKbBefore = ownKbBefore
  }

  /** Sends the program and has `onLate` called when its time is over. Gives the function that ends the wait. */
  send(channel: Socket, frame: Buffer, onLate: () => void): () => void {
    let endsAt = performance.now() + this.#limits.wallMs
    const cancel = afterFairly(this.#limits.wallMs, onLate, (byMs) => {
      endsAt += byMs
      tell()
    })
    // Before all of the program is there, the run waits for us.
    const tell = () => {
      if (channel.writableLength === 0) this.#watched.setDeadline(endsAt - performance.now())
    }
    channel.write(frame, tell)
    tell()
    return cancel
  }

  /** What the run added at its peak, in bytes; undefined if it is not known. */
  addedBytes(ownKb: number | undefined): number | undefined {
    return ownKb === undefined ? undefined : Math.max(0, ownKb - this.#ownKbBefore) * 1024
  }

  /** The peak as its record tells it: pages of files, which do not count, do not lift it above the limit. */
  reportedBytes({ peakMemoryBytes, addedBytes }: Ended): number {
    if (addedBytes === undefined) return peakMemoryBytes
    return Math.max(addedBytes, Math.min(peakMemoryBytes, this.#limits.memoryBytes))
  }

  /**
   * The outcome that a run came to, seen with why the watch ended it and with what it held: who passes a limit by
   * a way that only the watch sees has failed, whatever it says at its end. What was late in our view only counts if it
   * said nothing. The watch did not end a process that ended by itself.
   */
  judge(outcome: ExecutionOutcome | undefined, ended: Ended): ExecutionOutcome | undefined {
    const { peakMemoryBytes, addedBytes } = ended
    const reason = endedByItself(ended) ? null : this.#watched.reason
    const limits = this.#limits
    if (reason === 'held_up' && !outcome) {
      throw new CodenodeError('sandbox_lost', { message: 'The service was held up for too long to hear the run.' })
    }
    const isDone = outcome?.status === 'returned' || outcome?.status === 'exited'
    if (reason && reason !== 'held_up') {
      const isHeld = reason === 'memory_exceeded' || reason === 'threads_exceeded'
      if (!outcome || (isDone && isHeld)) return fail(reason, limits)
    }
    const heldBytes = addedBytes ?? peakMemoryBytes - filesBytes
    if (isDone && heldBytes > limits.memoryBytes + allowanceBytes[this.runtime]) {
      return fail('memory_exceeded', limits)
    }
    return outcome
  }

  /** Before the process's descriptor is closed; false if it has to stay open. */
  end(): boolean {
    return this.#watched.end()
  }
}

/**
 * Whether a process ended by anything but SIGKILL. On a busy machine a process with many threads needs some time to end. Meanwhile
 * it shows no memory, so the watch takes it for one that hides its memory and kills it. The kernel still reports the first cause.
 */
function endedByItself({ exit }: Ended): boolean {
  return exit !== null && exit.signal !== constants.signals.SIGKILL
}

function fail(code: Exclude<Reason, 'held_up'>, { memoryBytes, cpuMs, threads, wallMs }: RunLimits): ExecutionOutcome {
  const figures = {
    memory_exceeded: { memoryBytes },
    cpu_time_exceeded: { cpuMs },
    threads_exceeded: { threads },
    wall_time_exceeded: { wallMs },
  }
  return { status: 'failed', failure: buildFailure(code, figures[code]) }
}

function fdOf(socket: Socket | undefined): number {
  return socket ? descriptorOf(socket) : -1
}
