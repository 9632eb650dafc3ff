import type { Client } from 'codenode/client'
import { type CodeNodeInput, isObject, type RunEvent } from 'codenode/contract'
import { create } from 'zustand'
import type { NodeData } from '../graph/document.ts'
import { afterRunEvent, isUnderWay, type RunState, refusedBy, started } from './node-run-state.ts'

/** The last test run of a node. It outlives the panel: another node may be looked at while it goes on. */
export type NodeTest = {
  state: RunState
  /** Of this page's clock. */
  beganAtMs: number
  /** Null: nothing has been run yet, or what comes before is still being run. */
  given: Given | null
}

/** What a run was given: the values of the inputs, and the node's settings; null: not known. */
export type Given = { inputs: Values; node: NodeData | null }

export type Values = Readonly<Record<string, unknown>>

/** How the result of a node was looked at last. */
export type Look = { tab: ResultTab | null; view: ResultView }
export type ResultTab = 'result' | 'logs' | 'attempts' | 'figures'
export type ResultView = 'tree' | 'table' | 'chart' | 'json'

export type TestPlan = {
  client: Client
  node: NodeData
  /** The values of the inputs, or how to come by them: what comes before may have to be run first. */
  inputs: Values | ((at: Preparing) => Promise<Values>)
}

export type Preparing = { signal: AbortSignal; tell: (title: string) => void }

type Tests = { tests: ReadonlyMap<string, NodeTest>; looks: ReadonlyMap<string, Look> }

/** By the id of the node. */
export const useNodeTests = create<Tests>(() => ({ tests: new Map(), looks: new Map() }))

/** The runs that go on. */
const runs = new Map<string, AbortController>()

export function testOf(nodeId: string): NodeTest | undefined {
  return useNodeTests.getState().tests.get(nodeId)
}

/** Begins a test run of a node; one of the same node that goes on is cancelled. */
export function startTest(nodeId: string, plan: TestPlan): void {
  cancelTest(nodeId)
  const before = testOf(nodeId)
  const run = new AbortController()
  runs.set(nodeId, run)
  const change = (next: (test: NodeTest) => NodeTest): void => {
    const test = testOf(nodeId)
    if (test && runs.get(nodeId) === run) put(nodeId, next(test))
  }
  put(nodeId, { state: { name: 'preparing', title: null }, beganAtMs: Date.now(), given: null })
  window.addEventListener('pagehide', cancelAll)
  carryOut(nodeId, plan, { signal: run.signal, change })
    .catch((error: unknown) => {
      // Cancelled before the node itself was begun: all is as it was.
      if (run.signal.aborted && testOf(nodeId)?.state.name === 'preparing') {
        change((test) => before ?? { ...test, state: { name: 'idle' } })
      } else change((test) => (isUnderWay(test.state) ? { ...test, state: refusedBy(error) } : test))
    })
    .finally(() => {
      if (runs.get(nodeId) === run) runs.delete(nodeId)
      dropOldest()
    })
}

export function cancelTest(nodeId: string): void {
  runs.get(nodeId)?.abort()
}

/** Cancels what goes on and forgets the result: the node is gone. */
export function forgetTest(nodeId: string): void {
  cancelTest(nodeId)
  runs.delete(nodeId)
  useNodeTests.setState(({ tests, looks }) => ({ tests: without(tests, nodeId), looks: without(looks, nodeId) }))
}

/** Forgets every node that is no longer there. */
export function forgetTestsBut(isThere: (nodeId: string) => boolean): void {
  const { tests, looks } = useNodeTests.getState()
  for (const nodeId of new Set([...tests.keys(), ...looks.keys()])) if (!isThere(nodeId)) forgetTest(nodeId)
}

export function lookAt(nodeId: string, look: Look): void {
  useNodeTests.setState(({ looks }) => ({ looks: new Map(looks).set(nodeId, look) }))
}

type Following = { signal: AbortSignal; change: (next: (test: NodeTest) => NodeTest) => void }

async function carryOut(
  nodeId: string,
  { client, node, inputs: planned }: TestPlan,
  { signal, change }: Following,
): Promise<void> {
  const tell = (title: string): void => change((test) => ({ ...test, state: { name: 'preparing', title } }))
  const inputs = typeof planned === 'function' ? await planned({ signal, tell }) : planned
  signal.throwIfAborted()
  change((test) => ({ ...test, state: started, given: { inputs, node } }))
  // The settings are checked by the service before anything runs.
  const { id } = await client.startNode({ node: node as unknown as CodeNodeInput, inputs, nodeId })
  change((test) => (test.state.name === 'running' ? { ...test, state: { ...test.state, runId: id } } : test))
  // It may have ended in the meantime, or the service may be gone: what became of it comes from its events.
  const cancel = (): void => void client.cancelRun(id).catch(() => undefined)
  signal.addEventListener('abort', cancel)
  if (signal.aborted) cancel()
  for await (const { event } of client.followRun<RunEvent>(id)) {
    change((test) => ({ ...test, state: afterRunEvent(test.state, event) }))
  }
}

function cancelAll(): void {
  for (const run of runs.values()) run.abort()
}

function put(nodeId: string, test: NodeTest): void {
  useNodeTests.setState(({ tests }) => ({ tests: new Map(without(tests, nodeId)).set(nodeId, test) }))
}

function without<Value>(map: ReadonlyMap<string, Value>, key: string): Map<string, Value> {
  const rest = new Map(map)
  rest.delete(key)
  return rest
}

const mostTests = 50
/** Characters of all results together, about; the newest is kept whatever its size. */
const mostCharacters = 32 * 2 ** 20

/** The results that were not changed for longest go first, so that the page does not grow with every node that is tried. */
function dropOldest(): void {
  const newestFirst = [...useNodeTests.getState().tests].reverse()
  let left = mostCharacters
  const kept = newestFirst.filter(([nodeId, test], place) => {
    left -= weigh([test.given?.inputs, test.state.name === 'ended' ? test.state.record : null])
    return runs.has(nodeId) || place === 0 || (place < mostTests && left > 0)
  })
  if (kept.length < newestFirst.length) useNodeTests.setState({ tests: new Map(kept.reverse()) })
}

/** About how many characters a value has. */
export function weigh(value: unknown): number {
  if (typeof value === 'string') return value.length + 8
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + weigh(item), 8)
  return isObject(value) ? weigh(Object.keys(value)) + weigh(Object.values(value)) : 8
}
