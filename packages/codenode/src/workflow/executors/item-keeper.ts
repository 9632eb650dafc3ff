import { buildFailure } from '../../contract/failure-values.ts'
import type { ExecutionFailure } from '../../contract/program.ts'
import type { IterationItem, IterationsRecord, WorkflowNodeRecord } from '../../contract/workflow-record.ts'
import type { GraphEnd } from '../graph/run-graph.ts'

/** Of how many items everything is kept; of the others only how they ended, so that 10,000 items fit into a record. */
export const keptWhole = { failed: 20, others: 10 } as const

const messageCharacters = 300

/** Keeps what became of the items of one iteration. */
export class ItemKeeper {
  readonly #count: number
  readonly #items: (IterationItem | undefined)[] = []
  readonly #whole = { failed: 0, others: 0 }
  readonly #counts = { succeeded: 0, exceptions: 0, failed: 0 }

  constructor(count: number) {
    this.#count = count
  }

  keep(index: number, end: GraphEnd, durationMs: number): void {
    const status = statusOf(end)
    if (status === 'succeeded') this.#counts.succeeded++
    if (status === 'exception') this.#counts.exceptions++
    if (status === 'failed') this.#counts.failed++
    const kind = status === 'failed' ? 'failed' : 'others'
    const isWhole = this.#whole[kind] < keptWhole[kind]
    if (isWhole) this.#whole[kind]++
    this.#items[index] = {
      index,
      status,
      durationMs: Math.round(durationMs * 1000) / 1000,
      error: end.status === 'failed' ? toShortError(end.failed) : null,
      nodes: isWhole ? end.records : null,
    }
  }

  hasFailed(index: number): boolean {
    return this.#items[index]?.status === 'failed'
  }

  record(): IterationsRecord {
    return { count: this.#count, ...this.#counts, items: this.#items.filter((item) => item !== undefined) }
  }

  /** That of the first item that failed; null: none did. */
  failure(): ExecutionFailure | null {
    const first = this.#items.find((item) => item?.status === 'failed')
    if (!first?.error) return null
    const { nodeId, code, message } = first.error
    const { failed } = this.#counts
    const details = { index: first.index, failed, count: this.#count, reason: message }
    const failure = buildFailure('iteration_item_failed', details)
    return { ...failure, details: { ...failure.details, nodeId, code } }
  }
}

function statusOf(end: GraphEnd): IterationItem['status'] {
  if (end.status !== 'done') return end.status
  return end.records.some(({ status }) => status === 'exception') ? 'exception' : 'succeeded'
}

function toShortError({ id, error }: WorkflowNodeRecord): IterationItem['error'] {
  const { code = 'internal_error', message = '' } = error ?? {}
  const short = message.length > messageCharacters ? `${message.slice(0, messageCharacters)}…` : message
  return { nodeId: id, code, message: short }
}
