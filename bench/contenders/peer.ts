import { type ChildProcess, fork } from 'node:child_process'
import { availableParallelism } from 'node:os'
import path from 'node:path'
import { findNodePaths } from '../../packages/codenode/src/sandbox/find-paths.ts'
import type { BenchLanguage, Workload } from '../workloads/workload.ts'
import type { Contender, Measured } from './contender.ts'

export type PeerOptions = Pick<Contender, 'id' | 'title' | 'language' | 'isolation' | 'runs'> & {
  isSlow?: boolean
  /** The file in peers/ and its arguments. */
  script: string
  args?: readonly string[]
  flags?: readonly string[]
  /** Whether it has a way to do several runs at once in one process. */
  hasThreads?: boolean
}

/** A peer that lives in a Node process of its own and times its runs there, so that our questions to it cost it nothing. */
export function peer({ script, args = [], flags = [], hasThreads, ...about }: PeerOptions): Contender {
  let child: ChildProcess | undefined
  return {
    ...about,
    saturations: hasThreads ? [{ atOnce: 2 * availableParallelism(), processes: 1 }] : [],
    start: async () => {
      child = fork(path.join(import.meta.dirname, '../peers', script), args, {
        execPath: findNodePaths().binary,
        execArgv: [...flags],
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      })
      await hear(child, about.title)
    },
    measure: async (workload, batch) => {
      if (!child) throw new Error(`${about.title} is not started.`)
      const program = {
        code: workload.code[about.language],
        inputs: workload.inputs,
        imports: workload.imports[about.language],
      }
      child.send({ program, runs: batch.runs, atOnce: batch.atOnce })
      const { answers, ...measured } = await hear(child, about.title)
      for (const { outputs, printed } of answers) workload.check(outputs, printed)
      return { ...measured, runs: batch.runs }
    },
    close: async () => {
      if (!child || child.exitCode !== null || child.signalCode !== null) return
      const gone = new Promise((resolve) => child?.once('exit', resolve))
      child.disconnect()
      const timer = setTimeout(() => child?.kill('SIGKILL'), 2000)
      await gone
      clearTimeout(timer)
    },
  }
}

type Answer = Omit<Measured, 'runs'> & { answers: { outputs: Record<string, unknown>; printed: string }[] }

async function hear(child: ChildProcess, title: string): Promise<Answer> {
  return await new Promise((resolve, reject) => {
    const onExit = (code: number | null, signal: string | null) => {
      child.off('message', onMessage)
      reject(new Error(`${title} ended with ${signal ?? `code ${code}`}.`))
    }
    const onMessage = (message: unknown) => {
      child.off('exit', onExit)
      const answer = message as Answer & { failed?: string } // peers/serve.mjs sends nothing else
      if (answer.failed) reject(new Error(`${title}: ${answer.failed}`))
      else resolve(answer)
    }
    child.once('exit', onExit)
    child.once('message', onMessage)
  })
}

const noPackages = (language: BenchLanguage) => (workload: Workload) => workload.imports[language].length === 0

export function pyodide(kind: 'fresh' | 'reused'): Contender {
  return peer({
    id: `pyodide-${kind}`,
    title: kind === 'fresh' ? 'Pyodide, an interpreter per run' : 'Pyodide, one interpreter for all runs',
    language: 'python',
    isolation:
      kind === 'fresh'
        ? "WebAssembly in the host's process; its js module reaches the host's JavaScript"
        : "WebAssembly in the host's process, modules and state shared by all runs; its js module reaches the host's JavaScript",
    // numpy and pandas are not in its package and are not on npm.
    runs: noPackages('python'),
    isSlow: kind === 'fresh',
    script: 'pyodide.mjs',
    args: [kind],
  })
}

export function isolatedVm(): Contender {
  return peer({
    id: 'isolated-vm',
    title: 'isolated-vm, an isolate per run',
    language: 'javascript',
    isolation: "own V8 heap in the host's process, memory and time limit; a bug of V8 is an escape; no Node API",
    runs: () => true,
    script: 'isolated-vm.mjs',
    args: [packagesFolder()],
    flags: ['--no-node-snapshot'],
    hasThreads: true,
  })
}

export function nodeVm(): Contender {
  return peer({
    id: 'node-vm',
    title: 'node:vm, a context per run',
    language: 'javascript',
    isolation: "none (Node's manual: not a security mechanism); time limit only",
    runs: () => true,
    script: 'node-vm.mjs',
    args: [packagesFolder()],
  })
}

function packagesFolder(): string {
  const { packages } = findNodePaths()
  if (!packages) throw new Error('The JavaScript packages are not installed; scripts/bootstrap does it.')
  return packages
}
