/**
 * The table that the thread that serves and the thread that watches have in common: for each run a row of whole numbers.
 * A row belongs to the thread that serves while it is `free`, and to both while it is not.
 */

/** More than can run at once in all sandboxes of a thread, ended children that are not reaped yet included. */
export const rowCount = 4096
const wordsInHeader = 16
const wordsInRow = 16

/**
 * `asleep`: 1 while the watch waits to be woken by the next run. `stop`: 1 when it has to end. `rows`: how many rows have
 * been used so far.
 */
export const header = { asleep: 0, stop: 1, rows: 2 } as const

/**
 * `state` is the number of the run that has the row, times four, plus the phase: what is decided for one run can never be
 * done to the next one in the same row.
 */
export const column = {
  state: 0,
  reason: 1,
  pid: 2,
  pidfd: 3,
  /** On `monotonicMs`'s clock. */
  deadlineMs: 4,
  memoryKb: 5,
  cpuMs: 6,
  threads: 7,
  channel: 8,
  stdout: 9,
  stderr: 10,
} as const

/** `killing`: the watch is about to use the descriptor of the process, which must not be closed now. */
export const phase = { free: 0, watched: 1, killing: 2, killed: 3 } as const

/** Why a run was ended by the watch, by the number in its row. */
export const reasons = [
  'memory_exceeded',
  'cpu_time_exceeded',
  'threads_exceeded',
  'wall_time_exceeded',
  'held_up',
] as const
export type Reason = (typeof reasons)[number]

export function makeTable(): Int32Array<SharedArrayBuffer> {
  return new Int32Array(new SharedArrayBuffer(4 * (wordsInHeader + rowCount * wordsInRow)))
}

/** Where a number of a row is in the table. */
export function place(row: number, name: keyof typeof column): number {
  return wordsInHeader + row * wordsInRow + column[name]
}

export function toState(generation: number, at: number): number {
  return (generation << 2) | at
}

export function phaseOf(state: number): number {
  return state & 3
}

/** The same clock in every thread; it begins anew every 49 days, so that only differences mean something. */
export function monotonicMs(): number {
  return Number(BigInt.asIntN(32, process.hrtime.bigint() / 1_000_000n))
}

/** Milliseconds from `since` to `at`; right for less than 24 days. */
export function elapsedMs(since: number, at: number): number {
  return (at - since) | 0
}

/** A deadline that never comes. */
export function never(now: number): number {
  return (now + 2 ** 30) | 0
}
