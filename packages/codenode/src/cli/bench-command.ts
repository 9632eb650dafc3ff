import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { installation } from '../places/installation.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'
import { UsageError } from './usage-error.ts'

const benchmark = path.join(installation.root, 'bench/main.ts')

/** Starts the benchmark of the repository with the same arguments; installed as a package there is none. */
export async function benchCommand(args: readonly string[]): Promise<ExitCode> {
  // In a project, a file of that name is the project's own.
  if (installation.kind !== 'clone' || !existsSync(benchmark)) {
    throw new UsageError(
      'The benchmark is part of the repository, not of the package.',
      'Clone it and call: npm run bench',
    )
  }
  const child = spawn(process.execPath, [benchmark, ...args], { stdio: 'inherit' })
  // Ctrl-C reaches the benchmark too, which ends by itself.
  const ignore = () => undefined
  process.on('SIGINT', ignore)
  try {
    return await new Promise<ExitCode>((resolve, reject) => {
      child.once('error', reject)
      child.once('exit', (code, signal) => resolve(toExitCode(code, signal)))
    })
  } finally {
    process.off('SIGINT', ignore)
  }
}

function toExitCode(code: number | null, signal: NodeJS.Signals | null): ExitCode {
  if (signal === 'SIGINT') return exitCodes.cancelled
  return Object.values(exitCodes).find((known) => known === code) ?? exitCodes.platform
}
