import { exitCodes } from './exit-codes.ts'
import type { Terminal } from './terminal.ts'

/** npm passes on a signal that the terminal has sent to everyone: what comes this close together is one. */
const sameSignalMs = 300

export type StopSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP'

export type StopListener = {
  /** Resolves to the first SIGTERM, SIGINT or SIGHUP; the next one ends the process at once. */
  asked: Promise<StopSignal>
  /** What SIGHUP calls where it does not stop. One that came before calls it at once. */
  onHangUp: (reload: () => void) => void
  forget: () => void
}

/** `reloads`: SIGHUP means that settings have changed, unless there is a terminal: then it means that the terminal has gone. */
export function listenForStop({ write, isTty }: Terminal, { reloads = false } = {}): StopListener {
  const isReload = reloads && ![process.stdin, process.stdout, process.stderr].some((stream) => stream.isTTY)
  let reload: (() => void) | undefined
  let isDue = false
  const { promise: asked, resolve } = Promise.withResolvers<StopSignal>()
  let firstAt: number | undefined
  const stop = (signal: StopSignal) => {
    if (signal === 'SIGHUP' && isReload) {
      isDue = reload === undefined
      return reload?.()
    }
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
      reload = asked
      if (isDue) asked()
    },
    forget: () => {
      for (const name of signals) process.off(name, stop)
    },
  }
}
