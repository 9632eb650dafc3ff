import type { ExitCode } from './exit-codes.ts'
import type { WorkflowCommand } from './run-workflow.ts'
export async function runOnlyCodeOf(_d: unknown, _i: Record<string, unknown>, _c: WorkflowCommand): Promise<ExitCode> {
  throw new Error('x')
}
