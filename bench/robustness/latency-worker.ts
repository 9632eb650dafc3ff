/** Runs blocks of runs with the library of one clone, in a process of its own: what is told by its parent, one at a time. */
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type * as Library from '../../packages/codenode/src/index.ts'
import type { BenchLanguage } from '../workloads/workload.ts'

export type Block = { language: BenchLanguage; runs: number; pauseMs: number; atOnce: number }
export type BlockReport = { times: number[]; totalMs: number; processCpuMs: number; mainThreadCpuMs: number }

const [root = '.', options = '{}'] = process.argv.slice(2)
// The other clone's library has the same door, or this cannot measure it.
const { createSandbox, runNode } = (await import(path.join(root, 'packages/codenode/src/index.ts'))) as typeof Library
const sandbox = await createSandbox(JSON.parse(options) as Library.SandboxOptions)
process.on('message', (message: Block | 'end') => {
  if (message === 'end') void end()
  else void run(message).then((report) => process.send?.(report))
})
process.send?.('ready')

async function end(): Promise<void> {
  await sandbox.close()
  process.disconnect()
}

async function run({ language, runs, pauseMs, atOnce }: Block): Promise<BlockReport> {
  const times: number[] = []
  const [process0, thread0, began] = [process.cpuUsage(), process.threadCpuUsage(), performance.now()]
  let next = 0
  const lane = async (): Promise<void> => {
    for (let n = next++; n < runs; n = next++) {
      if (pauseMs > 0) await sleep(pauseMs)
      const asked = performance.now()
      const { status, outputs, error } = await runNode(nodes[language], { n }, { sandbox })
      times.push(performance.now() - asked)
      if (status !== 'succeeded' || outputs?.n !== n + 1) throw new Error(`a run ${status}: ${error?.message}`)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, lane))
  const totalMs = performance.now() - began
  const [ofProcess, ofThread] = [process.cpuUsage(process0), process.threadCpuUsage(thread0)]
  const toMs = ({ user, system }: NodeJS.CpuUsage) => (user + system) / 1000
  return { times, totalMs, processCpuMs: toMs(ofProcess), mainThreadCpuMs: toMs(ofThread) }
}

const common: Pick<Library.CodeNodeInput, 'type' | 'variables' | 'outputs'> = {
  type: 'code',
  variables: [{ variable: 'n' }],
  outputs: { n: { type: 'number' } },
}
const nodes = {
  python: { ...common, code_language: 'python3', code: 'def main(n):\n    return {"n": n + 1}\n' },
  javascript: { ...common, code_language: 'javascript', code: 'function main({ n }) { return { n: n + 1 } }\n' },
} as const
