import type { RunningSandbox } from 'codenode'
import { runNode } from 'codenode'
import { toNode } from './contenders/codenode.ts'
import { squaring } from './workloads/square.ts'
import type { BenchLanguage } from './workloads/workload.ts'

export type BurstReport = { language: BenchLanguage; runs: number; finished: number; wrong: number; totalMs: number }

const runs = 200
/** Asks for 200 runs at the same moment, each with inputs of its own. */
export async function measureBurst(sandbox: RunningSandbox, language: BenchLanguage): Promise<BurstReport> {
  const node = toNode(squaring, language)
  const began = performance.now()
  const records = await Promise.all(Array.from({ length: runs }, (_, index) => runNode(node, { index }, { sandbox })))
  const totalMs = performance.now() - began
  return {
    language,
    runs,
    finished: records.filter(({ status }) => status === 'succeeded').length,
    wrong: records.filter(({ status, outputs }, index) => status === 'succeeded' && outputs?.square !== index * index)
      .length,
    totalMs,
  }
}
