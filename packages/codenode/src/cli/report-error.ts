import { isCodenodeError } from '../contract/error.ts'
import { describeFailure, type FailureCode, failures, type WorkflowIssue } from '../contract/failures.ts'
import { listNames, maxToldIssues, type ToldIssues } from '../contract/issues.ts'
import { stringifyLossless } from '../json/json.ts'
import { adviceFor } from './draw-error.ts'
import { type ExitCode, exitCodeOfFailure, exitCodes } from './exit-codes.ts'
import { showSafely, type Terminal } from './terminal.ts'
import { UsageError } from './usage-error.ts'

/** Tells what kept a command from its work, and gives the exit code. */
export function reportError(error: unknown, { write, paint }: Pick<Terminal, 'write' | 'paint'>): ExitCode {
  const { message, advice, exitCode } = explain(error)
  write(`${paint.red(paint.bold('codenode:'))} ${showSafely(message)}\n`)
  if (advice) write(`  ${showSafely(advice).replaceAll('\n', '\n  ')}\n`)
  return exitCode
}

/** The same for machines: where no record came about, `--json` prints an object with the error alone. */
export function errorToJson(error: unknown): string {
  const { code, message, advice: hint, exitCode, details } = explain(error)
  const entry = code === 'usage' ? null : failures[code]
  const [type, blame] = [entry?.type ?? 'CodeNodeError', entry?.blame ?? 'configuration']
  return stringifyLossless({ error: { code, type, blame, message, hint, exitCode, details, traceback: null } })
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
  if (isCodenodeError(error)) {
    const { code, details } = error
    const unsupported = code === 'workflow_invalid' ? explainUnsupported(details) : null
    if (unsupported) return { code, ...unsupported, exitCode: exitCodeOfFailure(code), details }
    // Whoever corrects a file wants to see all of it at once.
    const message = describeFailure(code, details, maxToldIssues)
    // The issues of a configuration say it all.
    const said = error.cause instanceof Error ? (error.cause.message.split('\n')[0] ?? '') : ''
    const isTold = code === 'configuration_invalid' || message.includes(said)
    const cause = isTold ? '' : ` (${said})`
    const advice = code === 'inputs_invalid' ? inputsAdvice : adviceFor(code)
    return { code, message: message + cause, advice, exitCode: exitCodeOfFailure(code), details }
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

/** In the options of the command. */
const inputsAdvice =
  'Give an input by --input name=value, or all of them in a file by --inputs FILE. Secrets of a past run are not kept: give them anew.'

/** Three lines where nothing is wrong but types that do not run here: which nodes, and the ways out. */
function explainUnsupported(details: object): { message: string; advice: string } | null {
  // The details of this code.
  const { issues, issueCount } = details as ToldIssues<WorkflowIssue>
  if (issueCount !== undefined || issues.length === 0) return null
  if (!issues.every(({ nodeType, nodes }) => nodeType !== undefined && nodes)) return null
  const types = issues.map(({ nodeType, nodes = [] }) => `${nodeType} (${listNames(nodes.map(({ title }) => title))})`)
  const count = issues.reduce((sum, { nodes = [] }) => sum + nodes.length, 0)
  const subject = count === 1 ? 'A node is of a type that does' : `${count} nodes are of types that do`
  return {
    message: `${subject} not run here: ${types.join(', ')}.`,
    advice: [
      'Give them outputs: --write-stand-ins FILE writes a file to be filled, --stand-ins FILE runs with it, --stand-ins made makes values up.',
      'Or run only the Code nodes, with given inputs: --only-code.',
    ].join('\n'),
  }
}
