import { strictEqual } from 'node:assert'
import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { findNodePaths, findPythonPaths } from '../../packages/codenode/src/sandbox/find-paths.ts'
import { findKoffi, findPythonFiles, nodeFlags } from '../../packages/codenode/src/sandbox/runtime-files.ts'
import { buildFilter, toArchitecture } from '../../packages/codenode/src/sandbox/seccomp/build-filter.ts'
import type { BenchLanguage, Workload } from '../workloads/workload.ts'
import type { Batch, Contender, Measured, Saturation } from './contender.ts'
import { JsonLines } from './json-lines.ts'

/** The fewest that keep two cores busy, and more, in one interpreter and in two; the best counts. */
const saturations: readonly Saturation[] = [
  { processes: 1, atOnce: 2 },
  { processes: 1, atOnce: 4 },
  { processes: 2, atOnce: 1 },
  { processes: 2, atOnce: 2 },
]

const largeInputs = 4096

/** Forks of a warmed interpreter that start, run, end and are waited for: what no sandbox of this kind can be under. */
export function floor(
  language: BenchLanguage,
): Contender & { convert: (text: string, runs: number) => Promise<number[]> } {
  // Large inputs grow the heap of the interpreter that hands them to its forks, and every later fork copies it.
  const hosts = { small: [] as FloorHost[], large: [] as FloorHost[] }
  const hostsFor = (workload: Workload) =>
    JSON.stringify(workload.inputs).length > largeInputs ? hosts.large : hosts.small
  const expected = new Map<string, string>()
  return {
    id: `floor-${language}`,
    title: 'floor: fork, run, exit, wait',
    language,
    isolation: 'none; no channel to the run either',
    runs: () => true,
    saturations,
    start: async () => {
      for (const pair of Object.values(hosts)) {
        while (pair.length < 2) pair.push(await FloorHost.start(language))
      }
    },
    measure: async (workload, batch) => {
      const used = hostsFor(workload).slice(0, batch.processes)
      const expect = expected.get(workload.name) ?? (await tryWorkload(used[0], workload, language))
      expected.set(workload.name, expect)
      return await measureIn(used, workload, { batch, language, expect })
    },
    /** Parses and serialises a text, Python only. */
    convert: async (text, runs) => (await hosts.large[0]?.convert(text, runs)) ?? [],
    close: async () => {
      await Promise.all(Object.values(hosts).flatMap((pair) => pair.splice(0).map((host) => host.close())))
    },
  }
}

/** The part of the result that every run must give. What is printed is not kept by the floor and so not checked. */
async function tryWorkload(host: FloorHost | undefined, workload: Workload, language: BenchLanguage): Promise<string> {
  if (!host) throw new Error('The floor is not started.')
  const resultJson = await host.tryOnce(workload, language)
  const outputs = JSON.parse(resultJson) as Record<string, unknown> // checked right here
  if (workload.name !== 'logs') workload.check(outputs, '')
  return workload.stablePart?.(resultJson) ?? resultJson
}

type Asked = { batch: Batch; language: BenchLanguage; expect: string }

async function measureIn(
  hosts: FloorHost[],
  workload: Workload,
  { batch, language, expect }: Asked,
): Promise<Measured> {
  const runs = Math.ceil(batch.runs / hosts.length)
  const began = performance.now()
  const parts = await Promise.all(
    hosts.map((host) =>
      host.measure({
        code: workload.code[language],
        inputs: JSON.stringify(workload.inputs),
        expect,
        runs,
        atOnce: batch.atOnce,
      }),
    ),
  )
  const totalMs = hosts.length === 1 ? (parts[0]?.totalMs ?? 0) : performance.now() - began
  return { times: parts.flatMap(({ times }) => times), totalMs, runs: runs * hosts.length, innerTimes: [] }
}

type FloorBatch = { code: string; inputs: string; expect: string; runs: number; atOnce: number }

/** One warmed interpreter that forks. */
class FloorHost {
  readonly #lines: JsonLines
  readonly #folder: string

  static async start(language: BenchLanguage): Promise<FloorHost> {
    const folder = mkdtempSync(path.join(tmpdir(), 'codenode-bench-'))
    const host = new FloorHost(await (language === 'python' ? spawnPython() : spawnNode(folder)), folder)
    await host.measure({ ...emptyProgram[language], runs: 5, atOnce: 1 })
    return host
  }

  constructor(process: ChildProcess, folder: string) {
    this.#lines = new JsonLines(process)
    this.#folder = folder
  }

  async measure(batch: FloorBatch): Promise<{ times: number[]; totalMs: number }> {
    // Our own script's answer.
    const answer = (await this.#lines.ask({ kind: 'measure', ...batch })) as {
      times: number[]
      totalMs: number
      failed: number
    }
    strictEqual(answer.failed, 0, `${answer.failed} runs of the floor gave a wrong answer`)
    return answer
  }

  async tryOnce(workload: Workload, language: BenchLanguage): Promise<string> {
    const question = {
      kind: 'try',
      code: workload.code[language],
      inputs: JSON.stringify(workload.inputs),
      resultFile: path.join(this.#folder, 'result.json'),
    }
    // Our own script's answer.
    return ((await this.#lines.ask(question)) as { result: string }).result
  }

  async convert(text: string, runs: number): Promise<number[]> {
    return ((await this.#lines.ask({ kind: 'convert', inputs: text, runs })) as { times: number[] }).times
  }

  async close(): Promise<void> {
    await this.#lines.close()
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

const emptyProgram = {
  python: { code: 'def main():\n    return {}', inputs: '{}', expect: '{}' },
  javascript: { code: 'function main() { return {} }', inputs: '{}', expect: '{}' },
}

const packagesFolder = path.resolve(import.meta.dirname, '../../packages/codenode/packages')

async function spawnPython(): Promise<ChildProcess> {
  const paths = findPythonPaths()
  const { env } = (await findPythonFiles({ ...paths, timeZone: 'UTC' })).bare
  const script = path.join(import.meta.dirname, 'floor.py')
  const preload = path.join(packagesFolder, 'python/preload.json')
  return spawn(paths.binary, ['-I', '-B', '-X', 'utf8', script, preload], {
    stdio: ['pipe', 'ignore', 'pipe', 'pipe'],
    env,
  })
}

async function spawnNode(folder: string): Promise<ChildProcess> {
  const { binary, packages, runtimes } = findNodePaths()
  const filterFile = path.join(folder, 'forkable-heap.bpf')
  writeFileSync(filterFile, buildForkableHeapFilter())
  const python = findPythonPaths()
  const { env } = (await findPythonFiles({ ...python, timeZone: 'UTC' })).bare
  const script = path.join(import.meta.dirname, 'floor.cjs')
  const preload = path.join(packagesFolder, 'javascript/preload.json')
  const launcher = [python.binary, '-I', '-B', path.join(runtimes, 'python/launcher.py'), '4']
  const command = [...launcher, binary, ...nodeFlags, script, preload, `${packages}/`, findKoffi().main]
  const filter = openSync(filterFile, 'r')
  try {
    return spawn(command[0] as string, command.slice(1), { stdio: ['pipe', 'ignore', 'pipe', 'pipe', filter], env })
  } finally {
    closeSync(filter)
  }
}

/** Allows everything; only V8's wish that a fork shall not have its heap is answered without being granted. */
function buildForkableHeapFilter(): Buffer {
  const arch = toArchitecture(process.arch)
  if (!arch) throw new Error(`There is no filter for ${process.arch}.`)
  const madviseDontfork = { arg: 2, isNoneOf: [10] }
  return buildFilter(
    {
      rules: [{ calls: ['madvise'], when: [madviseDontfork], answer: 'allow', otherwise: { errno: 0 } }],
      byDefault: 'allow',
      aboveTable: 'allow',
    },
    arch,
  ).program
}
