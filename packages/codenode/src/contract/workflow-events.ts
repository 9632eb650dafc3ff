import type { LogEntry } from './program.ts'
import type { Attempt } from './record.ts'
import type { StandInSource } from './stand-in-sources.ts'
import type { WorkflowNodeRecord, WorkflowNodeStatus, WorkflowRecord, WorkflowStatus } from './workflow-record.ts'

/** The item of an iteration in which a node runs; of nested iterations, the innermost. */
export type IterationPlace = { nodeId: string; index: number }

type OfNode = {
  runId: string
  nodeId: string
  /** Null outside of iterations. */
  iteration: IterationPlace | null
}

/**
 * What a run of a workflow tells while it goes on: `status` running; for each node `started`, its `log`s and `retry`s, and
 * how it ended, or only `skipped`; `status` with the final status; `result`, always last. Nodes that run at the same time
 * mix their events.
 */
export type WorkflowEvent =
  | { type: 'status'; runId: string; status: 'running' | WorkflowStatus }
  | (OfNode & {
      type: 'node'
      title: string
      /** Dify's name of the type. */
      nodeType: string
      /** Where the outputs come from, of a node that is stood in for. */
      standIn?: StandInSource
    } & (
        | { status: 'started' }
        /** A try failed, and another follows after `retryInMs`. */
        | { status: 'retry'; attempt: Attempt; retryInMs: number }
        | {
            status: WorkflowNodeStatus
            branch: string | null
            durationMs: number
            error: { code: string; message: string } | null
            /** The node's entry in the record; null inside iterations, where there can be very many. */
            record: WorkflowNodeRecord | null
          }
      ))
  | (OfNode & { type: 'log'; attempt: number; entry: LogEntry })
  | { type: 'result'; runId: string; record: WorkflowRecord }
