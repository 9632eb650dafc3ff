import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createSandbox, type RunningSandbox, runWorkflow, type WorkflowRecord } from '../src/index.ts'
import { type CodeSettings, code, end, graph, node } from './support/graph.ts'

let sandbox: RunningSandbox
beforeAll(async () => {
  sandbox = await createSandbox({ runtimes: ['python'], spares: 2 })
})
afterAll(async () => {
  await sandbox?.close()
})

type Outcome = 'returns' | 'throws' | 'returns another type' | 'runs too long' | 'does not compile'
const programs: Record<Outcome, string> = {
  returns: 'def main(): return {"y": 1}',
  throws: 'def main(): raise ValueError("no")',
  'returns another type': 'def main(): return {"y": "x"}',
  'runs too long': 'def main():\n  while True: pass',
  'does not compile': 'def main(:',
}
const errorTypes: Record<Outcome, string | null> = {
  returns: null,
  throws: 'CodeExecutionError',
  'returns another type': 'OutputValidationError',
  'runs too long': 'CodeExecutionError',
  'does not compile': 'CodeExecutionError',
}

type Strategy = 'none' | 'default-value' | 'fail-branch'
const strategies: Record<Strategy, CodeSettings> = {
  none: {},
  'default-value': {
    error_strategy: 'default-value',
    default_value: [{ key: 'y', type: 'number', value: '7' }],
  },
  'fail-branch': { error_strategy: 'fail-branch' },
}
const retries = {
  'without retries': {},
  'with a retry': { retry_config: { retry_enabled: true, max_retries: 1, retry_interval: 0 } },
}

/** What follows the node `c`. `good` and `bad` pass on what they are told; `join` gives the first of both. */
const good = code('good', 'def main(y): return {"r": y}', { variables: { y: 'c.y' }, outputs: { r: 'number' } })
const bad = code('bad', 'def main(): return {"r": -1}', { outputs: { r: 'number' } })
const join = node('join', 'variable-aggregator', {
  variables: [
    ['good', 'r'],
    ['bad', 'r'],
  ],
})
const shapes = {
  'one node after it': { nodes: [good, end('e', { r: 'good.r' })], edges: ['c>good', 'good>e'] },
  'nothing after it': { nodes: [end('e')], edges: ['s>e'] },
  'both branches apart': {
    nodes: [good, bad, end('e', { r: 'good.r' }), end('f', { f: 'bad.r' })],
    edges: ['c>good', 'c:fail-branch>bad', 'good>e', 'bad>f'],
  },
  'both branches joined': {
    nodes: [good, bad, join, end('e', { r: 'join.output' })],
    edges: ['c>good', 'c:fail-branch>bad', 'good>join', 'bad>join', 'join>e'],
  },
  'both branches into one node': {
    nodes: [bad, end('e', { y: 'c.y', r: 'bad.r', type: 'c.error_type' })],
    edges: ['c>bad', 'c:fail-branch>bad', 'bad>e'],
  },
  'only the fail branch': { nodes: [bad, end('e', { r: 'bad.r' })], edges: ['c:fail-branch>bad', 'bad>e'] },
} as const
type Shape = keyof typeof shapes

const withoutFailBranch: Shape[] = ['one node after it', 'nothing after it']
const allShapes = Object.keys(shapes) as Shape[]

const cases = (Object.keys(strategies) as Strategy[]).flatMap((strategy) =>
  (Object.keys(programs) as Outcome[]).flatMap((outcome) =>
    (Object.keys(retries) as (keyof typeof retries)[]).flatMap((retry) =>
      (strategy === 'fail-branch' ? allShapes : withoutFailBranch).map((shape) => ({
        strategy,
        outcome,
        retry,
        shape,
      })),
    ),
  ),
)

describe('error strategies in graphs', () => {
  test.each(cases)('$strategy: a node that $outcome, $retry, $shape', async ({ strategy, outcome, retry, shape }) => {
    const c = code('c', programs[outcome], {
      outputs: { y: 'number' },
      limits: outcome === 'runs too long' ? { wallMs: 60 } : {},
      ...strategies[strategy],
      ...retries[retry],
    })
    const { nodes, edges } = shapes[shape]
    const record = await runWorkflow(graph([node('s', 'start'), c, ...nodes], 's>c', ...edges), {}, { sandbox })

    const isGood = outcome === 'returns'
    const isHandled = strategy !== 'none'
    const entry = entryOf(record, 'c')
    expect(record.status).toBe(isGood ? 'succeeded' : isHandled ? 'partial-succeeded' : 'failed')
    expect(record.exceptionsCount).toBe(isGood || !isHandled ? 0 : 1)
    expect(entry?.status).toBe(isGood ? 'succeeded' : isHandled ? 'exception' : 'failed')
    expect(entry?.branch).toBe(isGood ? 'source' : isHandled ? branchOf(strategy) : null)
    expect(entry?.run?.attempts).toHaveLength(
      !isGood && retry === 'with a retry' && outcome !== 'does not compile' ? 2 : 1,
    )
    expect(entry?.error?.type ?? null).toBe(errorTypes[outcome])
    expect(entry?.outputs).toEqual(outputsOf(outcome, strategy, entry?.run?.outputs?.error_message))
    if (!isGood && !isHandled) {
      expect(record).toMatchObject({ outputs: null, error: { details: { nodeId: 'c', title: 'C' } } })
      expect(entryOf(record, 'good')).toBeUndefined()
      return
    }
    expect(record.error).toBeNull()
    const takesFailBranch = !isGood && strategy === 'fail-branch'
    const y = isGood ? 1 : takesFailBranch ? null : 7
    expect(record.outputs).toEqual(expectedOutputs(shape, y, takesFailBranch, errorTypes[outcome]))
    expect(entryOf(record, 'good')?.status).toBe(
      has(shape, 'good') ? (takesFailBranch ? 'skipped' : 'succeeded') : undefined,
    )
    const isBadRun = takesFailBranch || shape === 'both branches into one node'
    expect(entryOf(record, 'bad')?.status).toBe(has(shape, 'bad') ? (isBadRun ? 'succeeded' : 'skipped') : undefined)
  })

  test.each(Object.keys(strategies) as Strategy[])(
    '%s: a success after a retry is a plain success',
    async (strategy) => {
      const opens = 'import time\ndef main(at):\n  assert time.time() * 1000 >= at\n  return {"y": 1}'
      const start = node('s', 'start', { variables: [{ variable: 'at', type: 'number', required: true }] })
      const events: string[] = []
      let attempts = 0
      // The first attempt must come too early; the slower the machine, the more time that takes.
      for (let opensInMs = 150; attempts < 2; opensInMs *= 4) {
        expect(opensInMs).toBeLessThan(10_000)
        events.length = 0
        const c = code('c', opens, {
          variables: { at: 's.at' },
          outputs: { y: 'number' },
          ...strategies[strategy],
          retry_config: { retry_enabled: true, max_retries: 10, retry_interval: Math.max(100, opensInMs / 4) },
        })
        const record = await runWorkflow(
          graph([start, c, end('e', { y: 'c.y' })], 's>c', 'c>e'),
          { at: Date.now() + opensInMs },
          { sandbox, onEvent: (event) => event.type === 'node' && event.nodeId === 'c' && events.push(event.status) },
        )
        expect(record).toMatchObject({ status: 'succeeded', exceptionsCount: 0, outputs: { y: 1 } })
        attempts = entryOf(record, 'c')?.run?.attempts.length ?? 0
      }
      expect(events).toEqual(['started', ...Array<string>(attempts - 1).fill('retry'), 'succeeded'])
    },
  )
})

function entryOf(record: WorkflowRecord, id: string) {
  return record.nodes.find((entry) => entry.id === id)
}

function has(shape: Shape, id: string): boolean {
  return shapes[shape].nodes.some((it) => it.id === id)
}

function branchOf(strategy: Strategy): string {
  return strategy === 'fail-branch' ? 'fail-branch' : 'source'
}

function outputsOf(outcome: Outcome, strategy: Strategy, message: unknown): object | null {
  if (outcome === 'returns') return { y: 1 }
  const described = { error_message: message, error_type: errorTypes[outcome] }
  if (strategy === 'none') return null
  return strategy === 'default-value' ? { y: 7, ...described } : described
}

function expectedOutputs(shape: Shape, y: number | null, takesFailBranch: boolean, errorType: string | null): object {
  switch (shape) {
    case 'one node after it':
      return takesFailBranch ? {} : { r: y }
    case 'nothing after it':
      return {}
    case 'both branches apart':
      return takesFailBranch ? { f: -1 } : { r: y }
    case 'both branches joined':
      return { r: takesFailBranch ? -1 : y }
    case 'both branches into one node':
      return { y, r: -1, type: takesFailBranch ? errorType : null }
    case 'only the fail branch':
      return takesFailBranch ? { r: -1 } : {}
  }
}
