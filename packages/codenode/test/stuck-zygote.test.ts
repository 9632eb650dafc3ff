// A zygote that is there and does not answer: nobody waits for it without an end.
import { afterEach, describe, expect, test } from 'vitest'
import type { RunningSandbox } from '../src/pool/create-sandbox.ts'
import { buildProgram, endOf, eventually, nothingIsLeft, openSandbox, runHonestly } from './support/sandbox.ts'

const open: RunningSandbox[] = []
afterEach(async () => {
  for (const sandbox of open.splice(0)) await sandbox.close()
})

/** A sandbox of one interpreter without spares, whose zygote has been stopped. */
async function openStuck(): Promise<{ sandbox: RunningSandbox; zygotePid: number }> {
  const sandbox = await openSandbox({ runtimes: ['python'], spares: 0 })
  open.push(sandbox)
  await nothingIsLeft(sandbox)
  const zygotePid = sandbox.stats().runtimes.python?.zygotePid as number // it has started
  process.kill(zygotePid, 'SIGSTOP')
  return { sandbox, zygotePid }
}

describe('a zygote that does not answer', () => {
  test('does not hold up the cancelling of a run that waits for its child', async () => {
    const { sandbox, zygotePid } = await openStuck()
    const controller = new AbortController()
    const run = sandbox.run(buildProgram('python', 'def main():\n    return {}'), { signal: controller.signal })
    await eventually('it waits', () => sandbox.stats().running === 1)
    controller.abort()
    expect(endOf(await run)).toBe('cancelled')
    process.kill(zygotePid, 'SIGCONT')
    await runHonestly(sandbox, 'python')
    expect(sandbox.stats().runtimes.python?.lost).toBe(0)
  })

  test('is replaced after half a minute, and what waited for it runs', { timeout: 150_000 }, async () => {
    const { sandbox, zygotePid } = await openStuck()
    await runHonestly(sandbox, 'python')
    expect(sandbox.stats().runtimes.python?.lost).toBe(1)
    expect(sandbox.stats().runtimes.python?.zygotePid).not.toBe(zygotePid)
  })
})
