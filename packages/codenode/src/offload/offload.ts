import { availableParallelism } from 'node:os'
import path from 'node:path'
import { Worker } from 'node:worker_threads'
import { CodenodeError } from '../contract/error.ts'
import type { JobAnswer, JobMessage, JobName, Jobs } from './jobs.ts'

/** Workers at once: large things are rare, and runs need the processors too. */
const mostWorkers = Math.max(1, Math.min(4, Math.floor(availableParallelism() / 2)))
/** A worker without work ends after this; starting another takes a tenth of a second. */
const idleMs = 30_000
/** Far longer than any job within the limits takes. */
const jobMs = 30_000
/** A worker that needs more than this is stopped, and with it the job. The largest result takes a tenth. */
const heapMb = 1024

const entry = path.join(import.meta.dirname, `worker${path.extname(import.meta.filename)}`)

type Job = {
  message: JobMessage
  resolve: (result: unknown) => void
  reject: (error: unknown) => void
}

/** Does `work` in another thread, started when it is first needed. Rejects with `internal_error` when the thread fails. */
export async function offload<Name extends JobName>(
  name: Name,
  work: Parameters<Jobs[Name]>[0],
): Promise<ReturnType<Jobs[Name]>> {
  // The job of this name gives this.
  return (await new Promise<unknown>((resolve, reject) => {
    waiting.push({ message: { id: nextId++, name, work }, resolve, reject })
    assign()
  })) as ReturnType<Jobs[Name]>
}

/**
 * Keeps the workers for as long as somebody may need them. Gives the function that lets go: when the last one has, the
 * workers end, those at work included.
 */
export function holdOffload(): () => Promise<void> {
  holders++
  let isHeld = true
  return async () => {
    if (isHeld) holders--
    isHeld = false
    if (holders === 0) await Promise.all([...seats].map((seat) => seat.stop()))
  }
}

const seats = new Set<Seat>()
const waiting: Job[] = []
let holders = 0
let nextId = 0

function assign(): void {
  while (waiting.length > 0) {
    const free = [...seats].find((seat) => seat.isFree) ?? (seats.size < mostWorkers ? new Seat() : undefined)
    const job = free && waiting.shift()
    if (!job) return
    free.begin(job)
  }
}

/** One worker and the job that it does. */
class Seat {
  readonly #worker = new Worker(entry, { resourceLimits: { maxOldGenerationSizeMb: heapMb } })
  #job: Job | undefined
  #timer: NodeJS.Timeout | undefined

  constructor() {
    seats.add(this)
    // Whoever waits for a job keeps the process alive; a worker does not.
    this.#worker.unref()
    this.#worker.on('message', (answer: JobAnswer) => this.#end(answer))
    this.#worker.once('error', (cause) => this.#fail(cause))
    this.#worker.once('exit', () => this.#fail(undefined))
  }

  get isFree(): boolean {
    return this.#job === undefined && seats.has(this)
  }

  begin(job: Job): void {
    this.#job = job
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.stop(), jobMs)
    this.#worker.ref()
    this.#worker.postMessage(job.message)
  }

  async stop(): Promise<void> {
    this.#fail(undefined)
    await this.#worker.terminate()
  }

  #end(answer: JobAnswer): void {
    const job = this.#job
    if (job?.message.id !== answer.id) return
    this.#job = undefined
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.stop(), idleMs).unref()
    this.#worker.unref()
    if ('result' in answer) job.resolve(answer.result)
    else job.reject(new CodenodeError('internal_error', { message: answer.thrown }))
    assign()
  }

  /** The worker is of no use any more. */
  #fail(cause: unknown): void {
    seats.delete(this)
    clearTimeout(this.#timer)
    const job = this.#job
    this.#job = undefined
    const message = `A thread ended during its work${cause instanceof Error ? `: ${cause.message}` : ''}.`
    job?.reject(new CodenodeError('internal_error', { message }, { cause }))
    assign()
  }
}
