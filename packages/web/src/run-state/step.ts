import type { WorkflowNodeRecord } from 'codenode/contract'
import type { labels } from '../labels/editor.ts'

/** How a run or a node of it stands. */
export type ShownStatus = keyof typeof labels.status

/** A node of a run; `record` is null while it goes on. */
export type Step = Took & {
  id: string
  title: string
  type: string
  status: ShownStatus
  record: WorkflowNodeRecord | null
}

/** How long the node itself ran, and how long it waited for that before; null: it has not run. */
export type Took = { durationMs: number | null; queuedMs: number }

export function toStep(record: WorkflowNodeRecord): Step {
  const { id, title, type, status } = record
  return { id, title, type, status, ...timeOf(record), record }
}

/** A node with code ran as long as its code did: the same time as in its own record. */
export function timeOf({ run, startedAt, durationMs }: WorkflowNodeRecord): Took {
  if (run) return { durationMs: run.usage.wallMs, queuedMs: run.usage.queuedMs }
  return { durationMs: startedAt === null ? null : durationMs, queuedMs: 0 }
}
