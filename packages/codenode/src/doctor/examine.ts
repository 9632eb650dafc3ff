import { defaultIsolation } from '../contract/isolation.ts'
import { runtimeNames } from '../contract/runtime-name.ts'
import type { SandboxOptions } from '../pool/create-sandbox.ts'
import type { Check } from './check.ts'
import { examineHost, examineKernel } from './examine-host.ts'
import { examineRuntime } from './examine-runtime.ts'

/**
 * Tries to break every layer of the isolation, in both languages, and tells of each whether it holds. Takes some seconds
 * and starts sandboxes of its own. `tell` gets the checks as they come; the answer has all of them.
 */
export async function examine(options: SandboxOptions, tell: (checks: Check[]) => void): Promise<Check[]> {
  const all: Check[] = []
  const keep = (checks: Check[]) => {
    all.push(...checks)
    tell(checks)
  }
  const isolation = options.isolation ?? defaultIsolation
  const bubblewrap = options.bubblewrap ?? process.env.CODENODE_BWRAP ?? 'bwrap'
  keep(await examineHost(isolation, bubblewrap))
  for (const name of runtimeNames) await examineRuntime(name, { ...options, isolation }, keep)
  keep(examineKernel())
  return all
}
