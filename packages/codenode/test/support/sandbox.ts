import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs'
import { isolationLevels } from '../../src/contract/isolation.ts'
import type { RunLimits } from '../../src/contract/limits.ts'
import { defaultLimits, toRunLimits } from '../../src/contract/limits.ts'
import type { Execution, IsolationLevel, Program } from '../../src/contract/program.ts'
import { createSandbox, type RunningSandbox, type SandboxOptions } from '../../src/pool/create-sandbox.ts'
import { findBarrier } from '../../src/sandbox/barrier.ts'
import { findPythonPaths } from '../../src/sandbox/find-paths.ts'
import type { FixtureLanguage } from './fixtures.ts'
import { findReadablePackages } from './readable-packages.ts'

export const levels: readonly IsolationLevel[] = isolationLevels

/** A machine that is busy with other things must not fail a test: the real deadlines are those that a test sets itself. */
const patientLimits: RunLimits = {
  ...toRunLimits({ ...defaultLimits, wallMs: 120_000, cpuMs: 120_000 }, null).limits,
}

/**
 * A sandbox whose own wall and CPU limits are far away. Its programs have the standard library alone, so that it starts in a
 * third of the time, unless `packages: 'installed'` is asked for.
 */
export async function openSandbox(options: SandboxOptions): Promise<RunningSandbox> {
  const limits = { ...defaultLimits, wallMs: 120_000, cpuMs: 120_000 }
  return await withReadablePython(options.isolation, () => createSandbox({ limits, packages: 'none', ...options }))
}

let starting: Promise<unknown> = Promise.resolve()

/**
 * Where root's own folder holds Python, no other user can read it: then the level without namespaces takes the system's
 * Python of the same version; and a readable copy of the packages, where a clone in such a folder has them. One start after
 * the other, since the environment belongs to all.
 */
export async function withReadablePython<Value>(
  level: IsolationLevel | undefined,
  start: () => Promise<Value>,
): Promise<Value> {
  const before = starting
  const turn = Promise.withResolvers<void>()
  starting = turn.promise
  await before
  const readable = Object.entries({ CODENODE_PYTHON: findReadablePython, CODENODE_PACKAGES_DIR: findReadablePackages })
  const open = readable.filter(([name]) => level === 'landlock+seccomp' && process.env[name] === undefined)
  try {
    for (const [name, find] of open) {
      const found = find()
      if (found !== undefined) process.env[name] = found
    }
    return await start()
  } finally {
    for (const [name] of open) delete process.env[name]
    turn.resolve()
  }
}

function findReadablePython(): string | undefined {
  if (process.getuid?.() !== 0) return undefined
  const { binary } = findPythonPaths()
  const system = '/usr/bin/python3'
  if (!findBarrier(realpathSync(binary)) || !existsSync(system)) return undefined
  const ask = (python: string) =>
    execFileSync(python, ['-c', 'import sys; print(sys.version_info[:2])'], { encoding: 'utf8' })
  return ask(binary) === ask(system) ? system : undefined
}

export type ProgramOptions = {
  limits?: Partial<RunLimits>
  inputs?: Record<string, unknown>
  mode?: Program['mode']
}

export function buildProgram(language: Program['language'], code: string, options: ProgramOptions = {}): Program {
  const { limits, inputs = {}, mode = 'main' } = options
  return {
    language,
    mode,
    code,
    inputsJson: JSON.stringify(inputs),
    inputNames: Object.keys(inputs),
    limits: { ...patientLimits, ...limits },
  }
}

export async function runCode(
  sandbox: RunningSandbox,
  language: Program['language'],
  code: string,
  options: ProgramOptions = {},
): Promise<Execution> {
  return await sandbox.run(buildProgram(language, code, options))
}

/** What a run came to, in a form that shows the reason when a test fails. */
export function describeOutcome({ outcome }: Execution): string {
  if (outcome.status === 'returned') return `returned ${outcome.resultJson.slice(0, 4000)}`
  if (outcome.status === 'failed') {
    return `${outcome.failure.code}: ${outcome.failure.message}\n${outcome.failure.traceback ?? ''}`
  }
  return outcome.status
}

/** `returned`, or the code of the failure. */
export function endOf({ outcome }: Execution): string {
  return outcome.status === 'failed' ? outcome.failure.code : outcome.status
}

/** What a program returned, parsed; throws what became of it instead when it did not return. */
export function resultOf<Value = Record<string, unknown>>(execution: Execution): Value {
  if (execution.outcome.status !== 'returned') throw new Error(describeOutcome(execution))
  return JSON.parse(execution.outcome.resultJson) as Value
}

const honest = {
  python: 'def main(a):\n    return {"doubled": a * 2}\n',
  javascript: 'function main({ a }) {\n  return { doubled: a * 2 }\n}\n',
} as const

/** An ordinary run; throws unless it gives the right answer. */
export async function runHonestly(sandbox: RunningSandbox, language: FixtureLanguage): Promise<void> {
  const { doubled } = resultOf<{ doubled: number }>(
    await runCode(sandbox, language, honest[language], { inputs: { a: 21 } }),
  )
  if (doubled !== 42) throw new Error(`an honest run returned ${doubled}`)
}

/** Waits for a condition that an event outside of this process brings about. */
export async function eventually(
  what: string,
  holds: () => boolean | Promise<boolean>,
  withinMs = 30_000,
): Promise<void> {
  const deadline = performance.now() + withinMs
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`it did not come about within ${withinMs} ms: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

/** The pids of a process's children, as the host sees them; none when it is gone. */
export function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
    )
  } catch {
    return [] // it has ended
  }
}

export function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

/** Every living process below this one. */
export function descendants(pid: number = process.pid): number[] {
  return childrenOf(pid)
    .flatMap((child) => [child, ...descendants(child)])
    .filter(isAlive)
}

/** Children of the zygotes that are neither spares nor running. */
export function leftovers(sandbox: RunningSandbox): number {
  const { running, runtimes } = sandbox.stats()
  const states = Object.values(runtimes)
  const children = states.reduce(
    (sum, { zygotePid }) => sum + (zygotePid === null ? 0 : childrenOf(zygotePid).length),
    0,
  )
  return children - running - states.reduce((sum, { spares }) => sum + spares, 0)
}

/** Waits until nothing runs and every child of the zygotes is a spare. */
export async function nothingIsLeft(sandbox: RunningSandbox): Promise<void> {
  await eventually('no run is left', () => sandbox.stats().running === 0 && leftovers(sandbox) === 0)
}
