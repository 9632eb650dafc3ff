import { ForkingSandbox } from './forking-sandbox.ts'
import { HostedSandbox } from './hosts/hosted-sandbox.ts'
import type { RunningSandbox, SandboxOptions } from './running-sandbox.ts'

export type { RunningSandbox, SandboxOptions, SandboxStats } from './running-sandbox.ts'

/** Starts the interpreters; rejects with `sandbox_unavailable` when something that is asked for cannot be enforced. */
export async function createSandbox(options: SandboxOptions = {}): Promise<RunningSandbox> {
  const { hosts = 0 } = options
  const sandbox = hosts > 0 ? new HostedSandbox(options, hosts) : new ForkingSandbox(options)
  try {
    await sandbox.open()
    return sandbox
  } catch (error) {
    await sandbox.close()
    throw error
  }
}
