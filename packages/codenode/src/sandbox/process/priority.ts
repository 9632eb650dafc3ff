import { readdirSync, readFileSync } from 'node:fs'
import { getPriority } from 'node:os'
import koffi from 'koffi'

/** A niceness from 5, what a run starts with, to 19; or `idle`, which gets the processors when nobody else wants them. */
export type Priority = number | 'idle'

/** What children set for themselves before they are ready (`runtimes/*`/lockdown.*): a third of the service's weight. */
export const usualNiceness = 5
/** Beyond so much CPU time a run goes behind the short ones. */
const shortRunMs = 1000
const nicenessOfLongRuns = 10
const lowest = 19
/** So many threads an ordinary program has, numpy's and the interpreter's own included. */
const ordinaryThreads = 4
/** Each step of niceness is this factor of weight. */
const factorOfAStep = 1.25
/** So many threads of the lowest niceness weigh about as much as one of the usual. */
const mostAtTheLowest = 22

/**
 * The scheduler shares processors among threads, not among runs. So the more of its threads want a processor, the less
 * each of them weighs, and all together weigh about as much as one.
 */
export function priorityFor({ cpuMs, busyThreads }: { cpuMs: number; busyThreads: number }): Priority {
  const base = cpuMs > shortRunMs ? nicenessOfLongRuns : usualNiceness
  if (busyThreads <= ordinaryThreads) return base
  const niceness = base + Math.ceil(Math.log(busyThreads) / Math.log(factorOfAStep))
  if (niceness <= lowest) return niceness
  return busyThreads <= mostAtTheLowest ? lowest : 'idle'
}

/** Makes a run give way when it uses much. Lowering a priority needs no right; it is never raised again, which would. */
export class RunPriority {
  readonly #pid: number
  #current: Priority = usualNiceness

  constructor(pid: number) {
    this.#pid = pid
  }

  /** To be called from time to time while the run lasts, with the CPU time and the number of threads that it has by now. */
  adjust(cpuMs: number, threadCount: number): void {
    const isOrdinary = threadCount <= ordinaryThreads
    // Nearly all looks at nearly all runs end here.
    if (isOrdinary && !isLower(priorityFor({ cpuMs, busyThreads: threadCount }), this.#current)) return
    const threads = threadsOf(this.#pid)
    const busyThreads = isOrdinary ? threadCount : countBusy(this.#pid, threads)
    const wanted = priorityFor({ cpuMs, busyThreads })
    if (isLower(wanted, this.#current)) this.#current = wanted
    if (this.#current === usualNiceness) return
    // All of them each time: a new thread has the priority of the one that made it, which may not have been lowered yet.
    for (const thread of threads) lowerThread(thread, this.#current)
  }
}

function isLower(one: Priority, other: Priority): boolean {
  if (other === 'idle') return false
  return one === 'idle' || one > other
}

/** As the host numbers them; none when the process is gone. */
function threadsOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).map(Number)
  } catch {
    return []
  }
}

/** Those that run or could run now. */
function countBusy(pid: number, threads: readonly number[]): number {
  return threads.filter((thread) => {
    try {
      const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'latin1')
      // Behind the name, which may hold anything.
      return stat.charAt(stat.lastIndexOf(')') + 2) === 'R'
    } catch {
      return false // it has just ended
    }
  }).length
}

const PRIO_PROCESS = 0
const SCHED_IDLE = 5

type Native = { setPriority: (...args: number[]) => number; setScheduler: (...args: unknown[]) => number }
let native: Native | undefined

function load(): Native {
  if (native) return native
  const libc = koffi.load(null)
  native = {
    setPriority: libc.func('int setpriority(int, uint32_t, int)'),
    setScheduler: libc.func('int sched_setscheduler(int, int, const int *)'),
  }
  return native
}

/** A thread that is gone, or of a machine that refuses this, keeps what it has. */
function lowerThread(thread: number, priority: Priority): void {
  const { setPriority, setScheduler } = load()
  // Runs begin at the service's own niceness where that is worse than the usual one; root could raise them above it.
  setPriority(PRIO_PROCESS, thread, priority === 'idle' ? lowest : Math.max(priority, getPriority(process.pid)))
  if (priority === 'idle') setScheduler(thread, SCHED_IDLE, [0])
}
