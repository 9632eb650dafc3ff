import { expect, test } from 'vitest'
import type { Execution, Program, Sandbox } from '../../contract/program.ts'
import { gateSandbox } from './gate.ts'

const isolation = { level: 'namespaces+landlock+seccomp', layers: {} } as const
const usage = { wallMs: 1, queuedMs: 0, cpuMs: 1, peakMemoryBytes: 1 }
// The gate does not look at programs.
const program = {} as Program

function manual() {
  const open: ((end: Execution) => void)[] = []
  const sandbox: Sandbox = {
    isolation,
    run: () => new Promise((resolve) => open.push(resolve)),
    close: () => Promise.resolve(),
  }
  const end = (): void =>
    open.shift()?.({ outcome: { status: 'returned', resultJson: '{}' }, logs: [], usage, isolation })
  return { sandbox, open, end }
}
const settled = () => new Promise((resolve) => setImmediate(resolve))

test('so many programs run at once, the others in their order', async () => {
  const { sandbox, open, end } = manual()
  const gated = gateSandbox(sandbox, { maxRunning: 2 })
  const ended: number[] = []
  const runs = [0, 1, 2, 3].map((n) => gated.run(program).then(() => ended.push(n)))
  await settled()
  expect(open).toHaveLength(2)
  end()
  await settled()
  expect([open.length, ended]).toEqual([2, [0]])
  for (let i = 0; i < 3; i++) {
    end()
    await settled()
  }
  await Promise.all(runs)
  expect(ended).toEqual([0, 1, 2, 3])
})

test('one that waits can be cancelled, and does not take a place', async () => {
  const { sandbox, open, end } = manual()
  const gated = gateSandbox(sandbox, { maxRunning: 1 })
  const first = gated.run(program)
  const controller = new AbortController()
  const second = gated.run(program, { signal: controller.signal })
  const third = gated.run(program)
  await settled()
  controller.abort()
  expect((await second).outcome).toEqual({ status: 'cancelled' })
  end()
  await first
  await settled()
  expect(open).toHaveLength(1)
  end()
  expect((await third).usage.queuedMs).toBeGreaterThan(0)
})

test('a sandbox that throws gives its place back', async () => {
  const gated = gateSandbox(
    { isolation, run: () => Promise.reject(new Error('lost')), close: () => Promise.resolve() },
    { maxRunning: 1 },
  )
  await expect(gated.run(program)).rejects.toThrow('lost')
  await expect(gated.run(program)).rejects.toThrow('lost')
})
