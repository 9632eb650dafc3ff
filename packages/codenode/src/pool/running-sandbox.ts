import type { ServerLimits } from '../contract/limits.ts'
import type { IsolationLevel, Sandbox } from '../contract/program.ts'
import type { InstalledPackage } from '../sandbox/installed-packages.ts'
import type { RuntimeName } from '../sandbox/runtime-name.ts'

export type SandboxOptions = {
  /** Interpreters to warm now; others are started at their first run. Default: both. */
  runtimes?: readonly RuntimeName[]
  /** Where the packages are and the socket is made. Default: `CODENODE_DATA_DIR`, else the nearest `.codenode`. */
  dataDir?: string
  /**
   * The isolation that is asked for; what it needs must hold, or nothing starts. Default: every layer. The weaker level,
   * for hosts that refuse user namespaces, is used only when it is named here.
   */
  isolation?: IsolationLevel
  /** Children forked ahead of need for each interpreter. Default: the number of cores, at least 8. */
  spares?: number
  /**
   * Threads that keep zygotes, sockets and limits away from the thread that calls. Default: 0. Each costs some 40 MiB and a
   * run that goes through one a third of a millisecond, and takes two thirds of a run's work off the calling thread.
   */
  hosts?: number
  /** Runs at once. Default: twice the number of cores, at least 4. */
  maxRunning?: number
  /** Runs that wait beyond those. Default: 1000. */
  maxWaiting?: number
  /** The server's limits; a node can only lower them. */
  limits?: ServerLimits
  /** The program that makes the namespaces. Default: `CODENODE_BWRAP`, else `bwrap`. */
  bubblewrap?: string
}

/** A running sandbox. It must be closed, by `close()` or `await using`: it owns processes and a socket. */
export interface RunningSandbox extends Sandbox, AsyncDisposable {
  readonly limits: ServerLimits
  /** What user code can import. */
  packages(): Record<RuntimeName, InstalledPackage[]>
  /** Figures of the moment, for metrics and tests. */
  stats(): SandboxStats
}

export type SandboxStats = {
  running: number
  waiting: number
  runtimes: Partial<
    Record<RuntimeName, { spares: number; lost: number; zygotePid: number | null; version: string | null }>
  >
}
