import { readdirSync, readFileSync } from 'node:fs'
import { getPriority } from 'node:os'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { RunningSandbox } from '../src/pool/create-sandbox.ts'
import { buildProgram, childrenOf, eventually, levels, openSandbox, runCode, runHonestly } from './support/sandbox.ts'

const SCHED_IDLE = 5

/** Niceness and scheduling class of each thread. */
function priorities(pid: number): { niceness: number; policy: number }[] {
  try {
    return readdirSync(`/proc/${pid}/task`).map((thread) => {
      const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'latin1')
      // Behind the name the fields of proc(5) begin with the third.
      const fields = stat
        .slice(stat.lastIndexOf(')') + 2)
        .split(' ')
        .map(Number)
      return { niceness: fields[16] ?? 0, policy: fields[38] ?? 0 }
    })
  } catch {
    return [] // it has ended
  }
}

const spinning = {
  python: (threads: number) => `
import hashlib, threading
def spin():
    block = bytes(2**20)
    while True: hashlib.sha256(block)  # without the interpreter's lock
def main():
    for _ in range(${threads} - 1): threading.Thread(target=spin, daemon=True).start()
    spin()`,
  javascript: 'function main() { for (;;); }',
}

describe.each(levels)('the priority of runs at %s', (level) => {
  let sandbox: RunningSandbox
  beforeAll(async () => {
    sandbox = await openSandbox({ packages: 'installed', isolation: level, maxRunning: 3, spares: 2 })
  })
  afterAll(async () => await sandbox.close())

  const zygotes = () => Object.values(sandbox.stats().runtimes).flatMap(({ zygotePid }) => zygotePid ?? [])
  const children = () => zygotes().flatMap(childrenOf)

  /** Runs a program until one of the children is as it is wanted, then cancels it. */
  async function runUntil(language: 'python' | 'javascript', code: string, holds: (pid: number) => boolean) {
    const stop = new AbortController()
    const run = sandbox.run(buildProgram(language, code), { signal: stop.signal })
    try {
      await eventually('a child is as it is wanted', () => children().some((pid) => isSo(pid, holds)), 60_000)
      await runHonestly(sandbox, language)
    } finally {
      stop.abort()
      await run
    }
  }

  /** A child may be gone by the time it is looked at. */
  function isSo(pid: number, holds: (pid: number) => boolean): boolean {
    try {
      return holds(pid)
    } catch (error) {
      if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return false
      throw error
    }
  }

  test('runs go before the service when memory runs out', async () => {
    const scoreOf = (pid: number | 'self') => Number(readFileSync(`/proc/${pid}/oom_score_adj`, 'utf8'))
    expect(zygotes()).toHaveLength(2)
    for (const pid of zygotes()) expect(scoreOf(pid)).toBeGreaterThanOrEqual(800)
    expect(scoreOf('self')).toBeLessThan(800)
    await runUntil('python', spinning.python(1), (pid) => scoreOf(pid) >= 800)
  })

  test('runs have a lower priority than the service, their zygotes have not', async () => {
    const own = getPriority()
    for (const pid of zygotes()) for (const { niceness } of priorities(pid)) expect(niceness).toBe(own)
    await eventually('there are spares', () => children().length > 0)
    await eventually('children are below', () =>
      children().every((pid) => priorities(pid).every(({ niceness }) => niceness >= Math.max(5, own))),
    )
  })

  test('a run of many busy threads gets what nobody else wants, each of its threads', async () => {
    await runUntil('python', spinning.python(48), (pid) => {
      const threads = priorities(pid)
      return threads.length >= 48 && threads.every(({ policy, niceness }) => policy === SCHED_IDLE && niceness === 19)
    })
  })

  test('62 busy threads of one run slow others down little', { timeout: 180_000 }, async () => {
    // The median of how long short runs take. What else the machine is busy with slows them down, too.
    const measure = async (): Promise<number> => {
      const took: number[] = []
      for (let run = 0; run < 15; run++) {
        const began = performance.now()
        await runHonestly(sandbox, 'python')
        took.push(performance.now() - began)
      }
      return took.toSorted((a, b) => a - b)[7] ?? Number.NaN
    }
    const alone = await measure()
    const stop = new AbortController()
    const flood = sandbox.run(buildProgram('python', spinning.python(62)), { signal: stop.signal })
    try {
      await eventually(
        '62 threads are busy and below',
        () =>
          children().some((pid) => {
            const threads = priorities(pid)
            return threads.length >= 62 && threads.every(({ policy }) => policy === SCHED_IDLE)
          }),
        60_000,
      )
      // Shared among threads, short runs would have waited for sixty others each time.
      expect(await measure()).toBeLessThan(5 * Math.max(10, alone))
    } finally {
      stop.abort()
      await flood
    }
  })

  test.each(['python', 'javascript'] as const)('a long run in %s goes behind short ones', async (language) => {
    const code = language === 'python' ? spinning.python(1) : spinning.javascript
    await runUntil(language, code, (pid) => priorities(pid)[0]?.niceness === 10)
  })

  test('a run with many threads that wait keeps its priority', async () => {
    const code = `
import threading, time
def main():
    go = threading.Event()
    for _ in range(40): threading.Thread(target=go.wait, daemon=True).start()
    time.sleep(1)
    return {"ok": True}`
    const seen: number[] = []
    const watch = setInterval(() => {
      for (const pid of children()) {
        const threads = priorities(pid)
        if (threads.length > 40) seen.push(...threads.map(({ niceness }) => niceness))
      }
    }, 50)
    await runCode(sandbox, 'python', code)
    clearInterval(watch)
    expect(new Set(seen)).toEqual(new Set([Math.max(5, getPriority())]))
  })
})
