import { type ExecFileException, execFile } from 'node:child_process'
import { CodenodeError } from '../contract/error.ts'

export type Answer = { stdout: string; stderr: string; exitCode: number }

/** Long: a machine that starts many things at once answers late, and what is waited for is worth having. */
const answerMs = 120_000

const maxAnswerBytes = 2 ** 24

/**
 * Runs a program of the host and gives all that it printed, with its exit code. Throws `sandbox_unavailable` when it cannot be
 * started, did not end by itself or printed too much; only a program that is not there is called missing. `name`: what
 * messages call it, since its arguments can be long.
 */
export async function askProgram(
  file: string,
  args: readonly string[],
  options: { name: string; env: NodeJS.ProcessEnv; timeoutMs?: number },
): Promise<Answer> {
  const { name, env, timeoutMs = answerMs } = options
  return await new Promise((resolve, reject) => {
    const limits = { timeout: timeoutMs, killSignal: 'SIGKILL', maxBuffer: maxAnswerBytes } as const
    execFile(file, args, { env, ...limits }, (error, stdout, stderr) => {
      if (error === null) resolve({ stdout, stderr, exitCode: 0 })
      else if (typeof error.code === 'number') resolve({ stdout, stderr, exitCode: error.code })
      else reject(toRefusal(error, name, timeoutMs))
    })
  })
}

/** What a program said last, for a message. */
export function lastLine({ stderr }: Pick<Answer, 'stderr'>): string {
  return stderr.trim().split('\n').at(-1)?.slice(0, 200) ?? ''
}

type Failed = Pick<ExecFileException, 'code' | 'killed' | 'signal'>

function toRefusal(failed: Failed, name: string, timeoutMs: number): CodenodeError {
  const isMissing = failed.code === 'ENOENT' || failed.code === 'EACCES'
  const details = isMissing ? { missing: name } : { message: explain(failed, name, timeoutMs) }
  return new CodenodeError('sandbox_unavailable', details)
}

function explain({ code, killed, signal }: Failed, name: string, timeoutMs: number): string {
  if (typeof code === 'string') return `${name} could not be asked (${code}).`
  if (killed) return `${name} did not answer within ${timeoutMs / 1000} s. Is the machine overloaded?`
  return `${name} was ended by ${signal ?? 'something'}.`
}
