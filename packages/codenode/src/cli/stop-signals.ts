import { exitCodes } from './exit-codes.ts'
import type { Terminal } from './terminal.ts'

/** npm passes on a signal that the terminal has sent to everyone: what comes this close together is one. */
const sameSignalMs = 300

export type StopSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP'

/** `asked` resolves to the first SIGTERM, SIGINT or SIGHUP; the next one ends the process at once. */
export function listenForStop({ write, isTty }: Terminal): { asked: Promise<StopSignal>; forget: () => void } {
  const { promise: asked, resolve } = Promise.withResolvers<StopSignal>()
  let firstAt: number | undefined
  const stop = (signal: StopSignal) => {
    const now = performance.now()
    if (firstAt !== undefined && now - firstAt > sameSignalMs) process.exit(exitCodes.cancelled)
    if (firstAt === undefined && isTty) write('\nstopping; press again to stop at once …\n')
    firstAt ??= now
    resolve(signal)
  }
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  for (const name of signals) process.on(name, stop)
  return {
    asked,
    forget: () => {
      for (const name of signals) process.off(name, stop)
    },
  }
}
