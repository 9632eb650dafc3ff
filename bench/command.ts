import { Progress } from './progress.ts'

export type Watched = { progress: Progress; signal: AbortSignal }

/** A fault that the user can mend; shown without a stack. */
export class SetUpError extends Error {}

/**
 * Runs a command: SIGINT and SIGTERM abort `signal`, and whatever throws is told on stderr. Exit code 1: it failed,
 * 130: it was stopped.
 */
export async function runCommand(name: string, work: (watched: Watched) => Promise<void>): Promise<void> {
  const stop = new AbortController()
  const onSignal = () => stop.abort(new Error('stopped'))
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal)
  const progress = new Progress()
  try {
    await work({ progress, signal: stop.signal })
    progress.clear()
  } catch (error) {
    progress.clear()
    process.stderr.write(`${name}: ${stop.signal.aborted ? 'stopped; nothing is left behind' : describe(error)}\n`)
    process.exitCode = stop.signal.aborted ? 130 : 1
  }
}

function describe(error: unknown): string {
  if (error instanceof SetUpError) return error.message
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
