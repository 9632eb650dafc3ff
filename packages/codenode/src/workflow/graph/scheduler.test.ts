import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { buildShape, Scheduler } from './scheduler.ts'

/** `'0>1', '0:false>2'`: runs the graph, each node ending with the branch that is named for it, else `source`. */
function play(size: number, edges: string[], branches: Record<number, string | null> = {}): string[] {
  const parsed = edges.map((text) => {
    const [, from, handle = 'source', to] = /^(\d+)(?::([\w-]+))?>(\d+)$/.exec(text) ?? []
    return { from: Number(from), to: Number(to), handle }
  })
  const scheduler = new Scheduler(buildShape({ nodes: { length: size }, edges: parsed, entries: [0] }))
  const told: string[] = []
  const queue = scheduler.start()
  for (const { kind, node } of queue) {
    told.push(`${kind} ${node}`)
    if (kind === 'run') queue.push(...scheduler.finish(node, node in branches ? (branches[node] ?? null) : 'source'))
  }
  return told
}

describe('the scheduler', () => {
  test.each([
    ['a line', 3, ['0>1', '1>2'], {}, ['run 0', 'run 1', 'run 2']],
    ['a join waits for all', 4, ['0>1', '0>2', '1>3', '2>3'], {}, ['run 0', 'run 1', 'run 2', 'run 3']],
    ['a branch not taken', 3, ['0:yes>1', '0:no>2'], { 0: 'yes' }, ['run 0', 'run 1', 'skip 2']],
    ['what hangs on it alone', 4, ['0:no>1', '1>2', '2>3'], {}, ['run 0', 'skip 1', 'skip 2', 'skip 3']],
    [
      'a join of a branch that was taken and one that was not',
      4,
      ['0:a>1', '0:b>2', '1>3', '2>3'],
      { 0: 'a' },
      ['run 0', 'run 1', 'skip 2', 'run 3'],
    ],
    ['two edges to the same node', 2, ['0:a>1', '0:b>1'], { 0: 'b' }, ['run 0', 'run 1']],
    ['nodes that nothing leads to', 4, ['0>1', '2>1', '2>3'], {}, ['run 0', 'skip 2', 'skip 3', 'run 1']],
    ['a node that takes no branch', 2, ['0>1'], { 0: null }, ['run 0', 'skip 1']],
  ] as const)('%s', (_, size, edges, branches, expected) => {
    expect(play(size, [...edges], branches)).toEqual(expected)
  })

  test('a million edges are each looked at once', () => {
    const size = 1001
    const edges = Array.from({ length: 1_000_000 }, (_, i) => ({ from: i % 1000, to: 1000, handle: 'source' }))
    const line = Array.from({ length: 999 }, (_, i) => ({ from: i, to: i + 1, handle: 'source' }))
    const scheduler = new Scheduler(buildShape({ nodes: { length: size }, edges: [...line, ...edges], entries: [0] }))
    let ran = 0
    const queue = scheduler.start()
    for (const { node } of queue) {
      ran++
      queue.push(...scheduler.finish(node, 'source'))
    }
    expect(ran).toBe(size)
  })

  test('random graphs: each node is decided once, after those before it, and skipped iff no edge into it was taken', () => {
    const randomGraph = fc.integer({ min: 1, max: 25 }).chain((size) =>
      fc.record({
        size: fc.constant(size),
        edges: fc.array(
          fc
            .tuple(fc.nat(size - 1), fc.nat(size - 1), fc.constantFrom('source', 'a', 'b'))
            // Forward edges only, so that there is no cycle, and none into the entry.
            .map(([x, y, handle]) => ({ from: Math.min(x, y), to: Math.max(x, y), handle })),
          { maxLength: 60 },
        ),
        branches: fc.array(fc.constantFrom('source', 'a', 'b', null), { minLength: size, maxLength: size }),
        order: fc.infiniteStream(fc.nat()),
      }),
    )
    fc.assert(
      fc.property(randomGraph, ({ size, edges: all, branches, order }) => {
        const edges = all.filter(({ from, to }) => from !== to)
        const scheduler = new Scheduler(buildShape({ nodes: { length: size }, edges, entries: [0] }))
        const decided = new Map<number, 'run' | 'skip'>()
        const ended = new Set<number>()
        const running: number[] = []
        const take = (moves: ReturnType<Scheduler['start']>): void => {
          for (const { kind, node } of moves) {
            expect(decided.has(node)).toBe(false)
            decided.set(node, kind)
            if (kind === 'run') running.push(node)
          }
          for (const { kind, node } of moves) {
            if (kind === 'skip') ended.add(node)
            const before = edges.filter(({ to }) => to === node)
            expect(before.every(({ from }) => ended.has(from) || decided.get(from) === 'skip')).toBe(true)
            const isTaken = before.some(({ from, handle }) => decided.get(from) === 'run' && branches[from] === handle)
            expect(kind).toBe(isTaken || node === 0 ? 'run' : 'skip')
          }
        }
        take(scheduler.start())
        while (running.length > 0) {
          // Any of those that run may end next.
          const [node = 0] = running.splice((order.next().value ?? 0) % running.length, 1)
          ended.add(node)
          take(scheduler.finish(node, branches[node] ?? null))
        }
        expect(decided.size).toBe(size)
      }),
      { numRuns: 300 },
    )
  })
})
