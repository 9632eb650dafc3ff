import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import path from 'node:path'
import { quantile } from '../statistics.ts'
import type { BenchLanguage } from '../workloads/workload.ts'
import type { Block, BlockReport } from './latency-worker.ts'
import type { Checkout } from './options.ts'
import type { Watching } from './stalls.ts'

export type Pace = 'without pauses' | 'pauses of 20 ms' | 'saturated'

export type LatencyReport = {
  checkout: Checkout['name']
  language: BenchLanguage
  pace: Pace
  runs: number
  medianMs: number
  p99Ms: number
  meanMs: number
  runsPerSecond: number
  processCpuMsPerRun: number
  mainThreadCpuMsPerRun: number
}

const paces: Readonly<Record<Pace, Omit<Block, 'language'>>> = {
  'without pauses': { runs: 200, pauseMs: 0, atOnce: 1 },
  'pauses of 20 ms': { runs: 80, pauseMs: 20, atOnce: 1 },
  saturated: { runs: 300, pauseMs: 0, atOnce: 2 * availableParallelism() },
}

/** Short blocks of every kind, clone after clone, again and again: what changes on the machine meanwhile changes all. */
export async function measureLatency(
  checkouts: readonly Checkout[],
  rounds: number,
  { say, signal }: Watching,
): Promise<LatencyReport[]> {
  const workers: ChildProcess[] = []
  const cells = new Map<string, Omit<LatencyReport, keyof Figures> & { blocks: BlockReport[] }>()
  try {
    for (const checkout of checkouts) workers.push(await startWorker(checkout))
    for (let round = 0; round <= rounds; round++) {
      say(round === 0 ? 'latency: warming' : `latency: round ${round} of ${rounds}`)
      for (const language of ['python', 'javascript'] as const) {
        for (const pace of Object.keys(paces) as Pace[]) {
          for (let turn = 0; turn < checkouts.length; turn++) {
            signal.throwIfAborted()
            const at = (turn + round) % checkouts.length
            const [checkout, worker] = [checkouts[at] as Checkout, workers[at] as ChildProcess] // below their length
            const block = await runBlock(worker, { language, ...paces[pace] })
            if (round === 0) continue
            const key = `${checkout.name} ${language} ${pace}`
            const cell = cells.get(key) ?? { checkout: checkout.name, language, pace, blocks: [] }
            cell.blocks.push(block)
            cells.set(key, cell)
          }
        }
      }
    }
    return [...cells.values()].map(({ blocks, ...cell }) => ({ ...cell, ...toFigures(blocks) }))
  } finally {
    await Promise.all(workers.map(stopWorker))
  }
}

type Figures = ReturnType<typeof toFigures>

function toFigures(blocks: readonly BlockReport[]) {
  const times = blocks.flatMap((it) => it.times)
  const sum = (pick: (block: BlockReport) => number) => blocks.reduce((all, it) => all + pick(it), 0)
  return {
    runs: times.length,
    medianMs: quantile(times, 0.5),
    p99Ms: quantile(times, 0.99),
    meanMs: times.reduce((all, it) => all + it, 0) / times.length,
    runsPerSecond: (times.length * 1000) / sum((it) => it.totalMs),
    processCpuMsPerRun: sum((it) => it.processCpuMs) / times.length,
    mainThreadCpuMsPerRun: sum((it) => it.mainThreadCpuMs) / times.length,
  }
}

async function startWorker({ root, sandboxOptions }: Checkout): Promise<ChildProcess> {
  const file = path.join(import.meta.dirname, 'latency-worker.ts')
  const worker = fork(file, [root, JSON.stringify(sandboxOptions)], { cwd: root, execArgv: [] })
  await answerOf(worker)
  return worker
}

async function runBlock(worker: ChildProcess, block: Block): Promise<BlockReport> {
  const answer = answerOf(worker)
  worker.send(block)
  return (await answer) as BlockReport // as latency-worker.ts sends it
}

async function answerOf(worker: ChildProcess): Promise<unknown> {
  return await new Promise((resolve, reject) => {
    const onExit = () => reject(new Error('A process that measures ended before it was told to.'))
    worker.once('exit', onExit)
    worker.once('message', (message) => {
      worker.off('exit', onExit)
      resolve(message)
    })
  })
}

async function stopWorker(worker: ChildProcess): Promise<void> {
  if (worker.exitCode !== null || worker.signalCode !== null) return
  const ended = once(worker, 'exit')
  worker.send('end')
  await ended
}
