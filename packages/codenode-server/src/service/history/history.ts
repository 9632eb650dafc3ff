import { statSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import type { AnyRecord } from 'codenode/internal/contract/run-documents'
import { recordText } from 'codenode/internal/record/record-text'
import type { ClientId, RunFilter, RunPage, RunRequest, RunRequestDocument, ServiceStats } from '../api/types.ts'
import { oldestToDrop } from './backlog.ts'
import { cutRecord } from './cut-record.ts'
import { type ClientSelection, deleteRuns } from './delete-runs.ts'
import { type HistoryFile, inMemory, openHistoryFile, shortenJournal } from './history-file.ts'
import { HistoryRows, toRequestDocument, toText } from './history-rows.ts'
import type { EndedRun, KnownKey, PendingRun, QueuedRun, RunEnd, RunStart } from './kept-run.ts'
import { listRuns } from './list-runs.ts'
import { type Retention, removeOldRuns } from './retention.ts'
import { summarize } from './summarize.ts'
import { withoutInputs } from './without-inputs.ts'
import { WriteTimer } from './write-timer.ts'

export type HistoryOptions = Retention & {
  file: string
  /** Whether inputs are kept. */
  inputs: boolean
  onProblem: (problem: { message: string; isSolved: boolean }) => void
  /** The record of a run that was going on when the service was killed. */
  toInterrupted: (start: RunStart) => AnyRecord
}

/** What is kept in memory of the runs that end while the file cannot be written. */
const backlogLimits = { runs: 1000, characters: 64 * 2 ** 20 }

/** Old runs are looked for every minute, and sooner when so much was written. */
const sweepMs = 60_000
const sweepCharacters = 16 * 2 ** 20

/**
 * The runs in one SQLite file. A run that ends alone is written at once; the writes of runs that go on beside others are
 * gathered and committed together a moment later. What is not committed yet is read from memory. While the file cannot be
 * written, runs go on and the newest are kept in memory.
 */
export class History {
  readonly #options: HistoryOptions
  readonly #file: HistoryFile
  readonly #database: DatabaseSync
  readonly #rows: HistoryRows
  /** In the order in which they started. */
  readonly #pending = new Map<string, PendingRun>()
  readonly #timer = new WriteTimer(() => this.flush())
  readonly #sweeper: NodeJS.Timeout
  #committed = Promise.withResolvers<void>()
  #problem: string | null = null
  #closed = false
  #written = 0
  #isSweeping = false

  constructor(options: HistoryOptions) {
    this.#options = options
    this.#file = openHistoryFile(options.file, (movedTo, cause) => {
      options.onProblem({
        message: `The history was broken (${say(cause)}) and was moved to ${movedTo}.`,
        isSolved: true,
      })
    })
    this.#database = this.#file.database
    this.#rows = new HistoryRows(this.#database)
    this.#endInterrupted()
    this.#sweeper = setInterval(() => this.#sweep(), sweepMs).unref()
    this.#sweep()
  }

  get state(): ServiceStats['history'] {
    const { file } = this.#options
    const bytes = file === inMemory ? 0 : (statSync(file, { throwIfNoEntry: false })?.size ?? 0)
    return { isWritable: this.#problem === null, problem: this.#problem, bytes }
  }

  /**
   * `isAtOnce`: the row is in the file when this returns, if the file can be written. `mayWait`: the code has not begun, and what
   * was asked for is enough to begin it after a restart. True where the file holds all of that: then the run is in it as
   * `queued` until `started` is called.
   */
  begin(start: RunStart, request: RunRequest, options: { isAtOnce: boolean; mayWait: boolean }): boolean {
    const target = toText('workflow' in request ? request.workflow : request.node)
    const inputs = this.#options.inputs ? toText(request.inputs ?? {}) : null
    // As much of a secret as inputs are.
    const standIns = this.#options.inputs && 'standIns' in request ? toText(request.standIns) : null
    const secrets = request.secrets.length > 0 ? toText(request.secrets) : null
    // Secrets are not kept, and a run cannot begin without its own.
    const isWhole = target !== null && inputs !== null && secrets === null
    const isQueued = options.mayWait && isWhole && this.#options.file !== inMemory && this.#problem === null
    const pending = { start, request: { target, inputs, standIns, secrets }, end: null, isQueued }
    this.#pending.set(start.id, pending)
    if (this.#problem !== null) return false
    if (options.isAtOnce) this.flush()
    else this.#timer.withinMs(10)
    // The flush has failed: nobody will be told when the code begins, so the row must not say that it waits.
    if (this.#problem !== null) pending.isQueued = false
    return pending.isQueued
  }

  /** The code of a run that was queued begins: a restart does not begin it again. */
  started(id: string): void {
    const pending = this.#pending.get(id)
    if (pending) {
      pending.isQueued = false
      return
    }
    try {
      this.#rows.begin(id)
    } catch (error) {
      this.#fail(error)
    }
  }

  /** The runs that an earlier service accepted and did not begin, the oldest first. */
  readQueued(): QueuedRun[] {
    return this.#rows.readQueued().map((start) => {
      const request = this.#rows.readRequest(start.id, start.client)
      // The row was just read.
      if (!request) throw new Error(`${start.id} is gone`)
      return { start, request }
    })
  }

  /** Resolves when the end is in the file or writing it has failed. */
  async end(start: RunStart, ended: RunEnd): Promise<void> {
    if (this.#closed) return
    const end = toKept(ended, this.#options.inputs)
    const request = this.#pending.get(start.id)?.request ?? null
    this.#pending.set(start.id, { start, request, end, isQueued: false })
    if (this.#problem !== null) {
      this.#dropOldest()
      return
    }
    const committed = this.#committed.promise
    // Alone, it has nothing to be gathered with.
    if (this.#pending.size === 1) this.flush()
    else this.#timer.soon()
    await committed
  }

  /** Null for a run that goes on, as for one that is not known. */
  find(id: string, client: ClientId): EndedRun | null {
    const pending = this.#pending.get(id)
    if (pending?.end) return pending.start.client === client ? pending.end : null
    return this.#rows.readEnd(id, client)
  }

  /** The record as JSON, without reading it: one can be large. */
  findRecordText(id: string, client: ClientId): string | null {
    const pending = this.#pending.get(id)
    if (pending?.end) return pending.start.client === client ? recordText(pending.end.record) : null
    return this.#rows.readRecordText(id, client)
  }

  findRequest(id: string, client: ClientId): RunRequestDocument | null {
    const pending = this.#pending.get(id)
    if (pending?.request) {
      const { start, request } = pending
      return start.client === client ? toRequestDocument(start.subject.kind, request, start.rerunOf) : null
    }
    return this.#rows.readRequest(id, client)
  }

  /** The newest run of the client with this key among those whose id is not before `fromId`. */
  findByKey(client: ClientId, key: string, fromId: string): KnownKey | null {
    for (const { start } of this.#pending.values()) {
      const { id, idempotency } = start
      const isIt = start.client === client && idempotency?.key === key && id >= fromId
      if (isIt) return { id, requestHash: idempotency.requestHash }
    }
    return this.#rows.readKey(client, key, fromId)
  }

  /** While the file cannot be written, runs that are not in it are missing. */
  list(filter: RunFilter, client: ClientId): RunPage {
    if (this.#problem === null) this.flush()
    const { runs, nextCursor } = listRuns(this.#database, filter, client)
    const upToDate = runs.map((run) => {
      const pending = this.#pending.get(run.id)
      return pending ? summarize(pending) : run
    })
    return { runs: upToDate, nextCursor }
  }

  /** Deletes runs that have ended; gives how many. Throws `request_invalid`, and what SQLite says where the file cannot be written. */
  async delete(selection: ClientSelection): Promise<number> {
    // What has ended and is not in the file yet.
    this.flush()
    return await deleteRuns(this.#database, selection, () => !this.#closed)
  }

  /** Writes what is pending, in one transaction. */
  flush(): void {
    this.#timer.clear()
    const told = this.#committed
    this.#committed = Promise.withResolvers()
    try {
      // After a failure one run is tried first: gathering all that waits would be for nothing.
      if (this.#problem !== null) this.#writeFirst(1)
      this.#writeFirst(this.#pending.size)
      this.#solve()
    } catch (error) {
      this.#fail(error)
    }
    told.resolve()
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    clearInterval(this.#sweeper)
    this.flush()
    this.#timer.clear()
    this.#file.close()
  }

  #writeFirst(count: number): void {
    const runs = [...this.#pending.values()].slice(0, count)
    if (runs.length === 0) return
    const write = () => {
      for (const run of runs) this.#written += this.#rows.write(run)
    }
    // One statement is a transaction of its own.
    if (runs.length === 1) write()
    else this.#transact(write)
    for (const { start } of runs) this.#pending.delete(start.id)
    if (this.#written > sweepCharacters) setImmediate(() => this.#sweep())
  }

  #transact(write: () => void): void {
    try {
      this.#database.exec('BEGIN IMMEDIATE')
      write()
      this.#database.exec('COMMIT')
    } catch (error) {
      // Some failures have rolled back already.
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
      throw error
    }
  }

  #fail(error: unknown): void {
    const isNew = this.#problem === null
    this.#problem = `The history cannot be written: ${say(error)}.`
    this.#dropOldest()
    if (!this.#closed) this.#timer.withinMs(1000)
    if (isNew) this.#options.onProblem({ message: this.#problem, isSolved: false })
  }

  #solve(): void {
    if (this.#problem === null) return
    this.#problem = null
    this.#options.onProblem({ message: 'The history can be written again.', isSolved: true })
  }

  #dropOldest(): void {
    for (const id of oldestToDrop([...this.#pending.values()], backlogLimits)) this.#pending.delete(id)
  }

  /** Rows that still say `running` are of a service that was killed. */
  #endInterrupted(): void {
    const interrupted = this.#rows.readRunning()
    if (interrupted.length === 0) return
    for (const start of interrupted) {
      const end = { record: this.#options.toInterrupted(start), durationMs: null, trail: null }
      this.#pending.set(start.id, { start, request: null, end, isQueued: false })
    }
    this.flush()
  }

  #sweep(): void {
    if (this.#isSweeping || this.#closed) return
    this.#isSweeping = true
    this.#written = 0
    void this.#removeOld().finally(() => {
      this.#isSweeping = false
    })
  }

  /** What fails is left for the next time: if the file cannot be written, the next write says so. */
  async #removeOld(): Promise<void> {
    const goesOn = () => !this.#closed && this.#problem === null
    try {
      await removeOldRuns(this.#database, this.#options, goesOn)
      if (goesOn()) shortenJournal(this.#database, this.#options.file)
    } catch (error) {
      if (!this.#closed) process.emitWarning(error instanceof Error ? error : String(error))
    }
  }
}

function toKept(ended: RunEnd, hasInputs: boolean): RunEnd {
  const whole = hasInputs ? ended.record : withoutInputs(ended.record)
  const record = cutRecord(whole)
  return { ...ended, record, trail: record === whole ? ended.trail : { told: ended.told ?? 3 } }
}

function say(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
