// Runs of one interpreter share what it was given by chance, so it is replaced now and then; nobody waits for that.
import { describe, expect, test } from 'vitest'
import { defaultLimits } from '../src/contract/limits.ts'
import type { IsolationLevel } from '../src/contract/program.ts'
import { createSandbox } from '../src/pool/create-sandbox.ts'
import {
  descendants,
  eventually,
  isAlive,
  levels,
  nothingIsLeft,
  resultOf,
  runCode,
  runHonestly,
  withReadablePython,
} from './support/sandbox.ts'

/** Where the C library is in memory, the guard value on its stacks' canary, and the seed of hashes. */
const chance = `
import ctypes
def main():
    libc = ctypes.CDLL(None)
    libc.getauxval.restype = ctypes.c_ulong
    canary = ctypes.string_at(libc.getauxval(25), 16).hex()  # AT_RANDOM
    return {"library": ctypes.cast(libc.getpid, ctypes.c_void_p).value, "canary": canary, "hash": hash("codenode")}
`

const sleeping = {
  python: 'import time\ndef main():\n    time.sleep(6)\n    return {"doubled": 42}',
  javascript: 'const main = () => new Promise((done) => setTimeout(done, 6000, { doubled: 42 }))',
} as const

const limits = { ...defaultLimits, wallMs: 120_000, cpuMs: 120_000 }

describe.each(levels)('an interpreter that has been used for long, at %s', (level) => {
  test.each(['python', 'javascript'] as const)(
    '%s: another one takes its place under load',
    { timeout: 180_000 },
    // The others are started later than the sandbox.
    async (language) => await withReadablePython(level, async () => await renewUnderLoad(level, language)),
  )

  test('one that is too old is replaced, too, and the spares with it', async () => {
    const renewal = { hours: 1 / 3_600_000 }
    await withReadablePython(level, async () => {
      await using sandbox = await createSandbox({
        limits,
        packages: 'none',
        isolation: level,
        runtimes: ['javascript'],
        spares: 2,
        renewal,
      })
      const before = sandbox.stats().runtimes.javascript?.zygotePid as number // it serves
      await runHonestly(sandbox, 'javascript')
      await eventually('another one serves', () => sandbox.stats().runtimes.javascript?.zygotePid !== before)
      await eventually('the old one is gone, and its spares', () => !isAlive(before))
      await runHonestly(sandbox, 'javascript')
    })
  })
})

async function renewUnderLoad(level: IsolationLevel, language: 'python' | 'javascript'): Promise<void> {
  const renewal = { runs: 30 }
  await using sandbox = await createSandbox({
    ...{ limits, packages: 'none', isolation: level, runtimes: [language], spares: 2, maxRunning: 4, renewal },
  })
  const pids = new Set<number>()
  const look = () => {
    const pid = sandbox.stats().runtimes[language]?.zygotePid
    if (pid) pids.add(pid)
  }
  look()
  const first = language === 'python' ? resultOf(await runCode(sandbox, language, chance)) : {}
  // One run goes on for some time: its interpreter stays for it.
  const long = runCode(sandbox, language, sleeping[language])
  const until = performance.now() + 120_000
  const worker = async () => {
    while (pids.size < 3 && performance.now() < until) {
      await runHonestly(sandbox, language)
      look()
    }
  }
  await Promise.all([worker(), worker(), worker()])
  expect(pids.size).toBeGreaterThanOrEqual(3)
  expect(resultOf(await long)).toEqual({ doubled: 42 })
  const now = language === 'python' ? resultOf(await runCode(sandbox, language, chance)) : {}
  for (const name of Object.keys(first)) expect(now[name], name).not.toBe(first[name])
  expect(sandbox.stats().runtimes[language]?.lost).toBe(0)
  await nothingIsLeft(sandbox)
  // Of the interpreters before, none is left when their last runs are over.
  const current = () => sandbox.stats().runtimes[language]?.zygotePid
  await eventually('the old ones are gone', () => [...pids].every((pid) => pid === current() || !isAlive(pid)))
  await sandbox.close()
  expect(descendants()).toEqual([])
}
