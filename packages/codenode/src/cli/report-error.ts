import { CodenodeError } from '../contract/error.ts'
import { describeFailure, type FailureCode, failures } from '../contract/failures.ts'
import { maxToldIssues } from '../contract/issues.ts'
import { stringifyLossless } from '../contract/json.ts'
import { adviceFor } from './draw-error.ts'
import { type ExitCode, exitCodeOfFailure, exitCodes } from './exit-codes.ts'
import { showSafely, type Terminal } from './terminal.ts'
import { UsageError } from './usage-error.ts'

/** Tells what kept a command from its work, and gives the exit code. */
export function reportError(error: unknown, { write, paint }: Pick<Terminal, 'write' | 'paint'>): ExitCode {
  const { message, advice, exitCode } = explain(error)
  write(`${paint.red(paint.bold('codenode:'))} ${showSafely(message)}\n`)
  if (advice) write(`  ${showSafely(advice)}\n`)
  return exitCode
}

/** The same for machines: where no record came about, `--json` prints an object with the error alone. */
export function errorToJson(error: unknown): string {
  const { code, message, advice, exitCode, details } = explain(error)
  const entry = code === 'usage' ? null : failures[code]
  const [type, blame] = [entry?.type ?? 'CodeNodeError', entry?.blame ?? 'configuration']
  return stringifyLossless({ error: { code, type, blame, message, advice, exitCode, details, traceback: null } })
}

type Explained = {
  code: FailureCode | 'usage'
  message: string
  advice: string
  exitCode: ExitCode
  details: object
}

function explain(error: unknown): Explained {
  if (error instanceof UsageError) {
    const { message, advice } = error
    return { code: 'usage', message, advice, exitCode: exitCodes.usage, details: {} }
  }
  if (error instanceof CodenodeError) {
    // instanceof cannot know the code, which decides the type of the details.
    const { code, details } = error as CodenodeError
    // Whoever corrects a file wants to see all of it at once.
    const message = describeFailure(code, details, maxToldIssues)
    // The issues of a configuration say it all.
    const isTold = code === 'configuration_invalid' || !(error.cause instanceof Error)
    const cause = isTold ? '' : ` (${(error.cause as Error).message.split('\n')[0]})`
    return { code, message: message + cause, advice: adviceFor(code), exitCode: exitCodeOfFailure(code), details }
  }
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return {
    code: 'internal_error',
    message: `An unexpected failure: ${message}`,
    advice: adviceFor('internal_error'),
    exitCode: exitCodes.platform,
    details: {},
  }
}
