import { CodenodeError } from 'codenode/internal/contract/error'
import { type FailureCode, failures } from 'codenode/internal/contract/failures'
import type { Execution, ExecutionFailure, LogStream } from 'codenode/internal/contract/program'
import * as z from 'zod'
import type { ProgramRequest } from '../../service/api/types.ts'

/** What became of a program. */
export const runResultSchema = z.object({
  stdout: z.string(),
  stderr: z.string(),
  error: z.string().describe('Empty when the program was a success, whatever it wrote to stderr.'),
  exit_code: z.int().describe('-1: it was killed.'),
})

export type RunResult = z.infer<typeof runResultSchema>

type Language = ProgramRequest['language']
type Outcome = Execution['outcome']
type Exited = Omit<Extract<Outcome, { status: 'exited' }>, 'status'>
type End = { exitCode: number; reasons: readonly string[] }

/** dify-sandbox's exit codes for a program that was killed, and for a Python program that raised. */
const killed = -1
const raisedInPython = 255

/** The reasons that dify-sandbox knows; Dify's users look for these words. */
const namedReasons: Partial<Record<FailureCode, string>> = {
  wall_time_exceeded: 'timeout',
  cpu_time_exceeded: 'timeout',
  operation_blocked: 'operation not permitted',
}

const cutReason = 'error: the program printed more than is kept, so its output is not whole'

/** Of these the traceback, which is in stderr, says all there is to say. */
const saidInStderr: readonly FailureCode[] = ['code_threw', 'syntax_error']

/** The answer for a program that ran. Throws `CodenodeError` where the platform failed, so that there is no answer. */
export function toRunResult({ outcome, logs, cut = [] }: Execution, language: Language): RunResult {
  const textOf = (stream: LogStream) => logs.map((entry) => (entry.stream === stream ? entry.text : '')).join('')
  const stdout = textOf('stdout')
  const stderr = textOf('stderr')
  const { exitCode, reasons } = judge(outcome, language, cut.includes('stdout'))
  if (exitCode === 0) return { stdout, stderr, error: '', exit_code: 0 }
  const lines = [`process exited with code ${exitCode}`, ...reasons, ...(stderr === '' ? [] : [stderr])]
  return { stdout, stderr, error: lines.join('\n'), exit_code: exitCode }
}

function judge(outcome: Outcome, language: Language, isCut: boolean): End {
  switch (outcome.status) {
    case 'exited':
      return judgeExit(outcome, language, isCut)
    case 'failed': {
      const { failure } = outcome
      if (failures[failure.code].blame === 'platform') throw new CodenodeError(failure.code, failure.details)
      const exit = exitOf(failure)
      return exit ? judgeExit(exit, language, isCut) : { exitCode: killed, reasons: explain(failure) }
    }
    case 'cancelled':
      throw new CodenodeError('cancelled', {})
    case 'returned':
      throw new CodenodeError('internal_error', { message: 'A whole program came back with a result.' })
  }
}

function judgeExit({ exitCode, failure }: Exited, language: Language, isCut: boolean): End {
  if (failure) return { exitCode: language === 'python' ? raisedInPython : exitCode, reasons: explain(failure) }
  // Of what a program gives to exit() the kernel keeps the lowest byte.
  const status = exitCode & 0xff
  // Half an output must not be taken for the whole.
  if (status === 0 && isCut) return { exitCode: killed, reasons: [cutReason] }
  return { exitCode: status, reasons: [] }
}

/** How a program ended itself past its interpreter, by `os._exit`; null when it was ended by something else. */
function exitOf({ code, details }: ExecutionFailure): Exited | null {
  return code === 'code_exited' && typeof details.exitCode === 'number' ? { exitCode: details.exitCode } : null
}

/** dify-sandbox's word for it where it has one, our sentence, and what to do where that is known for this very failure. */
function explain({ code, message, hint }: ExecutionFailure): string[] {
  if (saidInStderr.includes(code)) return []
  const named = namedReasons[code]
  const said = named ? [`error: ${named}`, message] : [`error: ${message}`]
  return hint === undefined ? said : [...said, hint]
}
