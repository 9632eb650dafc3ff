import { spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'
import path from 'node:path'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { findNodePaths, findPythonPaths } from '../../packages/codenode/src/sandbox/find-paths.ts'
import type { BenchLanguage, Workload } from '../workloads/workload.ts'
import { type Contender, innerTime, timeRuns, type Verify } from './contender.ts'

const atOnce = 2 * availableParallelism()

/** An interpreter started for each run; `imports`: loaded whatever the program needs, as a general runner does. */
export function spawnPerRun(language: BenchLanguage, imports: readonly string[]): Contender {
  const isWithImports = imports.length > 0
  const name = language === 'python' ? 'python3' : 'node'
  const command = language === 'python' ? pythonCommand(imports) : nodeCommand(imports)
  const living = new Set<() => void>()
  return {
    id: `spawn-${language}${isWithImports ? '-imports' : ''}`,
    title: `spawn ${name} per run${isWithImports ? `, imports ${imports.join(', ')}` : ''}`,
    language,
    isolation: "own process with all the user's rights: files, network, other processes",
    runs: (workload) => isWithImports || workload.imports[language].length === 0,
    saturations: [{ atOnce, processes: 1 }],
    isSlow: language === 'python' && isWithImports,
    start: async () => {
      // Each run starts its own.
    },
    measure: async (workload, batch) => await timeRuns(batch, () => runOnce(command, { workload, language, living })),
    close: async () => {
      for (const kill of living) kill()
    },
  }
}

type Asked = { workload: Workload; language: BenchLanguage; living: Set<() => void> }

async function runOnce(command: readonly string[], { workload, language, living }: Asked): Promise<Verify> {
  const [binary, ...args] = command
  const child = spawn(binary as string, args, {
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    env: { PATH: '/usr/bin:/bin', LANG: 'C.UTF-8', PYTHONDONTWRITEBYTECODE: '1' },
  })
  const kill = () => child.kill('SIGKILL')
  living.add(kill)
  const exited = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', resolve)
  })
  child.stdin.on('error', () => {
    // The exit code tells.
  })
  child.stdin.end(JSON.stringify({ code: workload.code[language], inputs: workload.inputs }))
  const [printed, said, answer, exitCode] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    text(child.stdio[3] as Readable),
    exited,
  ])
  living.delete(kill)
  if (exitCode !== 0) throw new Error(`${binary} ended with ${exitCode}: ${said.slice(-2000)}`)
  const outputs = JSON.parse(answer) as Record<string, unknown> // checked right here
  return () => {
    workload.check(outputs, printed)
    return innerTime(outputs)
  }
}

function pythonCommand(imports: readonly string[]): string[] {
  return [findPythonPaths().binary, path.join(import.meta.dirname, 'spawn-run.py'), ...imports]
}

function nodeCommand(imports: readonly string[]): string[] {
  const { binary, packages } = findNodePaths()
  return [binary, path.join(import.meta.dirname, 'spawn-run.cjs'), `${packages}/`, ...imports]
}
