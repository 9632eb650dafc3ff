import type { Client } from 'codenode/client'
import { expect, test, vi } from 'vitest'
import { forgetTestsBut, startTest, testOf, useNodeTests } from './node-tests.ts'

vi.stubGlobal('window', { addEventListener: () => undefined })

const node = { type: 'code', title: 'Code' }

/** A service whose runs end at once with these outputs. */
function clientWith(outputs: Record<string, unknown>): Client {
  const followRun = async function* () {
    await Promise.resolve()
    yield { sequence: 1, event: { type: 'result', runId: 'run', record: { outputs, attempts: [] } } }
  }
  return { startNode: () => Promise.resolve({ id: 'run' }), followRun } as unknown as Client
}

async function run(nodeId: string, outputs: Record<string, unknown>): Promise<void> {
  startTest(nodeId, { client: clientWith(outputs), node, inputs: {} })
  await vi.waitFor(() => expect(testOf(nodeId)?.state.name).toBe('ended'))
}

const kept = () => [...useNodeTests.getState().tests.keys()]

test('the results of the last nodes are kept, and no more than fit', async () => {
  for (let number = 1; number <= 60; number++) await run(`n${number}`, {})
  await vi.waitFor(() => expect(kept()).toHaveLength(50))
  expect(kept().slice(-2)).toEqual(['n59', 'n60'])
  for (const nodeId of ['large1', 'large2', 'large3']) await run(nodeId, { text: 'x'.repeat(14 * 2 ** 20) })
  await vi.waitFor(() => expect(kept()).toEqual(['large2', 'large3']))
  forgetTestsBut((nodeId) => nodeId === 'large3')
  expect(kept()).toEqual(['large3'])
})
