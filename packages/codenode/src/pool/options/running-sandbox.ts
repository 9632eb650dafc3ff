import type { ServerLimits } from '../../contract/limits.ts'
import type { Sandbox } from '../../contract/program.ts'
import type { RuntimeName } from '../../contract/runtime-name.ts'
import type { InstalledPackage } from '../../sandbox/installed-packages.ts'

/** A running sandbox. It must be closed, by `close()` or `await using`: it owns processes and a socket. */
export interface RunningSandbox extends Sandbox, AsyncDisposable {
  readonly limits: ServerLimits
  /** What user code can import. */
  packages(): Record<RuntimeName, InstalledPackage[]>
  /** Figures of the moment, for metrics and tests. */
  stats(): SandboxStats
}

export type SandboxStats = {
  /** Programs that have a place. */
  running: number
  waiting: number
  /** Processes of programs that were answered, which are being ended and have no place any more. */
  ending: number
  runtimes: Partial<
    Record<RuntimeName, { spares: number; lost: number; zygotePid: number | null; version: string | null }>
  >
}
