import { callListener } from '../values/call-listener.ts'
import { ForkingSandbox } from './forking/forking-sandbox.ts'
import { HostedSandbox } from './hosts/hosted-sandbox.ts'
import { describeMissingPackages } from './missing-packages.ts'
import type { RunningSandbox } from './options/running-sandbox.ts'
import { parseSandboxOptions, type SandboxOptions } from './options/sandbox-options.ts'

export type { RunningSandbox, SandboxStats } from './options/running-sandbox.ts'
export type { SandboxOptions }

/**
 * Starts the interpreters. Rejects with `configuration_invalid`, before anything starts, when options are wrong, and with
 * `sandbox_unavailable` when something that is asked for cannot be enforced. `onLaunched`: told when the interpreters have been
 * started, and this thread has nothing to do until they are warm.
 */
export async function createSandbox(
  given: SandboxOptions = {},
  { onLaunched }: { onLaunched?: () => void } = {},
): Promise<RunningSandbox> {
  const { onWarning: listener, ...options } = parseSandboxOptions(given)
  const onWarning = (message: string): void => callListener('onWarning', listener, message)
  const missing = options.packages === 'none' ? null : describeMissingPackages(options.packagesDir, options.runtimes)
  if (missing) onWarning(missing)
  const sandbox = options.hosts > 0 ? new HostedSandbox(options) : new ForkingSandbox(options)
  try {
    await sandbox.open(onLaunched)
    return sandbox
  } catch (error) {
    await sandbox.close()
    throw error
  }
}
