import { RunWatch } from './run-watch.ts'

let shared: { watch: Promise<RunWatch>; users: number } | undefined

/** The watch of this thread, for as long as a sandbox needs it. */
export type BorrowedWatch = { watch: Promise<RunWatch>; giveBack: () => Promise<void> }

/** Starts the watch of this thread if it is not there; it ends when the last one gives it back. */
export function borrowWatch(): BorrowedWatch {
  shared ??= { watch: RunWatch.start(), users: 0 }
  const one = shared
  one.users++
  // Whoever needs it hears of it.
  one.watch.catch(() => {
    if (shared === one) shared = undefined
  })
  let isBack = false
  const giveBack = async () => {
    if (isBack) return
    isBack = true
    if (--one.users > 0) return
    if (shared === one) shared = undefined
    const watch = await one.watch.catch(() => null)
    await watch?.close()
  }
  return { watch: one.watch, giveBack }
}
