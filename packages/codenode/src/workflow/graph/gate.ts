import { isCodenodeError } from '../../contract/error.ts'
import type { Execution, Program, Sandbox, SandboxRunOptions } from '../../contract/program.ts'
import { Admission, type AdmissionOptions } from '../../line/admission.ts'

/**
 * A sandbox in which at most so many programs are at once; more wait here, so that a wide graph does not fill the sandbox's
 * line. What is too much for a bounded line is refused: `run` rejects with `pool_full`.
 */
export function gateSandbox(sandbox: Sandbox, options: AdmissionOptions): Sandbox {
  const admission = new Admission(options)
  return {
    get isolation() {
      return sandbox.isolation
    },
    run: (program, options) => runInTurn(sandbox, admission, program, options),
    close: () => sandbox.close(),
  }
}

async function runInTurn(
  sandbox: Sandbox,
  admission: Admission,
  program: Program,
  options: SandboxRunOptions = {},
): Promise<Execution> {
  const asked = performance.now()
  const hasPlace = !options.signal?.aborted && admission.tryEnter()
  if (!hasPlace && !(await hasWaited(admission, options))) return notRun(sandbox)
  try {
    const waitedMs = hasPlace ? 0 : performance.now() - asked
    const execution = await sandbox.run(program, options)
    if (waitedMs === 0) return execution
    const { usage } = execution
    return { ...execution, usage: { ...usage, queuedMs: usage.queuedMs + waitedMs } }
  } finally {
    admission.leave()
  }
}

/** False: the signal came first. */
async function hasWaited(admission: Admission, { signal, client }: SandboxRunOptions): Promise<boolean> {
  try {
    await admission.enter(signal, client)
    return true
  } catch (error) {
    if (isCodenodeError(error, 'cancelled')) return false
    throw error
  }
}

/** What became of a program that was not run. */
export function notRun({ isolation }: Sandbox): Execution {
  const usage = { wallMs: 0, queuedMs: 0, cpuMs: 0, peakMemoryBytes: 0 }
  return { outcome: { status: 'cancelled' }, logs: [], usage, isolation }
}
