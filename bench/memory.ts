import { readdirSync, readFileSync } from 'node:fs'
import { createSandbox, type RunningSandbox, runNode } from 'codenode'
import { type Programs, toNode } from './contenders/codenode.ts'
import type { BenchLanguage } from './workloads/workload.ts'

/** Of one process, in MiB. `own`: pages that it shares with nobody, and its page tables; what it adds to the machine. */
export type ProcessMemory = { own: number; tables: number; proportional: number }

export type MemoryReport = {
  language: BenchLanguage
  state: 'waiting' | 'running'
  children: number
  /** The medians over the children; null when /proc does not show them (other users than root may not look). */
  memory: ProcessMemory | null
  zygote: ProcessMemory | null
}

const children = 8
const sleepMs = 1000
const sleeping: Programs = {
  name: 'sleep',
  code: {
    python: 'import time\ndef main(ms: int) -> dict:\n    time.sleep(ms / 1000)\n    return {"ms": ms}\n',
    javascript:
      'async function main({ ms }) {\n  await new Promise((done) => setTimeout(done, ms))\n  return { ms }\n}\n',
  },
  inputs: { ms: sleepMs },
  outputs: { ms: { type: 'number' } },
}

/** What a child costs while it waits for work, and while it runs a program that does little. */
export async function measureMemory(signal: AbortSignal): Promise<MemoryReport[]> {
  const reports: MemoryReport[] = []
  for (const language of ['python', 'javascript'] as const) {
    signal.throwIfAborted()
    reports.push(await withSandbox(language, { spares: children }, (sandbox) => measureWaiting(sandbox, language)))
    reports.push(
      await withSandbox(language, { spares: 0, maxRunning: children }, (sandbox) => measureRunning(sandbox, language)),
    )
  }
  return reports
}

type Sizes = { spares: number; maxRunning?: number }

async function withSandbox<T>(
  language: BenchLanguage,
  sizes: Sizes,
  use: (sandbox: RunningSandbox) => Promise<T>,
): Promise<T> {
  const sandbox = await createSandbox({ ...sizes, runtimes: [language] })
  try {
    return await use(sandbox)
  } finally {
    await sandbox.close()
  }
}

async function measureWaiting(sandbox: RunningSandbox, language: BenchLanguage): Promise<MemoryReport> {
  const deadline = performance.now() + 10_000
  while ((sandbox.stats().runtimes[language]?.spares ?? 0) < children && performance.now() < deadline) await pause(50)
  return look(sandbox, language, 'waiting')
}

async function measureRunning(sandbox: RunningSandbox, language: BenchLanguage): Promise<MemoryReport> {
  const node = toNode(sleeping, language)
  const runs = Array.from({ length: children }, () => runNode(node, sleeping.inputs, { sandbox }))
  await pause(sleepMs * 0.7)
  const report = look(sandbox, language, 'running')
  for (const { status, error } of await Promise.all(runs)) {
    if (status !== 'succeeded') throw new Error(`A sleeping run ${status}: ${error?.message}`)
  }
  return report
}

function look(sandbox: RunningSandbox, language: BenchLanguage, state: MemoryReport['state']): MemoryReport {
  const zygote = sandbox.stats().runtimes[language]?.zygotePid ?? 0
  const pids = childrenOf(zygote)
  const all = pids.map(readMemory).filter((it) => it !== null)
  const middle = (pick: (memory: ProcessMemory) => number) =>
    all.map(pick).toSorted((a, b) => a - b)[all.length >> 1] ?? 0
  const memory = {
    own: middle((it) => it.own),
    tables: middle((it) => it.tables),
    proportional: middle((it) => it.proportional),
  }
  return { language, state, children: pids.length, memory: all.length > 0 ? memory : null, zygote: readMemory(zygote) }
}

function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number),
    )
  } catch {
    return [] // gone meanwhile; the report tells how many were seen
  }
}

function readMemory(pid: number): ProcessMemory | null {
  try {
    const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
    const tables = readMebibytes(readFileSync(`/proc/${pid}/status`, 'utf8'), 'VmPTE')
    const own = readMebibytes(rollup, 'Private_Clean') + readMebibytes(rollup, 'Private_Dirty') + tables
    return { own, tables, proportional: readMebibytes(rollup, 'Pss') }
  } catch {
    return null // gone, or not ours to look at
  }
}

function readMebibytes(text: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s*(\\d+) kB`, 'm').exec(text)?.[1] ?? 0) / 1024
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
