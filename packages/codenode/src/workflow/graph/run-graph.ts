import { CodenodeError } from '../../contract/error.ts'
import { buildFailure } from '../../contract/failure-values.ts'
import type { WorkflowNodeRecord } from '../../contract/workflow-record.ts'
import type { Scope } from '../values/scope.ts'
import type { NodeContext } from './node-context.ts'
import { fail, hideEnd, type NodeEnd } from './node-end.ts'
import { beginRecord, skippedRecord } from './node-record.ts'
import type { GraphPlan, PlannedNode } from './plan.ts'
import { type Move, Scheduler } from './scheduler.ts'

/** How a graph ended. `records`: in the order in which nodes were started or skipped. */
export type GraphEnd = { records: WorkflowNodeRecord[] } & (
  | { status: 'done' }
  /** The first node that failed without an error strategy; it ended the others. */
  | { status: 'failed'; failed: WorkflowNodeRecord }
  | { status: 'cancelled' }
)

/**
 * Runs a graph: starts what the scheduler says, tells it what ended, until nothing runs. When a node fails, or `at.signal` is
 * aborted, what runs is cancelled and nothing more starts. Never rejects.
 */
export function runGraph(plan: GraphPlan, scope: Scope, at: NodeContext): Promise<GraphEnd> {
  return new GraphRun(plan, scope, at).run()
}

class GraphRun {
  readonly #plan: GraphPlan
  readonly #scope: Scope
  readonly #at: NodeContext
  readonly #scheduler: Scheduler
  readonly #records: WorkflowNodeRecord[] = []
  readonly #stop = new AbortController()
  readonly #over = Promise.withResolvers<void>()
  #running = 0
  #failed: WorkflowNodeRecord | null = null
  /** Something was cancelled, or would have run. */
  #isCutShort = false
  #isOver = false
  #grace: NodeJS.Timeout | undefined

  constructor(plan: GraphPlan, scope: Scope, at: NodeContext) {
    this.#plan = plan
    this.#scope = scope
    this.#at = at
    this.#scheduler = new Scheduler(plan.shape)
  }

  async run(): Promise<GraphEnd> {
    const halt = (): void => this.#halt()
    const { signal } = this.#at
    signal.addEventListener('abort', halt)
    if (signal.aborted) halt()
    this.#act(this.#scheduler.start())
    await this.#over.promise
    signal.removeEventListener('abort', halt)
    clearTimeout(this.#grace)
    const records = this.#records
    if (this.#failed) return { status: 'failed', failed: this.#failed, records }
    return { status: this.#isCutShort ? 'cancelled' : 'done', records }
  }

  #act(moves: readonly Move[]): void {
    for (const { kind, node } of moves) {
      // Each move names a node of the plan.
      const planned = this.#plan.nodes[node] as PlannedNode
      if (kind === 'skip') this.#skip(planned)
      else if (this.#stop.signal.aborted) this.#isCutShort = true
      else void this.#runNode(planned, node)
    }
    if (this.#running === 0) this.#finish()
  }

  #skip({ node }: PlannedNode): void {
    const record = skippedRecord(node)
    this.#records.push(record)
    this.#at.tell?.ended(record)
  }

  async #runNode(planned: PlannedNode, index: number): Promise<void> {
    this.#running++
    const startMs = performance.now()
    const record = beginRecord(planned.node, new Date())
    this.#records.push(record)
    this.#at.tell?.started(record)
    const end = await this.#execute(planned)
    // Given up: the record has been handed over.
    if (this.#isOver) return
    this.#running--
    const declared = planned.kind === 'code' ? planned.prepared.node.outputs : {}
    Object.assign(record, hideEnd(end, this.#at.run.mask, declared), {
      durationMs: Math.round((performance.now() - startMs) * 1000) / 1000,
    })
    this.#at.tell?.ended(record)
    this.#act(this.#settle(end, record, index))
  }

  async #execute(planned: PlannedNode): Promise<NodeEnd> {
    try {
      return await this.#at.run.execute(planned, this.#scope, { ...this.#at, signal: this.#stop.signal })
    } catch (error) {
      return fail(toFailure(error), null)
    }
  }

  #settle(end: NodeEnd, record: WorkflowNodeRecord, index: number): readonly Move[] {
    switch (end.status) {
      case 'exception':
      case 'succeeded':
        if (end.status === 'exception' && record.iterations === null) this.#at.run.exceptions.count++
        this.#scope.set(record.id, end.outputs)
        return this.#scheduler.finish(index, end.branch)
      case 'failed':
        // What fails while it is being cancelled did not end the run.
        if (this.#stop.signal.aborted) this.#isCutShort = true
        else this.#failed ??= record
        if (this.#at.run.onFailure === 'go on') return this.#scheduler.finish(index, null)
        this.#halt()
        return []
      case 'cancelled':
        this.#isCutShort = true
        this.#halt()
        return []
    }
  }

  /** Executors end soon after their signal; one that does not is left behind. */
  #halt(): void {
    if (this.#stop.signal.aborted) return
    this.#stop.abort()
    if (this.#at.iteration !== null) return
    this.#grace = setTimeout(() => {
      this.#isCutShort = true
      this.#finish()
    }, this.#at.run.graceMs)
  }

  #finish(): void {
    this.#isOver = true
    this.#over.resolve()
  }
}

/** What a node throws: inputs that cannot be bound, or a mistake of ours. */
function toFailure(error: unknown): ReturnType<typeof buildFailure> {
  if (error instanceof CodenodeError) return buildFailure(error.code, error.details, { message: error.message })
  return buildFailure('internal_error', { message: error instanceof Error ? error.message : String(error) })
}
