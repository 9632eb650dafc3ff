import { readFileSync } from 'node:fs'
import { CodenodeError } from '../contract/error.ts'
import { Child } from './child.ts'
import type { FromZygote, Rlimits, ToZygote, ZygoteFacts, ZygoteStart } from './control.ts'
import { Conversation } from './conversation.ts'
import { afterFairly } from './fair-timer.ts'
import { findHugePages } from './huge-pages.ts'
import type { Launched } from './launch.ts'
import type { Greeted } from './listener.ts'
import { raiseOomScore } from './oom-score.ts'
import type { MemorySizes } from './rlimits.ts'
import type { RunGuard } from './run-guard.ts'
import type { RunUids } from './run-uids.ts'
import { SlotNumbers } from './slot-numbers.ts'

export type ZygoteState = 'starting' | 'serving' | 'dead'

export type ZygoteOptions = {
  launched: Launched
  start: Omit<ZygoteStart, 'socket' | 'inherited'>
  /** The limits of every child, given the zygote's own sizes. */
  buildRlimits: (own: MemorySizes) => Rlimits
  /** What the server allows a run to add. */
  memoryBytes: number
  /** What keeps its children's runs to their limits. */
  buildGuard: (zygotePid: number) => RunGuard
  /** Where its children's user ids come from; null where they have none of their own. */
  uids: RunUids | null
  /** Makes ids of children: unguessable, since a connection is known by its id. */
  nextId: () => string
  startMs: number
}

/** How long what a process printed last may be on its way. */
const lastWordsMs = 100
/** How long a zygote may take to end when its channel is closed. */
const stopMs = 5_000
/** How long a child may take to be ready. A zygote that is slower than any machine hangs. */
const forkMs = 30_000
/** How long a killed child may take to be gone. */
const killMs = 10_000

type Forking = { resolve: (child: Child) => void; reject: (error: Error) => void; endWait: () => void }

/** One warmed interpreter, from the host's side. It never gets user data; its children do, directly. */
export class Zygote {
  state: ZygoteState = 'starting'
  /** Why it is dead. */
  because = ''
  readonly pid: number
  readonly facts: ZygoteFacts
  readonly sizes: MemorySizes
  readonly #launched: Launched
  readonly #nextId: () => string
  readonly #children = new Map<string, Child>()
  readonly #forking = new Map<string, Forking>()
  readonly #slots = new SlotNumbers()
  readonly #guard: RunGuard
  readonly #uids: RunUids | null
  readonly #startedAt = performance.now()
  #forks = 0
  #isRetired = false
  readonly #deathListeners: (() => void)[] = []

  /** Starts and warms a zygote; rejects with `sandbox_unavailable` when it cannot. */
  static async start(options: ZygoteOptions): Promise<Zygote> {
    const { launched, start, buildRlimits, memoryBytes, startMs } = options
    const conversation = new Conversation(launched)
    try {
      conversation.say({ start: { ...start, socket: launched.socket, inherited: launched.inherited } })
      const answer = await conversation.hear(startMs)
      if (!answer.warmed) {
        throw new CodenodeError('sandbox_unavailable', {
          message: answer.refused?.message ?? 'The zygote gave no reason.',
        })
      }
      const pid = launched.findPid()
      raiseOomScore(pid)
      const sizes = readSizes(pid)
      conversation.say({ serve: { rlimits: buildRlimits(sizes), memoryBytes, ...findHugePages(pid) } })
      return new Zygote(conversation, options, { pid, facts: answer.warmed, sizes })
    } catch (error) {
      launched.process.kill('SIGKILL')
      if (error instanceof CodenodeError) throw error
      throw new CodenodeError('sandbox_unavailable', { message: String(error) }, { cause: error })
    }
  }

  private constructor(
    conversation: Conversation,
    { nextId, buildGuard, uids }: ZygoteOptions,
    known: { pid: number; facts: ZygoteFacts; sizes: MemorySizes },
  ) {
    this.#launched = conversation.launched
    this.#nextId = nextId
    this.#guard = buildGuard(known.pid)
    this.#uids = uids
    this.pid = known.pid
    this.facts = known.facts
    this.sizes = known.sizes
    this.state = 'serving'
    this.#say = (message) => conversation.say(message)
    conversation.onMessage = (message) => this.#hear(message)
    conversation.onEnd = (because) => this.#die(because)
  }

  readonly #say: (message: ToZygote) => void

  onDeath(listener: () => void): void {
    this.#deathListeners.push(listener)
  }

  /**
   * Forks a child that is locked down and waits for work: a `spare` for later, or one for a run that is waiting.
   * `tmpBytes`: the size of its /tmp, 0 for none.
   */
  async fork(purpose: 'spare' | 'run', tmpBytes = 0): Promise<Child> {
    if (this.state !== 'serving') throw new CodenodeError('sandbox_lost', { message: this.because })
    const id = this.#nextId()
    const { uidBase } = this.#launched
    const uidNumber = this.#uids?.take() ?? null
    const slot = this.#slots.take() as number // there is no end of them
    this.#forks++
    const hangs = () => this.#die(`A child was not ready ${forkMs} ms after it was asked for.`)
    return await new Promise<Child>((resolve, reject) => {
      this.#forking.set(id, { resolve, reject, endWait: afterFairly(forkMs, hangs) })
      const kill = () => this.#kill(id)
      const isOutdated = () => this.#isRetired
      const onReady = () => this.#settleFork(id)?.resolve(this.#childOf(id))
      this.#children.set(id, new Child({ id, slot, uidNumber, guard: this.#guard, isOutdated, kill, onReady }))
      const uid = uidBase === null || uidNumber === null ? {} : { uid: uidBase + uidNumber }
      this.#say({ fork: id, slot, spare: purpose === 'spare', ...uid, ...(tmpBytes > 0 ? { tmpBytes } : {}) })
    })
  }

  /** True if the connection is one of this zygote's children. */
  attach(greeted: Greeted): boolean {
    const child = this.#children.get(greeted.hello.child)
    child?.attach(greeted)
    return child !== undefined
  }

  get childCount(): number {
    return this.#children.size
  }

  /** How much it has been used: children share what a zygote was given by chance, so it is not used for ever. */
  get use(): { forks: number; hours: number } {
    return { forks: this.#forks, hours: (performance.now() - this.#startedAt) / 3_600_000 }
  }

  /** Another zygote forks from now on: this one ends when its last child has. */
  retire(): void {
    this.#isRetired = true
    // Whoever has it already may be about to fork.
    setImmediate(() => this.#leaveIfIdle())
  }

  #leaveIfIdle(): void {
    if (this.#isRetired && this.state === 'serving' && this.#children.size === 0) void this.stop()
  }

  /** Ends the zygote and all its children; resolves when the process is gone. */
  async stop(): Promise<void> {
    const { process, control } = this.#launched
    if (process.exitCode !== null || process.signalCode !== null) return
    // Not `exit`, after which its pipes are still open.
    const gone = new Promise<void>((resolve) => process.once('close', () => resolve()))
    // Its children end by our doing, not by their own.
    for (const child of this.#children.values()) child.exited('lost')
    control.end()
    const timer = setTimeout(() => process.kill('SIGKILL'), stopMs)
    await gone
    clearTimeout(timer)
  }

  async #explainFailedFork(child: Child): Promise<void> {
    const waiting = this.#settleFork(child.id)
    if (!waiting) return
    await new Promise((resolve) => setTimeout(resolve, lastWordsMs)) // what it printed last is still on its way
    this.#children.delete(child.id)
    const because = child.said || this.#launched.said()
    waiting.reject(
      new CodenodeError('sandbox_unavailable', { message: `A child could not be locked down. ${because}` }),
    )
  }

  /** Everything that a run started ends with it. A zygote that does not see to that is of no use. */
  #kill(id: string): void {
    if (!this.#children.get(id)?.killDirectly()) this.#say({ kill: id })
    const child = this.#children.get(id)
    if (!child) return
    const endWait = afterFairly(killMs, () => {
      if (this.#children.has(id)) this.#die(`A child was still there ${killMs} ms after it was killed.`)
    })
    void child.gone.then(endWait)
  }

  #hear(message: FromZygote): void {
    if (message.exited) {
      const { id } = message.exited
      const child = this.#children.get(id)
      // A child that never got ready may still have something to say.
      if (!this.#forking.has(id)) this.#children.delete(id)
      if (child) this.#giveBack(child)
      child?.exited(message.exited)
      if (child) void this.#explainFailedFork(child)
    }
    if (message.failed) {
      const { id } = message.failed
      const child = this.#children.get(id)
      this.#children.delete(id)
      if (child) this.#giveBack(child)
      this.#settleFork(id)?.reject(new CodenodeError('sandbox_unavailable', { message: message.failed.message }))
    }
    this.#leaveIfIdle()
  }

  #giveBack({ slot, uidNumber }: Child): void {
    this.#slots.give(slot)
    if (uidNumber !== null) this.#uids?.give(uidNumber)
  }

  #die(because: string): void {
    if (this.state === 'dead') return
    this.state = 'dead'
    this.because = because
    for (const [id, child] of this.#children) {
      child.exited('lost')
      this.#settleFork(id)?.reject(new CodenodeError('sandbox_lost', { message: because }))
    }
    this.#uids?.giveWhenUnused([...this.#children.values()].flatMap(({ uidNumber }) => uidNumber ?? []))
    this.#children.clear()
    // The control channel may be closed while the process still runs: a zygote that does not answer is of no use.
    this.#launched.process.kill('SIGKILL')
    for (const listener of this.#deathListeners) listener()
  }

  #settleFork(id: string) {
    const waiting = this.#forking.get(id)
    waiting?.endWait()
    this.#forking.delete(id)
    return waiting
  }

  #childOf(id: string): Child {
    const child = this.#children.get(id)
    if (!child) throw new CodenodeError('internal_error', { message: `There is no child ${id}.` })
    return child
  }
}

function readSizes(pid: number): MemorySizes {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const bytes = (name: string) => Number(new RegExp(`^${name}:\\s*(\\d+) kB`, 'm').exec(status)?.[1] ?? 0) * 1024
  return { addressSpaceBytes: bytes('VmSize'), dataBytes: bytes('VmData'), residentBytes: bytes('VmRSS') }
}
