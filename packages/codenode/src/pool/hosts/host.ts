import { rmSync } from 'node:fs'
import path from 'node:path'
import { Worker } from 'node:worker_threads'
import { CodenodeError } from '../../contract/error.ts'
import type { Execution, Isolation, LogEntry, Program, SandboxRunOptions } from '../../contract/program.ts'
import type { SandboxStats } from '../options/running-sandbox.ts'
import type { SandboxSettings } from '../options/sandbox-options.ts'
import { type FromHost, type HostData, joinExecution, type ToHost } from './messages.ts'
import { toError } from './sent-error.ts'

export type HostState = 'starting' | 'ready' | 'closing' | 'gone'

/** A host answers at once, whatever its runs do; one that does not answer for so long is replaced. */
const silenceMs = 30_000
const pingMs = 5_000
/** How long a host may take to stop what it started. */
const closeMs = 20_000

const entry = path.join(import.meta.dirname, `host-thread${path.extname(import.meta.filename)}`)

type Waiting = {
  onLog: ((entry: LogEntry) => void) | undefined
  resolve: (execution: Execution) => void
  reject: (error: unknown) => void
}

/** One sandbox host, seen from the thread that serves. */
export class Host {
  state: HostState = 'starting'
  isolation: Isolation | undefined
  runtimes: SandboxStats['runtimes'] = {}
  ending = 0
  /** Called once, when the thread has ended, for whatever reason. */
  onGone: (() => void) | undefined
  readonly #worker: Worker
  readonly #folder: string
  readonly #waiting = new Map<number, Waiting>()
  readonly #ready = Promise.withResolvers<void>()
  readonly #gone = Promise.withResolvers<void>()
  readonly #pings: NodeJS.Timeout
  #nextId = 0
  #heardAt = performance.now()
  #because = 'Its thread ended.'

  /** `folder`: for its socket; it must not exist. */
  constructor(options: SandboxSettings, folder: string) {
    this.#folder = folder
    const workerData: HostData = { options, folder }
    // The descriptors of a sandbox are its own, not those that `node:fs` opened for user code.
    this.#worker = new Worker(entry, { workerData, trackUnmanagedFds: false })
    this.#worker.on('message', (messages: FromHost[]) => {
      this.#heardAt = performance.now()
      for (const message of messages) this.#hear(message)
    })
    this.#worker.once('error', (error) => {
      this.#because = `Its thread failed: ${String(error)}`
    })
    this.#worker.once('exit', () => this.#end())
    this.#pings = setInterval(() => this.#ping(), pingMs).unref()
    this.#ready.promise.catch(() => undefined)
  }

  /** Runs that it has. */
  get load(): number {
    return this.#waiting.size
  }

  /** Resolves when it takes runs; rejects with what kept it from starting. */
  async ready(): Promise<void> {
    await this.#ready.promise
  }

  async run(program: Program, { signal, onLog }: SandboxRunOptions): Promise<Execution> {
    if (this.state !== 'ready') throw new CodenodeError('sandbox_lost', { message: this.#because })
    const id = this.#nextId++
    const cancel = () => this.#say({ type: 'cancel', id })
    const { promise, resolve, reject } = Promise.withResolvers<Execution>()
    this.#waiting.set(id, { onLog, resolve, reject })
    this.#say({ type: 'run', id, program, wantsLogs: onLog !== undefined })
    signal?.addEventListener('abort', cancel, { once: true })
    try {
      return await promise
    } finally {
      signal?.removeEventListener('abort', cancel)
    }
  }

  /** Stops everything that it started. */
  async close(): Promise<void> {
    if (this.state === 'gone') return
    this.state = 'closing'
    this.#say({ type: 'close' })
    const timer = setTimeout(() => this.kill('It did not close.'), closeMs)
    await this.#gone.promise
    clearTimeout(timer)
  }

  /** Ends the thread as it is; the processes that it started end with it. */
  kill(because: string): void {
    this.#because = because
    void this.#worker.terminate()
  }

  #say(message: ToHost): void {
    this.#worker.postMessage(message)
  }

  #hear(message: FromHost): void {
    switch (message.type) {
      case 'ready':
        this.isolation = message.isolation
        if (this.state === 'starting') this.state = 'ready'
        this.#ready.resolve()
        return
      case 'log':
        this.#waiting.get(message.id)?.onLog?.(message.entry)
        return
      case 'ended':
        this.#settle(message.id)?.resolve(joinExecution(message.executionJson, message.resultJson))
        return
      case 'refused':
        if (message.id === null) this.#ready.reject(toError(message.error))
        else this.#settle(message.id)?.reject(toError(message.error))
        return
      case 'stats':
        this.runtimes = message.runtimes
        this.ending = message.ending
        return
      case 'pong':
    }
  }

  #settle(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id)
    this.#waiting.delete(id)
    return waiting
  }

  /** A late timer of ours says nothing of the host: what it has said meanwhile is heard first, in the next turn. */
  #ping(): void {
    this.#say({ type: 'ping' })
    const asked = performance.now()
    if (asked - this.#heardAt < silenceMs) return
    setTimeout(() => {
      if (this.#heardAt > asked || this.state === 'gone') return
      this.kill(`It did not answer for ${silenceMs / 1000} s.`)
    }, pingMs).unref()
  }

  #end(): void {
    this.state = 'gone'
    clearInterval(this.#pings)
    // A thread that was stopped from outside left its socket.
    rmSync(this.#folder, { recursive: true, force: true })
    const lost = new CodenodeError('sandbox_lost', { message: this.#because })
    this.#ready.reject(lost)
    for (const { reject } of this.#waiting.values()) reject(lost)
    this.#waiting.clear()
    this.#gone.resolve()
    this.onGone?.()
  }
}
