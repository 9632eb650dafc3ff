import { readlinkSync } from 'node:fs'
import { CodenodeError, isCodenodeError } from '../contract/error.ts'
import { hasNamespaces, type IsolationLevel } from '../contract/isolation.ts'
import { toRunLimits } from '../contract/limits.ts'
import type { RuntimeName } from '../contract/runtime-name.ts'
import { findPlaces } from '../places/find-places.ts'
import { installCommandFor } from '../places/installation.ts'
import { createSandbox, type RunningSandbox, type SandboxOptions } from '../pool/create-sandbox.ts'
import { judge } from '../sandbox/probe/judge.ts'
import { SandboxGap } from '../sandbox/probe/probe-zygote.ts'
import { readInside } from '../sandbox/probe/read-inside.ts'
import { childPids, type OutsideFacts, readOutside } from '../sandbox/probe/read-outside.ts'
import { findRunUids } from '../sandbox/run-uids.ts'
import { type Check, toCheck } from './check.ts'
import { type Bench, runTrial, toProgram, trials } from './trials.ts'

/** The variable that must not be seen inside. */
const canary = 'CODENODE_DOCTOR_CANARY'

const titles = { python: 'Python', javascript: 'JavaScript and TypeScript' } as const

/** Starts an interpreter's sandbox, has runs try to break every layer, and looks at them from the host. */
export async function examineRuntime(
  name: RuntimeName,
  options: SandboxOptions & { isolation: IsolationLevel },
  tell: (checks: Check[]) => void,
): Promise<void> {
  const group = titles[name]
  process.env[canary] = 'seen'
  let sandbox: RunningSandbox
  try {
    sandbox = await createSandbox({ ...options, runtimes: [name], spares: 0 })
  } catch (error) {
    // That is no gap of the machine.
    if (isCodenodeError(error, 'configuration_invalid')) throw error
    return tell(explainStart(group, error))
  } finally {
    delete process.env[canary]
  }
  try {
    const bench: Bench = { sandbox, name, limits: toRunLimits(sandbox.limits, null).limits }
    tell([describeRuntime(group, bench, options.packagesDir)])
    tell(await examineLayers(group, bench))
    const own = trials.filter(({ only = name }) => only === name)
    for (const trial of own) tell([await runTrial(group, trial, bench)])
  } finally {
    await sandbox.close()
  }
}

function explainStart(group: string, error: unknown): Check[] {
  const cause = error instanceof CodenodeError ? error.cause : undefined
  if (cause instanceof SandboxGap) return cause.findings.map((finding) => toCheck(group, finding))
  const found = error instanceof Error ? error.message : String(error)
  return [{ group, name: 'start', state: 'gap', found, fix: mendStart }]
}

/** For what no check knows. */
const mendStart =
  'The end of the message says what failed. If it names a package of Codenode itself (koffi, SWC, node-linux), install codenode anew: it brings the versions that it was tested with. Then call codenode doctor again.'

function describeRuntime(group: string, { sandbox, name }: Bench, packagesDir?: string): Check {
  const version = sandbox.stats().runtimes[name]?.version ?? 'unknown'
  const count = sandbox.packages()[name].length
  const { landlock = 'unknown' } = sandbox.isolation.layers
  const language = name === 'python' ? 'CPython' : 'Node.js'
  const found = `${language} ${version}, ${count} packages, Landlock ${landlock}`
  const install = `${installCommandFor(findPlaces({ packagesDir }).packagesDir)}, or name the folder that has them: --packages-dir or CODENODE_PACKAGES_DIR`
  const fix =
    count === 0 ? `No packages are installed, so code can import the standard library alone: ${install}` : null
  return { group, name: 'interpreter', state: 'info', found, fix }
}

async function examineLayers(group: string, bench: Bench): Promise<Check[]> {
  const { level } = bench.sandbox.isolation
  const pair = await watchTwoRuns(bench)
  const inside = await readInside(async (code) => await bench.sandbox.run(toProgram(bench, code)), bench.name)
  const expected = { runtime: bench.name, level, limits: bench.limits, hasRunUids: findRunUids() !== null }
  const findings = judge({ inside, outside: pair[0].outside }, expected)
  return [...findings.map((finding) => toCheck(group, finding)), comparePair(group, pair, level)]
}

type Watched = { pid: number; outside: OutsideFacts; namespaces: Record<string, string> }

const waits = {
  python: 'import time\ndef main():\n    print("here", flush=True)\n    time.sleep(60)',
  javascript: 'const main = () => { console.log("here"); return new Promise((done) => setTimeout(done, 60_000)) }',
} as const

/** Two runs that are alive at the same time, seen from the host. */
async function watchTwoRuns(bench: Bench): Promise<[Watched, Watched]> {
  const controller = new AbortController()
  const { sandbox, name } = bench
  const runs: Promise<unknown>[] = []
  try {
    for (let count = 0; count < 2; count++) {
      await new Promise<void>((resolve, reject) => {
        const program = toProgram(bench, waits[name])
        const run = sandbox.run(program, { signal: controller.signal, onLog: () => resolve() })
        runs.push(run)
        run.then(({ outcome }) => reject(new Error(`A run that waits ended: ${outcome.status}`)), reject)
      })
    }
    const pids = childPids(sandbox.stats().runtimes[name]?.zygotePid ?? 0)
    const [first, second] = pids.map((pid) => ({ pid, outside: readOutside(pid), namespaces: readNamespaces(pid) }))
    if (!first || !second)
      throw new CodenodeError('internal_error', { message: 'Two runs were started, and are not there.' })
    return [first, second]
  } finally {
    controller.abort()
    await Promise.allSettled(runs)
  }
}

const separate = ['ipc', 'net', 'pid', 'user', 'uts'] as const

function readNamespaces(pid: number): Record<string, string> {
  try {
    return Object.fromEntries(separate.map((kind) => [kind, readlinkSync(`/proc/${pid}/ns/${kind}`)]))
  } catch {
    return {} // shown to root only
  }
}

function comparePair(group: string, [one, other]: [Watched, Watched], level: IsolationLevel): Check {
  const name = 'two runs at once'
  const shared = separate.filter((kind) => one.namespaces[kind] && one.namespaces[kind] === other.namespaces[kind])
  const isSameUser = one.outside.status.Uid === other.outside.status.Uid
  const areApart = hasNamespaces(level)
  const problems = [
    ...(areApart && shared.length > 0 ? [`they share the namespaces ${shared.join(', ')}`] : []),
    ...(isSameUser && findRunUids() !== null ? ['they have the same user id'] : []),
  ]
  if (problems.length > 0) return { group, name, state: 'gap', found: problems.join('; '), fix: 'Please report it.' }
  const seen = [
    ...(Object.keys(one.namespaces).length > 0 && areApart ? [`${separate.length} namespaces each`] : []),
    ...(isSameUser ? [] : ['user ids of their own']),
  ]
  return { group, name, state: 'holds', found: `${seen.join(', ') || 'kept apart by their filters'}`, fix: null }
}
