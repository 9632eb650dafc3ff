import type { Execution, LogEntry, Program, Sandbox, SandboxRunOptions } from '../contract/program.ts'
import { LogMask } from '../secrets/log-mask.ts'
import type { SecretMask } from '../secrets/secret-mask.ts'

/**
 * A sandbox that hides secrets in all that it tells of a program but its result, which the nodes behind it get: in logs while
 * they are printed, and in failures.
 */
export function maskSandbox(sandbox: Sandbox, mask: SecretMask | null): Sandbox {
  if (!mask) return sandbox
  return {
    get isolation() {
      return sandbox.isolation
    },
    run: (program, options = {}) => runMasked(sandbox, mask, program, options),
    close: () => sandbox.close(),
  }
}

async function runMasked(
  sandbox: Sandbox,
  mask: SecretMask,
  program: Program,
  options: SandboxRunOptions,
): Promise<Execution> {
  const { onLog } = options
  const live = new LogMask(mask)
  const tell = (entry: LogEntry | null): void => {
    if (entry) onLog?.(entry)
  }
  try {
    const execution = await sandbox.run(program, { ...options, onLog: onLog && ((entry) => tell(live.push(entry))) })
    return { ...execution, logs: maskLogs(execution.logs, mask), outcome: maskOutcome(execution.outcome, mask) }
  } finally {
    // Also before a failure of the sandbox itself.
    for (const entry of live.end()) tell(entry)
  }
}

/** The same pieces that were told live. */
function maskLogs(logs: readonly LogEntry[], mask: SecretMask): LogEntry[] {
  const whole = new LogMask(mask)
  const pieces = logs.map((entry) => whole.push(entry)).filter((entry) => entry !== null)
  return [...pieces, ...whole.end()]
}

function maskOutcome(outcome: Execution['outcome'], mask: SecretMask): Execution['outcome'] {
  if (!('failure' in outcome) || !outcome.failure) return outcome
  return { ...outcome, failure: mask.failure(outcome.failure) }
}
