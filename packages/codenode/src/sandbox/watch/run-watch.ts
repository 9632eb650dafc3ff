import { Worker } from 'node:worker_threads'
import { CodenodeError } from '../../contract/error.ts'
import {
  header,
  makeTable,
  monotonicMs,
  never,
  phase,
  phaseOf,
  place,
  type Reason,
  reasons,
  rowCount,
  toState,
} from './table.ts'

/** A process, what it may use in all, and where it sends to. */
export type Watchable = {
  pid: number
  pidfd: number
  memoryKb: number
  cpuMs: number
  threads: number
  /** Descriptors of our ends of its channel, stdout and stderr. */
  sockets: readonly [channel: number, stdout: number, stderr: number]
}

/** A watch that ends by itself is started again, so often at most. */
const mostRestarts = 5
/** The watch needs some µs to kill. If it takes longer it has died in the middle. */
const mostKillingMs = 2_000

/** `.js` in the package, where TypeScript has been compiled. */
const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js'

/**
 * Limits of runs that hold whatever this thread is busy with: a worker looks at every run and kills it by itself. One for
 * all sandboxes of a thread; it keeps no process alive.
 */
export class RunWatch {
  readonly #table = makeTable()
  /** Rows that are free, the lowest at the end. */
  readonly #free = Array.from({ length: rowCount }, (_, index) => rowCount - 1 - index)
  #worker: Worker | undefined
  #generation = 0
  #restarts = 0
  #isClosing = false

  readonly #startThread: typeof startThread

  private constructor(start: typeof startThread) {
    this.#startThread = start
  }

  /** Rejects with `sandbox_unavailable` when there can be no watch. */
  static async start(start = startThread): Promise<RunWatch> {
    const watch = new RunWatch(start)
    await watch.#start()
    return watch
  }

  /** Begins to watch a run, without a deadline at first. */
  watch({ pid, pidfd, memoryKb, cpuMs, threads, sockets }: Watchable): Watched {
    const row = this.#worker ? this.#free.pop() : undefined
    if (row === undefined) {
      const message = this.#worker ? 'More runs are watched than there is room for.' : 'Nothing watches over runs.'
      throw new CodenodeError('sandbox_unavailable', { message })
    }
    const table = this.#table
    const write = (name: Parameters<typeof place>[1], value: number) => {
      table[place(row, name)] = value
    }
    this.#generation = (this.#generation + 1) & 0xfffffff
    write('reason', -1)
    write('pid', pid)
    write('pidfd', pidfd)
    write('deadlineMs', never(monotonicMs()))
    write('memoryKb', toWord(memoryKb))
    write('cpuMs', toWord(cpuMs))
    write('threads', threads)
    write('channel', sockets[0])
    write('stdout', sockets[1])
    write('stderr', sockets[2])
    // `rows` first, so that no look misses the row.
    if (row >= Atomics.load(table, header.rows)) Atomics.store(table, header.rows, row + 1)
    Atomics.store(table, place(row, 'state'), toState(this.#generation, phase.watched))
    if (Atomics.exchange(table, header.asleep, 0) === 1) Atomics.notify(table, header.asleep)
    return new Watched(table, row, () => this.#free.push(row))
  }

  async close(): Promise<void> {
    this.#isClosing = true
    Atomics.store(this.#table, header.stop, 1)
    Atomics.store(this.#table, header.asleep, 0)
    Atomics.notify(this.#table, header.stop)
    Atomics.notify(this.#table, header.asleep)
    const worker = this.#worker
    this.#worker = undefined
    await worker?.terminate()
  }

  async #start(): Promise<void> {
    const worker = this.#startThread(this.#table)
    await new Promise<void>((resolve, reject) => {
      const refuse = (cause?: unknown) =>
        reject(new CodenodeError('sandbox_unavailable', { missing: 'the thread that watches over runs' }, { cause }))
      worker.once('message', () => resolve())
      worker.once('error', refuse)
      worker.once('exit', () => refuse())
    })
    worker.unref()
    worker.on('error', () => {
      // `exit` follows
    })
    worker.once('exit', () => void this.#replace())
    this.#worker = worker
  }

  /** The table says all that there is to know, so that another thread goes on with the same runs. */
  async #replace(): Promise<void> {
    this.#worker = undefined
    if (this.#isClosing || this.#restarts++ >= mostRestarts) return
    for (let row = 0; row < rowCount; row++) {
      const at = place(row, 'state')
      const state = Atomics.load(this.#table, at)
      // It died before it could say what it did: the next one decides for itself.
      if (phaseOf(state) === phase.killing) Atomics.store(this.#table, at, state - phase.killing + phase.watched)
    }
    // Without a watch nothing runs: `watch` refuses.
    await this.#start().catch(() => undefined)
  }
}

function startThread(table: Int32Array<SharedArrayBuffer>): Worker {
  return new Worker(new URL(`./thread${extension}`, import.meta.url), {
    workerData: table,
    name: 'codenode watch',
    env: {},
    argv: [],
    execArgv: [],
    // It opens and closes files of /proc only, and what others opened it never closes.
    trackUnmanagedFds: false,
    resourceLimits: { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 4 },
  })
}

/** One run that is watched. */
export class Watched {
  readonly #table: Int32Array<SharedArrayBuffer>
  readonly #row: number
  readonly #giveBack: () => void
  #ended: { reason: Reason | null } | undefined

  constructor(table: Int32Array<SharedArrayBuffer>, row: number, giveBack: () => void) {
    this.#table = table
    this.#row = row
    this.#giveBack = giveBack
  }

  /** When the run should be over; the watch waits somewhat longer, since whoever serves ends it first. */
  setDeadline(inMs: number): void {
    if (this.#ended) return
    Atomics.store(this.#table, place(this.#row, 'deadlineMs'), (monotonicMs() + Math.ceil(inMs)) | 0)
  }

  /** Why the watch ended the run; null if it did not. */
  get reason(): Reason | null {
    if (this.#ended) return this.#ended.reason
    this.#settle()
    return reasons[Atomics.load(this.#table, place(this.#row, 'reason'))] ?? null
  }

  /**
   * Before the descriptor of the process is closed: when this returns true the watch does not use it any more. False if
   * the watch died in the middle of a kill; then the descriptor must stay as it is.
   */
  end(): boolean {
    if (this.#ended) return true
    const at = place(this.#row, 'state')
    for (;;) {
      const state = this.#settle()
      const reason = reasons[Atomics.load(this.#table, place(this.#row, 'reason'))] ?? null
      if (phaseOf(state) === phase.killing) {
        this.#ended = { reason }
        return false
      }
      if (Atomics.compareExchange(this.#table, at, state, state & ~3) !== state) continue
      this.#ended = { reason }
      this.#giveBack()
      return true
    }
  }

  /** The state, once the watch is not in the middle of a kill, which takes it some µs. */
  #settle(): number {
    const at = place(this.#row, 'state')
    const until = performance.now() + mostKillingMs
    for (;;) {
      const state = Atomics.load(this.#table, at)
      if (phaseOf(state) !== phase.killing || performance.now() > until) return state
      Atomics.wait(this.#table, at, state, 100)
    }
  }
}

/** Limits above what a row can hold are out of reach anyway. */
function toWord(value: number): number {
  return Math.min(Math.ceil(value), 2 ** 31 - 1)
}
