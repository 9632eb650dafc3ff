import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createClient } from '../../src/client/index.ts'
import type { RunRecord } from '../../src/contract/record.ts'
import { createSandbox } from '../../src/pool/create-sandbox.ts'
import { runNode } from '../../src/run/run-node.ts'
import { giveBackMemory, heldBytes, residentKb } from '../support/footprint.ts'
import { childrenOf, descendants, eventually, isAlive } from '../support/sandbox.ts'
import { makeDataDir, startService } from '../support/service.ts'
import { patientMs } from './options.ts'
import type { SoakRun } from './programs.ts'

/** A way to run programs, and the process that must not grow by it. */
export type Door = {
  name: 'library' | 'service'
  pid: number
  dataDir: string
  /** All that it has started and that lives. */
  processes: () => number[]
  /** The interpreters that runs are forked from. */
  zygotes: () => number[]
  /** Where there is nothing to answer because the client went away: `abandoned`. */
  run: (run: SoakRun) => Promise<RunRecord | 'abandoned'>
  /** Runs that have not ended. */
  running: () => Promise<number>
  /** How often an interpreter was lost and started anew. */
  lost: () => Promise<number>
  /** After a collection of garbage: resident memory, and what the heap and buffers hold. */
  memory: () => Promise<{ residentKb: number; heldKb: number }>
  close: () => Promise<void>
}

/** The library, in this process. `others`: processes that this one has started besides. */
export async function openLibrary(others: readonly number[]): Promise<Door> {
  const dataDir = makeDataDir('installed')
  const sandbox = await createSandbox({ dataDir })
  return {
    name: 'library',
    pid: process.pid,
    dataDir,
    processes: () =>
      childrenOf(process.pid)
        .filter((pid) => isAlive(pid) && !others.includes(pid))
        .flatMap((pid) => [pid, ...descendants(pid)]),
    zygotes: () => Object.values(sandbox.stats().runtimes).flatMap((it) => it.zygotePid ?? []),
    run: async ({ node, inputs, abandonAfterMs }) => {
      const signal = abandonAfterMs === null ? undefined : AbortSignal.timeout(abandonAfterMs)
      return await runNode(node, inputs, { sandbox, signal })
    },
    running: () => Promise.resolve(sandbox.stats().running + sandbox.stats().waiting),
    lost: () => Promise.resolve(sum(Object.values(sandbox.stats().runtimes).map((it) => it.lost))),
    memory: async () => {
      const heldKb = (await heldBytes()) / 1024
      giveBackMemory()
      return { residentKb: residentKb(), heldKb }
    },
    close: async () => {
      await sandbox.close()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

/** `codenode serve` as a process of its own, over HTTP. */
export async function openService(): Promise<Door> {
  const folder = mkdtempSync(path.join(tmpdir(), 'codenode-soak-'))
  const memoryFile = path.join(folder, 'memory.json')
  const service = await startService({
    packages: 'installed',
    env: {
      NODE_OPTIONS: `--import ${path.join(import.meta.dirname, 'memory-on-signal.mjs')}`,
      SOAK_MEMORY_FILE: memoryFile,
      CODENODE_SPARES: '4',
      // So few that the history is full, and old runs go, long before the end.
      CODENODE_HISTORY_MAX_RUNS: '300',
      CODENODE_LOG_LEVEL: 'error',
    },
  })
  const client = createClient({ baseUrl: service.address })
  const pid = service.process.pid as number // it has printed its address
  return {
    name: 'service',
    pid,
    dataDir: service.dataDir,
    processes: () => descendants(pid),
    zygotes: () => zygotesOf(pid),
    run: async ({ node, inputs, abandonAfterMs }) => {
      const signal = abandonAfterMs === null ? undefined : AbortSignal.timeout(abandonAfterMs)
      try {
        return await client.runNode({ node, inputs }, { signal })
      } catch (error) {
        if (signal?.aborted) return 'abandoned'
        throw error
      }
    },
    running: async () => (await client.status()).active,
    lost: async () => sum(Object.values((await client.status()).runtimes).map((it) => it.lost)),
    memory: async () => {
      rmSync(memoryFile, { force: true })
      process.kill(pid, 'SIGUSR2')
      await eventually('the service has collected its garbage', () => existsSync(memoryFile), patientMs)
      // Written by the file beside this one.
      const { rss, heapUsed, external } = JSON.parse(readFileSync(memoryFile, 'utf8')) as NodeJS.MemoryUsage
      return { residentKb: rss / 1024, heldKb: (heapUsed + external) / 1024 }
    },
    close: async () => {
      await service.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, it) => all + it, 0)

/** Bubblewrap's own children, as the host sees them. */
function zygotesOf(pid: number): number[] {
  return descendants(pid).flatMap((it) =>
    isBubblewrap(it) ? childrenOf(it).filter((child) => !isBubblewrap(child)) : [],
  )
}

function isBubblewrap(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === 'bwrap'
  } catch {
    return false // it has ended
  }
}
