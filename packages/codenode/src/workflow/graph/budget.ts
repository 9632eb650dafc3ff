import { CodenodeError } from '../../contract/error.ts'
import { buildFailure } from '../../contract/failure-values.ts'
import type { Execution, Program, Sandbox, SandboxRunOptions } from '../../contract/program.ts'
import { notRun } from './gate.ts'

/**
 * What one run may keep in memory. Each result is within the limits of a node, but an iteration keeps those of all its items.
 */
export class Budget {
  readonly totalBytes: number
  #bytes = 0

  constructor(totalBytes: number) {
    this.totalBytes = totalBytes
  }

  get isSpent(): boolean {
    return this.#bytes > this.totalBytes
  }

  /** In UTF-16 units, which is near enough. */
  count(bytes: number): void {
    this.#bytes += bytes
  }

  /** Throws `workflow_too_large`. */
  spend(bytes: number): void {
    this.count(bytes)
    if (this.isSpent) throw new CodenodeError('workflow_too_large', { totalBytes: this.totalBytes })
  }
}

/** A sandbox whose results and logs are counted. What goes beyond the budget is dropped and fails, and nothing more is run. */
export function budgetSandbox(sandbox: Sandbox, budget: Budget): Sandbox {
  const refuse = (execution: Execution): Execution => {
    const failure = buildFailure('workflow_too_large', { totalBytes: budget.totalBytes })
    return { ...execution, outcome: { status: 'failed', failure }, logs: [] }
  }
  return {
    get isolation() {
      return sandbox.isolation
    },
    async run(program: Program, options?: SandboxRunOptions): Promise<Execution> {
      if (budget.isSpent) return refuse(notRun(sandbox))
      const execution = await sandbox.run(program, options)
      budget.count(sizeOf(execution))
      return budget.isSpent ? refuse(execution) : execution
    },
    close: () => sandbox.close(),
  }
}

function sizeOf({ outcome, logs }: Execution): number {
  const result = outcome.status === 'returned' ? outcome.resultJson.length : 0
  return logs.reduce((sum, { text }) => sum + text.length, result)
}
