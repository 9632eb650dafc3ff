/** Run services on one real sandbox of Python, for tests below HTTP. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeAll } from 'vitest'
import { defaultLimits } from '../../../codenode/src/contract/limits.ts'
import type { CodeNodeInput } from '../../../codenode/src/contract/node.ts'
import { createSandbox, type RunningSandbox } from '../../../codenode/src/pool/create-sandbox.ts'
import type {
  RunService,
  RunServiceOptions,
  SequencedEvent,
  StartedRun,
  StartOptions,
} from '../../src/service/api/types.ts'
import { createRunService } from '../../src/service/run-service.ts'

/** Patient: only what hangs ends by them. */
export const limits = { ...defaultLimits, wallMs: 120_000, cpuMs: 120_000 }
export const client = 'local'

type Settings = Partial<Omit<RunServiceOptions, 'history'>> & { history?: Partial<RunServiceOptions['history']> }

export type RunServices = {
  /** With a history in memory unless `history.file` says otherwise. It is closed after the test. */
  open: (settings?: Settings) => RunService
  /** A path in a folder of the test file's own. */
  inFolder: (name: string) => string
}

/** Call it once in a test file, outside of its tests. */
export function useRunServices(): RunServices {
  const opened: RunService[] = []
  let sandbox: RunningSandbox
  let folder: string
  beforeAll(async () => {
    sandbox = await createSandbox({ packages: 'none', runtimes: ['python'], spares: 1, maxRunning: 4, limits })
    folder = mkdtempSync(path.join(tmpdir(), 'codenode-service-'))
  })
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((service) => service.close({ deadlineMs: 0 })))
  })
  afterAll(async () => {
    await sandbox.close()
    rmSync(folder, { recursive: true })
  })
  return {
    open: ({ history, ...options } = {}) => {
      const kept = { file: ':memory:', maxRuns: 1000, maxAgeDays: 1, inputs: true, ...history }
      const service = createRunService({ sandbox, limits, maxRuns: 100, ...options, history: kept })
      opened.push(service)
      return service
    },
    inFolder: (name) => path.join(folder, name),
  }
}

/** A node in Python with an input `n` and an output `n`. */
export function numberNode(text: string, more: Partial<CodeNodeInput> = {}): CodeNodeInput {
  return {
    type: 'code',
    title: 'Test',
    code: text,
    variables: [{ variable: 'n' }],
    outputs: { n: { type: 'number' } },
    ...more,
  }
}

export const double = numberNode('def main(n):\n    return {"n": n * 2}')
export const forever = numberNode('def main(n):\n    print("on", flush=True)\n    while True: pass')
export const retrying = { retry_enabled: true, max_retries: 2, retry_interval: 20 }

export function start(service: RunService, node: CodeNodeInput, options: Partial<StartOptions> = {}): StartedRun {
  return service.start({ node, inputs: { n: 21 } }, { client, ...options })
}

export async function collect(events: AsyncIterable<SequencedEvent>): Promise<SequencedEvent[]> {
  const all: SequencedEvent[] = []
  for await (const one of events) all.push(one)
  return all
}

/** Reads the events of a run up to its first log: then its code runs. */
export async function untilItPrints(service: RunService, { id }: StartedRun): Promise<void> {
  for await (const { event } of service.follow(id, client, {})) if (event.type === 'log') return
}
