import { expect, test } from 'vitest'
import { CodenodeError } from '../contract/error.ts'
import { defaultLimits, toRunLimits } from '../contract/limits.ts'
import type { LogEntry, Program, Sandbox } from '../contract/program.ts'
import { executeOnce } from './execute-once.ts'

const { limits } = toRunLimits(defaultLimits, null)
const program: Program = { language: 'python', mode: 'main', code: '', inputsJson: '{}', inputNames: [], limits }

test('a sandbox that fails is a failure of the platform, with what the program had printed until then', async () => {
  const entry: LogEntry = { stream: 'stdout', atMs: 1, text: 'so far\n' }
  const sandbox: Sandbox = {
    isolation: { level: 'landlock+seccomp', layers: {} },
    run(_, options) {
      options?.onLog?.(entry)
      return Promise.reject(new CodenodeError('sandbox_lost', {}))
    },
    close: () => Promise.resolve(),
  }
  const told: LogEntry[] = []
  const execution = await executeOnce(sandbox, program, { onLog: (one) => told.push(one) })
  expect(execution).toMatchObject({ outcome: { status: 'failed', failure: { code: 'sandbox_lost' } }, logs: [entry] })
  expect(told).toEqual([entry])
})
