import { buildFailure, toRecordError } from '../../contract/failure-values.ts'
import { formatSelector } from '../../contract/selector.ts'
import { describeValue, type JsonValue } from '../../contract/values.ts'
import { copyMember } from '../../json/exact-numbers.ts'
import type { NodeContext } from '../graph/node-context.ts'
import { cancel, fail, type NodeEnd, succeed } from '../graph/node-end.ts'
import type { PlannedNode } from '../graph/plan.ts'
import { runGraph } from '../graph/run-graph.ts'
import { Scope } from '../values/scope.ts'
import { ItemKeeper } from './item-keeper.ts'

type Iteration = Extract<PlannedNode, { kind: 'iteration' }>

/**
 * Runs what is inside an iteration for each item of a list: one after the other, or up to `parallel_nums` at once. The
 * outputs keep the order of the items.
 */
export async function runIteration(planned: Iteration, scope: Scope, at: NodeContext): Promise<NodeEnd> {
  const { settings } = planned.node
  const variable = formatSelector(settings.iterator_selector)
  // A list of a branch that was not taken is an empty one.
  const items = scope.get(settings.iterator_selector) ?? []
  const inputs = { [variable]: items }
  if (!Array.isArray(items)) {
    return fail(buildFailure('iterator_not_list', { variable, found: describeValue(items) }), inputs)
  }
  const run = new IterationRun(planned, scope, { at, items })
  await run.work()
  return run.toEnd(inputs)
}

class IterationRun {
  readonly #planned: Iteration
  readonly #scope: Scope
  readonly #at: NodeContext
  readonly #items: readonly JsonValue[]
  readonly #keeper: ItemKeeper
  readonly #outputs: JsonValue[]
  /** By the index of the item. */
  readonly #answers: string[][] = []
  readonly #stop = new AbortController()
  #next = 0

  constructor(planned: Iteration, scope: Scope, { at, items }: { at: NodeContext; items: readonly JsonValue[] }) {
    this.#planned = planned
    this.#scope = scope
    this.#at = at
    this.#items = items
    this.#keeper = new ItemKeeper(items.length)
    this.#outputs = new Array<JsonValue>(items.length).fill(null)
  }

  async work(): Promise<void> {
    const { is_parallel: isParallel, parallel_nums: parallel } = this.#planned.node.settings
    const { signal } = this.#at
    const stop = (): void => this.#stop.abort()
    signal.addEventListener('abort', stop)
    if (signal.aborted) stop()
    const width = isParallel ? Math.min(parallel, this.#items.length) : 1
    await Promise.all(Array.from({ length: width }, () => this.#takeItems()))
    signal.removeEventListener('abort', stop)
  }

  async #takeItems(): Promise<void> {
    while (this.#next < this.#items.length && !this.#stop.signal.aborted) await this.#runItem(this.#next++)
  }

  async #runItem(index: number): Promise<void> {
    const { node, body } = this.#planned
    const iteration = { nodeId: node.id, index }
    const scope = new Scope(this.#scope)
    const variables = { item: null, index }
    if (this.#items[index] != null) copyMember(this.#items, index, variables, 'item')
    scope.set(node.id, variables)
    const items = [...this.#at.items, index]
    const tell = this.#at.tell?.inside(iteration) ?? null
    const place = { ...this.#at, signal: this.#stop.signal, iteration, items, tell }
    const startMs = performance.now()
    const end = await runGraph(body, scope, place)
    this.#answers[index] = this.#at.run.answers.textsOf(end.records)
    this.#keeper.keep(index, end, performance.now() - startMs)
    if (end.status === 'done') scope.copyTo(node.settings.output_selector, this.#outputs, index)
    if (end.status === 'failed' && node.settings.error_handle_mode === 'terminated') this.#stop.abort()
  }

  toEnd(inputs: Record<string, JsonValue>): NodeEnd {
    const { error_handle_mode: mode } = this.#planned.node.settings
    const iterations = this.#keeper.record()
    this.#at.run.answers.keep(iterations, this.#answers.flat())
    if (this.#at.signal.aborted) return cancel(inputs, iterations)
    const failure = this.#keeper.failure()
    if (!failure) return { ...succeed(inputs, { output: this.#output() }), iterations }
    if (mode === 'terminated') return { ...fail(failure, inputs), iterations }

    this.#at.run.exceptions.count += iterations.failed
    const error = toRecordError(failure)
    const outputs = { output: this.#output() }
    return { status: 'exception', branch: 'source', inputs, outputs, error, run: null, iterations }
  }

  #output(): JsonValue[] {
    const { error_handle_mode: mode, flatten_output: isFlattened } = this.#planned.node.settings
    const outputs =
      mode === 'remove-abnormal-output'
        ? copyElements(this.#outputs, (index) => !this.#keeper.hasFailed(index))
        : this.#outputs
    const given = outputs.filter((output) => output !== null)
    const isList = isFlattened && given.length > 0 && given.every((output) => Array.isArray(output))
    // Each has just been seen to be an array.
    return isList ? (given as JsonValue[][]).reduce((all, list) => copyElements(list, () => true, all), []) : outputs
  }
}

/** Adds those elements that are wanted to a list, with numbers as exact as they are. */
function copyElements(
  from: readonly JsonValue[],
  isWanted: (index: number) => boolean,
  to: JsonValue[] = [],
): JsonValue[] {
  for (let index = 0; index < from.length; index++) if (isWanted(index)) copyMember(from, index, to, to.length)
  return to
}
