import * as z from 'zod'
import type { ServerLimits } from '../contract/limits.ts'
import type { StandIns } from '../contract/stand-in.ts'
import type { WorkflowEvent } from '../contract/workflow-events.ts'
import type { WorkflowRecord } from '../contract/workflow-record.ts'
import type { LimitedSandbox } from '../reading/allowed-limits.ts'
import { commonRunOptions } from '../reading/run-options.ts'

/** As for a node's run, and what only a workflow has. */
export type RunWorkflowOptions = {
  /** Runs the code; one sandbox serves any number of runs at the same time. */
  sandbox: LimitedSandbox
  /** Cancels the run: what runs is killed, nothing more starts, and the record says `cancelled`. */
  signal?: AbortSignal | undefined
  /** Told what happens while it happens. What it throws or rejects with becomes a process warning and does not change the run. */
  onEvent?: ((event: WorkflowEvent) => void) | undefined
  /** Limits of each node; those that are not named are the sandbox's, and the sandbox's can only be lowered. */
  limits?: Partial<ServerLimits> | undefined
  /** Time for the whole workflow, in ms; then it fails as `workflow_time_exceeded`. Default: 1,200,000 (20 minutes). */
  wallMs?: number | undefined
  /** Programs of this workflow in the sandbox at once; more wait for their turn. Default: twice the number of cores, at least 4. */
  parallelism?: number | undefined
  /** All results and logs of the run together, in bytes; then nodes fail as `workflow_too_large`. Default: 268,435,456 (256 MiB). */
  totalBytes?: number | undefined
  /**
   * Names of inputs whose values are masked (`••••`) wherever the run is told of or recorded; nodes get them as they are.
   * Environment variables of type `secret` are masked anyway. Default: none.
   */
  secrets?: readonly string[] | undefined
  /**
   * Nodes that are not run, of whatever type, and what they give instead: outputs by node; `'made'`: values made up for all
   * that do not run here. Default: none.
   */
  standIns?: StandIns | undefined
  /** A past run: nodes that do not run here, and those whose stand-in is `'recorded'`, give what they gave there. */
  standInsFrom?: WorkflowRecord | undefined
  /** Whose run it is: where runs wait for the sandbox, clients take turns. Also `sys.user_id`. Default: all are of one client, `codenode`. */
  client?: string | undefined
  /** The id of the record, where it must be known before the run ends. Default: a new one. */
  runId?: string | undefined
  /** The record's `startedAt`. Default: now. */
  startedAt?: Date | undefined
}

export const workflowOptionsSchema = z.strictObject({
  ...commonRunOptions,
  wallMs: z.number().positive().optional(),
  parallelism: z.int().min(1).optional(),
  totalBytes: z.number().positive().optional(),
  // Checked with the workflow, whose nodes they name.
  standIns: z.unknown().optional(),
  standInsFrom: z.looseObject({ nodes: z.array(z.looseObject({ id: z.string() })) }).nullish(),
} satisfies Record<keyof RunWorkflowOptions, z.ZodType>)
