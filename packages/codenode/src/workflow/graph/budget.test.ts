import { expect, test } from 'vitest'
import type { Program, Sandbox } from '../../contract/program.ts'
import { Budget, budgetSandbox } from './budget.ts'

const isolation = { level: 'namespaces+landlock+seccomp', layers: {} } as const
const usage = { wallMs: 1, queuedMs: 0, cpuMs: 1, peakMemoryBytes: 1 }
// The budget does not look at programs.
const program = {} as Program

test('results and logs are counted; what goes beyond fails, and then nothing more is run', async () => {
  let runs = 0
  const sandbox: Sandbox = {
    isolation,
    run: () => {
      runs++
      const outcome = { status: 'returned', resultJson: '{"a":1}' } as const
      return Promise.resolve({ outcome, logs: [{ stream: 'stdout', atMs: 1, text: 'abc' }], usage, isolation })
    },
    close: () => Promise.resolve(),
  }
  const budgeted = budgetSandbox(sandbox, new Budget(25))
  const statuses = [
    await budgeted.run(program),
    await budgeted.run(program),
    await budgeted.run(program),
    await budgeted.run(program),
  ]
  expect(statuses.map(({ outcome, logs }) => [outcome.status, logs.length])).toEqual([
    ['returned', 1],
    ['returned', 1],
    ['failed', 0],
    ['failed', 0],
  ])
  expect(statuses[3]?.outcome).toMatchObject({ failure: { code: 'workflow_too_large', details: { totalBytes: 25 } } })
  expect(runs).toBe(3)
})
