// The thread that serves is busy with something else for seconds: limits hold all the same, and nobody is blamed for it.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Execution } from '../src/contract/program.ts'
import type { RunningSandbox } from '../src/pool/create-sandbox.ts'
import { childPids } from '../src/sandbox/probe/read-outside.ts'
import {
  buildProgram,
  describeOutcome,
  endOf,
  isAlive,
  levels,
  nothingIsLeft,
  openSandbox,
  runCode,
  runHonestly,
} from './support/sandbox.ts'

const honest = {
  'sleeps in Python': ['python', 'import time\ndef main():\n    time.sleep(0.3)\n    return {"ok": True}'],
  'sleeps in JavaScript': [
    'javascript',
    'const main = () => new Promise((done) => setTimeout(done, 300, { ok: true }))',
  ],
  'prints more than a socket holds': [
    'python',
    'import sys\ndef main():\n    for _ in range(40): sys.stdout.write("x" * 50_000)\n    return {"ok": True}',
  ],
  'prints in JavaScript': [
    'javascript',
    'function main() { for (let i = 0; i < 40; i++) process.stdout.write("x".repeat(50_000)); return { ok: true } }',
  ],
  'writes to a descriptor': [
    'python',
    'import os\ndef main():\n    for _ in range(40): os.write(1, b"x" * 50_000)\n    return {"ok": True}',
  ],
  'returns more than a socket holds': ['python', 'def main():\n    return {"ok": True, "text": "x" * 5_000_000}'],
  'returns it in JavaScript': ['javascript', 'const main = () => ({ ok: true, text: "x".repeat(5_000_000) })'],
  'has inputs larger than a socket holds': ['python', 'def main(text):\n    return {"ok": len(text) == 5_000_000}'],
  'has them in JavaScript': ['javascript', 'const main = ({ text }) => ({ ok: text.length === 5_000_000 })'],
} as const

/** Memory that only the watch sees: read-only again, it is not data to the kernel. */
const readOnlyMemory = `
import ctypes
def main():
    print("on", flush=True)
    libc, step = ctypes.CDLL(None), ctypes.c_size_t(4 * 2**20)
    libc.mmap.restype = ctypes.c_void_p
    for _ in range(75):
        address = ctypes.c_void_p(libc.mmap(None, step, 3, 0x22, -1, ctypes.c_long(0)))
        ctypes.memset(address, 1, step.value)
        libc.mprotect(address, step, 1)
    while True: pass
`

/** Nothing of this process's own happens for so long. */
function holdUp(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}

describe.each(levels)('while the serving thread is held up, at %s', (level) => {
  let sandbox: RunningSandbox
  beforeAll(async () => {
    sandbox = await openSandbox({ isolation: level, maxRunning: 40, spares: 4 })
  })
  afterAll(async () => {
    await sandbox.close()
  })

  test('no honest run fails and no interpreter is lost, in twelve seconds', { timeout: 180_000 }, async () => {
    await nothingIsLeft(sandbox)
    const before = sandbox.stats().runtimes
    const runs: [string, Promise<Execution>][] = []
    const begin = () => {
      for (const [name, [language, code]] of Object.entries(honest)) {
        const inputs = name.startsWith('has') ? { text: 'x'.repeat(5_000_000) } : {}
        // Three times what the machine needs for all of them, and less than the time it is held up.
        runs.push([name, runCode(sandbox, language, code, { inputs, limits: { wallMs: 10_000 } })])
      }
    }
    // Some have their children, some wait for a fork, some have just ended and are being killed.
    begin()
    await new Promise((resolve) => setTimeout(resolve, 200))
    begin()
    await new Promise((resolve) => setTimeout(resolve, 30))
    begin()
    holdUp(12_000)
    for (const [name, run] of runs) {
      const execution = await run
      expect(endOf(execution), `${name}: ${describeOutcome(execution)}`).toBe('returned')
    }
    const after = sandbox.stats().runtimes
    for (const runtime of ['python', 'javascript'] as const) {
      expect(after[runtime]?.lost).toBe(0)
      expect(after[runtime]?.zygotePid).toBe(before[runtime]?.zygotePid)
    }
  })

  test.each([
    [
      'python',
      'wall_time_exceeded',
      'import time\ndef main():\n    print("on", flush=True)\n    time.sleep(1000)',
      { wallMs: 1_500 },
    ],
    [
      'javascript',
      'wall_time_exceeded',
      'const main = () => { console.log("on"); return new Promise((done) => setTimeout(done, 1e6)) }',
      { wallMs: 1_500 },
    ],
    ['python', 'cpu_time_exceeded', 'def main():\n    print("on", flush=True)\n    while True: pass', { cpuMs: 300 }],
    ['javascript', 'cpu_time_exceeded', 'function main() { console.log("on"); for (;;); }', { cpuMs: 300 }],
    ['python', 'memory_exceeded', readOnlyMemory, { memoryBytes: 64 * 2 ** 20 }],
    [
      'javascript',
      'memory_exceeded',
      'function main() { console.log("on"); const kept = []; for (;;) kept.push(new Array(1000).fill(kept.length)) }',
      { memoryBytes: 64 * 2 ** 20 },
    ],
  ] as const)('a run in %s is ended as %s', { timeout: 120_000 }, async (language, expected, code, limits) => {
    await nothingIsLeft(sandbox)
    const zygotePid = sandbox.stats().runtimes[language]?.zygotePid as number // it serves
    const spares = childPids(zygotePid)
    const { promise: isOn, resolve } = Promise.withResolvers<void>()
    const run = sandbox.run(buildProgram(language, code, { limits }), { onLog: () => resolve() })
    await Promise.race([isOn, run])
    const isOver = () =>
      childPids(zygotePid).filter((pid) => spares.includes(pid) && isAlive(pid)).length < spares.length
    const until = performance.now() + 60_000
    // In pieces, without a turn of the event loop between them.
    while (!isOver() && performance.now() < until) holdUp(50)
    expect(isOver()).toBe(true)
    const execution = await run
    expect(endOf(execution), describeOutcome(execution)).toBe(expected)
    await runHonestly(sandbox, language)
  })
})
