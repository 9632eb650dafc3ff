import type { IsolationLevel } from '../contract/program.ts'
import type { RuntimeName } from '../contract/runtime-name.ts'
import { createSandbox, type RunningSandbox } from '../pool/create-sandbox.ts'
import { listenForInterrupt } from './interrupt.ts'
import { namesAnyPackage } from './names-package.ts'
import { type Settings, warn } from './read-settings.ts'
import { openTerminal } from './terminal.ts'

export type SandboxUse = {
  runtimes: readonly RuntimeName[]
  isolation: IsolationLevel | undefined
  /** All code that it runs. Packages are imported ahead only if some of it mentions one. */
  code: readonly string[]
  /** Children forked ahead. Default: 0, since a fork while it is asked for costs less than one in advance. */
  spares?: number
}

/** Opens a sandbox for what one command runs, and closes it whatever happens. Ctrl-C aborts `signal`. */
export async function withSandbox<Value>(
  config: Settings,
  { runtimes, isolation, code, spares = 0 }: SandboxUse,
  use: (opened: { sandbox: RunningSandbox; signal: AbortSignal }) => Promise<Value>,
): Promise<Value> {
  const { signal, stop } = listenForInterrupt(openTerminal(process.stderr))
  try {
    const sandbox = await createSandbox({
      dataDir: config.dataDir,
      packagesDir: config.packagesDir,
      onWarning: warn,
      isolation: isolation ?? config.isolation,
      limits: config.limits,
      bigIntegers: config.bigIntegers,
      timeZone: config.timeZone,
      runtimes,
      spares,
      preload: namesAnyPackage(code, config.packagesDir) ? 'common' : 'standard-library',
    })
    try {
      return await use({ sandbox, signal })
    } finally {
      await sandbox.close()
    }
  } finally {
    stop()
  }
}
