import { exitCodes } from './exit-codes.ts'
import type { Terminal } from './terminal.ts'

/**
 * The first Ctrl-C, or SIGTERM or SIGHUP, cancels what runs; the second one ends the command at once. In either case
 * nothing is left: the processes of a sandbox die with their host.
 */
export function listenForInterrupt({ write, isTty }: Terminal): { signal: AbortSignal; stop: () => void } {
  const controller = new AbortController()
  const interrupt = () => {
    if (controller.signal.aborted) process.exit(exitCodes.cancelled)
    if (isTty) write('\ncancelling …\n')
    controller.abort()
  }
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  for (const name of signals) process.on(name, interrupt)
  return {
    signal: controller.signal,
    stop: () => {
      for (const name of signals) process.off(name, interrupt)
    },
  }
}
