import * as z from 'zod'
import type { RunEvent } from '../contract/events.ts'
import type { ServerLimits } from '../contract/limits.ts'
import type { LimitedSandbox } from '../reading/allowed-limits.ts'
import { commonRunOptions } from '../reading/run-options.ts'

export type RunNodeOptions = {
  /** Runs the code; one sandbox serves any number of runs at the same time. */
  sandbox: LimitedSandbox
  /** Cancels the run: what runs is killed, a wait for a retry ends at once, and the record says `cancelled`. */
  signal?: AbortSignal | undefined
  /** Told what happens while it happens. What it throws or rejects with becomes a process warning and does not change the run. */
  onEvent?: ((event: RunEvent) => void) | undefined
  /** Limits of this run; those that are not named are the sandbox's, and the sandbox's can only be lowered. */
  limits?: Partial<ServerLimits> | undefined
  /** The node's id in its workflow, for the record. Default: null. */
  nodeId?: string | null | undefined
  /**
   * Which outputs the result must have: those that the node declares, or `any` for a program that declares none, whose
   * result is kept as it is, within the limits. Default: `declared`.
   */
  outputs?: 'declared' | 'any' | undefined
  /**
   * Names of inputs whose values are masked (`••••`) in the record and in events: in outputs, logs, errors and tracebacks. The
   * code gets them as they are. Variables with `value_type: secret` are masked anyway. Default: none.
   */
  secrets?: readonly string[] | undefined
  /** Whose run it is: where runs wait for the sandbox, clients take turns. Default: all runs are of one client. */
  client?: string | undefined
  /** The id of the record, where it must be known before the run ends. Default: a new one. */
  runId?: string | undefined
  /** The record's `startedAt`. Default: now. */
  startedAt?: Date | undefined
}

export const runNodeOptionsSchema = z.strictObject({
  ...commonRunOptions,
  nodeId: z.string().nullish(),
  outputs: z.enum(['declared', 'any']).optional(),
} satisfies Record<keyof RunNodeOptions, z.ZodType>)
