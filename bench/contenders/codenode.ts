import { fail } from 'node:assert'
import { availableParallelism } from 'node:os'
import { createSandbox, type RunningSandbox, runNode } from 'codenode'
import type { BenchLanguage, Workload } from '../workloads/workload.ts'
import { type Contender, innerTime, timeRuns, type Verify } from './contender.ts'

/** A sandbox that both languages' contenders share. */
export type SharedSandbox = { open: () => Promise<RunningSandbox>; close: () => Promise<void> }

export function shareSandbox(options: { spares?: number }): SharedSandbox {
  let opened: Promise<RunningSandbox> | undefined
  return {
    open: () => {
      opened ??= createSandbox(options)
      return opened
    },
    close: async () => {
      // A sandbox that did not start has closed itself.
      const sandbox = await opened?.catch(() => undefined)
      opened = undefined
      await sandbox?.close()
    },
  }
}

const atOnce = 2 * availableParallelism()

/** Codenode through the library: a node's settings and inputs in, the record out. */
export function codenode(
  language: BenchLanguage,
  spares: 'with spares' | 'without spares',
  shared: SharedSandbox,
): Contender {
  return {
    id: `codenode-${language}${spares === 'with spares' ? '' : '-no-spares'}`,
    title: `Codenode, ${spares}`,
    language,
    isolation: 'own process in own namespaces, Landlock, seccomp, no capabilities, limits on CPU, memory and output',
    runs: () => true,
    saturations: [{ atOnce, processes: 1 }],
    start: async () => {
      await shared.open()
    },
    measure: async (workload, batch) => {
      const sandbox = await shared.open()
      return await timeRuns(batch, () => runOnce(sandbox, workload, language))
    },
    close: shared.close,
  }
}

/** Runs a workload's program as a Code node. */
async function runOnce(sandbox: RunningSandbox, workload: Workload, language: BenchLanguage): Promise<Verify> {
  const record = await runNode(toNode(workload, language), workload.inputs, { sandbox })
  if (record.status !== 'succeeded' || !record.outputs) {
    fail(`${workload.name} in ${language}: ${record.status}, ${record.error?.message}`)
  }
  const { outputs, logs } = record
  return () => {
    workload.check(outputs, logs.map(({ text }) => text).join(''))
    return innerTime(outputs)
  }
}

export type Programs = Pick<Workload, 'name' | 'code' | 'inputs' | 'outputs'>

export function toNode({ code, inputs, outputs, name }: Programs, language: BenchLanguage) {
  return {
    type: 'code',
    title: name,
    code_language: language === 'python' ? 'python3' : 'javascript',
    code: code[language],
    variables: Object.keys(inputs).map((variable) => ({ variable })),
    outputs,
  } as const
}
