import type { LogEntry } from '../../contract/program.ts'
import type { Attempt } from '../../contract/record.ts'
import type { IterationPlace, WorkflowEvent } from '../../contract/workflow-events.ts'
import type { WorkflowNodeRecord } from '../../contract/workflow-record.ts'
import { callListener } from '../../values/call-listener.ts'

type Named = Pick<WorkflowNodeRecord, 'id' | 'title' | 'type' | 'standIn'>

export type EventSink = (event: WorkflowEvent) => void

export function toEventSink(onEvent: EventSink): EventSink {
  return (event) => callListener('onEvent', onEvent, event)
}

/** Tells what happens to the nodes of one graph: that at the top, or one item of an iteration. */
export class NodeEventSink {
  readonly #tell: EventSink
  readonly #runId: string
  readonly #iteration: IterationPlace | null

  constructor(tell: EventSink, runId: string, iteration: IterationPlace | null = null) {
    this.#tell = tell
    this.#runId = runId
    this.#iteration = iteration
  }

  inside(iteration: IterationPlace): NodeEventSink {
    return new NodeEventSink(this.#tell, this.#runId, iteration)
  }

  started(node: Named): void {
    this.#tell({ ...this.#aboutNode(node), status: 'started' })
  }

  retry(node: Named, attempt: Attempt, retryInMs: number): void {
    this.#tell({ ...this.#aboutNode(node), status: 'retry', attempt, retryInMs })
  }

  log(node: Named, attempt: number, entry: LogEntry): void {
    this.#tell({ type: 'log', ...this.#about(node), attempt, entry })
  }

  ended(record: WorkflowNodeRecord): void {
    const { status, branch, durationMs, error } = record
    this.#tell({
      ...this.#aboutNode(record),
      status,
      branch,
      durationMs,
      error: error && { code: error.code, message: error.message },
      record: this.#iteration === null ? record : null,
    })
  }

  #aboutNode(node: Named) {
    const { title, type: nodeType, standIn } = node
    return { type: 'node', ...this.#about(node), title, nodeType, ...(standIn ? { standIn } : {}) } as const
  }

  #about({ id: nodeId }: { id: string }) {
    return { runId: this.#runId, nodeId, iteration: this.#iteration }
  }
}
