import { CommanderError } from 'commander'
import { buildProgram } from './build-program.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'
import { errorToJson, reportError } from './report-error.ts'
import { openTerminal } from './terminal.ts'

async function main(argv: readonly string[]): Promise<void> {
  const stderr = openTerminal(process.stderr)
  // Not process.exit: what was written must get out first.
  const end = (exitCode: ExitCode): void => {
    process.exitCode = exitCode
  }
  // `codenode run x | head`: nobody reads on, and that is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) =>
    process.exit(error.code === 'EPIPE' ? 0 : exitCodes.platform),
  )
  try {
    await buildProgram(end).parseAsync(argv)
  } catch (error) {
    if (error instanceof CommanderError) return end(error.exitCode === 0 ? exitCodes.success : exitCodes.usage)
    if (argv.includes('--json')) process.stdout.write(`${errorToJson(error)}\n`)
    end(reportError(error, stderr))
  }
}

await main(process.argv)
