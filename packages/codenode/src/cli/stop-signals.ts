import { exitCodes } from './exit-codes.ts'
import type { Terminal } from './terminal.ts'

/** npm passes on a signal that the terminal has sent to everyone: what comes this close together is one. */
const sameSignalMs = 300

export type StopSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP'

export type StopListener = {
  /** Resolves to the first SIGTERM, SIGINT or SIGHUP; the next one ends the process at once. */
  asked: Promise<StopSignal>
  /** From here on SIGHUP calls `reload` instead. Where there is a terminal it still means that the terminal has gone. */
  onHangUp: (reload: () => void) => void
  forget: () => void
}

export function listenForStop({ write, isTty }: Terminal): StopListener {
  let reload: (() => void) | undefined
  const { promise: asked, resolve } = Promise.withResolvers<StopSignal>()
  let firstAt: number | undefined
  const stop = (signal: StopSignal) => {
    if (signal === 'SIGHUP' && reload) return reload()
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
    onHangUp: (asked) => {
      if (!isTty) reload = asked
    },
    forget: () => {
      for (const name of signals) process.off(name, stop)
    },
  }
}
