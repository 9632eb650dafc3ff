import type { FailureCode } from '../contract/failures.ts'
import type { RunLimits } from '../contract/limits.ts'
import type { Execution, Program } from '../contract/program.ts'
import type { RuntimeName } from '../contract/runtime-name.ts'
import type { RunningSandbox } from '../pool/create-sandbox.ts'
import type { Check } from './check.ts'

type Code = Record<RuntimeName, string>
export type Trial = { name: string; only?: RuntimeName; run: (bench: Bench) => Promise<string> }

/** What a trial has to work with. A trial returns what it found, and throws `TrialFailed` where the layer does not hold. */
export type Bench = { sandbox: RunningSandbox; name: RuntimeName; limits: RunLimits }

export class TrialFailed extends Error {}

const answer: Code = {
  python: 'def main(): return {"answer": 42}',
  javascript: 'const main = () => ({ answer: 42 })',
}
const gigabyte: Code = {
  python: 'def main():\n    kept = [bytearray(2**24) for _ in range(64)]\n    return {"bytes": len(kept)}',
  javascript: 'const main = () => ({ bytes: Array.from({ length: 64 }, () => Buffer.alloc(2 ** 24, 1)).length })',
}
const forever: Code = {
  python: 'def main():\n    while True: pass',
  javascript: 'function main() { for (;;); }',
}
const asleep: Code = {
  python: 'import time\ndef main():\n    time.sleep(60)',
  javascript: 'const main = () => { Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60_000) }',
}
const manyThreads = `
import threading
def main():
    go = threading.Event()
    threads = [threading.Thread(target=go.wait, daemon=True) for _ in range(200)]
    for it in threads: it.start()
    return {"started": len(threads)}`
const draws: Code = {
  python: `
import os, random, secrets, uuid
def main():
    found = [random.random(), secrets.token_hex(8), str(uuid.uuid4()), os.urandom(8).hex()]
    try:
        import numpy
        found.append(float(numpy.random.rand()))
    except ImportError:
        pass
    return {"found": found}`,
  javascript: `
const crypto = require('node:crypto')
const main = () => ({ found: [Math.random(), crypto.randomUUID(), crypto.randomBytes(8).toString('hex'), crypto.webcrypto.getRandomValues(new Uint32Array(1))[0]] })`,
}
const leaves: Code = {
  python: `
import builtins, json, os
def main():
    seen = [hasattr(builtins, "left"), hasattr(json, "left"), "LEFT" in os.environ]
    builtins.left = json.left = 1
    os.environ["LEFT"] = "1"
    return {"seen": seen}`,
  javascript: `
const path = require('node:path')
const main = () => {
  const seen = ['left' in globalThis, 'left' in Object.prototype, 'left' in path, 'LEFT' in process.env]
  globalThis.left = path.left = 1
  process.env.LEFT = '1'
  return { seen }
}`,
}

/** Runs that try to use more than they may, or to reach each other. */
export const trials: readonly Trial[] = [
  {
    name: 'honest code',
    run: async (bench) => {
      const { outcome } = await execute(bench, answer)
      if (outcome.status !== 'returned' || outcome.resultJson.replaceAll(' ', '') !== '{"answer":42}') {
        throw new TrialFailed(`an ordinary program did not return: ${describe({ outcome })}`)
      }
      return 'an ordinary program returns its result'
    },
  },
  {
    name: 'memory limit',
    run: async (bench) => {
      const [hungry, neighbour] = await Promise.all([
        execute(bench, gigabyte, { memoryBytes: 64 * 2 ** 20 }),
        execute(bench, answer),
      ])
      expectFailure(hungry, 'memory_exceeded')
      if (neighbour.outcome.status !== 'returned') throw new TrialFailed('its neighbour died with it')
      return '1 GiB against a limit of 64 MiB: the run died alone'
    },
  },
  {
    name: 'wall time limit',
    run: async (bench) => {
      const execution = await execute(bench, asleep, { wallMs: 300 })
      expectFailure(execution, 'wall_time_exceeded')
      return `a sleeping run was killed after ${Math.round(execution.usage.wallMs)} ms of 300`
    },
  },
  {
    name: 'CPU time limit',
    run: async (bench) => {
      // A machine that is busy with other things gives a run little of its processors: its wall clock is far away.
      const execution = await execute(bench, forever, { cpuMs: 1000, wallMs: 180_000 })
      expectFailure(execution, 'cpu_time_exceeded')
      return `an endless loop was killed after ${Math.round(execution.usage.cpuMs)} ms of 1000`
    },
  },
  {
    name: 'threads limit',
    // JavaScript has no cheap way to ask for a thread; the limit is the same one, and is read from the kernel for both.
    only: 'python',
    run: async (bench) => {
      expectFailure(await execute(bench, { python: manyThreads, javascript: '' }, { threads: 16 }), 'threads_exceeded')
      return '200 threads against a limit of 16: refused'
    },
  },
  {
    name: 'random numbers',
    run: async (bench) => {
      const found = await Promise.all([1, 2, 3].map(async () => await readFound(bench, draws, 'found')))
      const all = found.flat()
      if (new Set(all).size < all.length) throw new TrialFailed('two runs drew the same random number')
      return `${all.length} drawn by 3 runs, all different`
    },
  },
  {
    name: 'leftovers',
    run: async (bench) => {
      for (let time = 0; time < 2; time++) {
        const seen = await readFound(bench, leaves, 'seen')
        if (seen.includes(true)) throw new TrialFailed('a run sees what an earlier one has left')
      }
      return 'a run sees nothing of an earlier one'
    },
  },
]

export async function runTrial(group: string, { name, run }: Trial, bench: Bench): Promise<Check> {
  try {
    return { group, name, state: 'holds', found: await run(bench), fix: null }
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error)
    return { group, name, state: 'gap', found, fix: 'Do not run code of others here; please report it.' }
  }
}

export function toProgram({ name, limits }: Bench, code: string): Program {
  return { language: name, mode: 'main', code, inputsJson: '{}', inputNames: [], limits }
}

async function execute(bench: Bench, code: Code, limits: Partial<RunLimits> = {}): Promise<Execution> {
  const program = toProgram(bench, code[bench.name])
  return await bench.sandbox.run({ ...program, limits: { ...program.limits, ...limits } })
}

async function readFound(bench: Bench, code: Code, key: string): Promise<unknown[]> {
  const { outcome } = await execute(bench, code)
  if (outcome.status !== 'returned') throw new TrialFailed(`the program did not return: ${describe({ outcome })}`)
  // Our own program's answer.
  return (JSON.parse(outcome.resultJson) as Record<string, unknown[]>)[key] ?? []
}

function expectFailure(execution: Execution, code: FailureCode): void {
  const { outcome } = execution
  if (outcome.status === 'failed' && outcome.failure.code === code) return
  throw new TrialFailed(`expected ${code}, but ${describe(execution)}`)
}

function describe({ outcome }: Pick<Execution, 'outcome'>): string {
  switch (outcome.status) {
    case 'failed':
      return `it failed with ${outcome.failure.code}: ${outcome.failure.message}`
    case 'returned':
      return `it returned ${outcome.resultJson.slice(0, 100)}`
    case 'exited':
    case 'cancelled':
      return `it was ${outcome.status}`
  }
}
