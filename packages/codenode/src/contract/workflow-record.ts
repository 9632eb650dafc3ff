import * as z from 'zod'
import {
  isolationSchema,
  type RunRecord,
  recordErrorSchema,
  runRecordSchema,
  usageSchema,
  warningSchema,
} from './record.ts'
import { standInSources } from './stand-in-sources.ts'

// Types that contain themselves are written out: a declaration file cannot hold what is inferred of them.

/** What became of one item of an iteration. */
export interface IterationItem {
  index: number
  status: 'succeeded' | 'exception' | 'failed' | 'cancelled'
  durationMs: number
  error: { nodeId: string; code: string; message: string } | null
  nodes: WorkflowNodeRecord[] | null
}

/** What became of an iteration. */
export interface IterationsRecord {
  count: number
  succeeded: number
  exceptions: number
  failed: number
  items: IterationItem[]
}

const itemSchema: z.ZodType<IterationItem> = z.object({
  index: z.int().min(0),
  status: z
    .enum(['succeeded', 'exception', 'failed', 'cancelled'])
    .describe('exception: a failure inside was handled.'),
  durationMs: z.number(),
  error: z
    .object({ nodeId: z.string(), code: z.string(), message: z.string() })
    .nullable()
    .describe('The first 300 characters of the message; whole in `nodes`.'),
  get nodes() {
    return z
      .array(workflowNodeRecordSchema)
      .nullable()
      .describe('Kept for the first 20 items that failed and the first 10 others; null for the rest.')
  },
})

const iterationsSchema: z.ZodType<IterationsRecord> = z.object({
  count: z.int().min(0).describe('Items of the list.'),
  succeeded: z.int().min(0),
  exceptions: z.int().min(0),
  failed: z.int().min(0),
  items: z.array(itemSchema).describe('The items that were begun, by index.'),
})

const valuesSchema = z.record(z.string(), z.unknown())
const followed = z.string().describe('The handle whose edges are followed.')
const nodeOutputsSchema = valuesSchema
  .nullable()
  .describe('Null, with the warning `record_cut` of the run, where the record was too large for the history.')

const nodeHead = {
  id: z.string(),
  title: z.string(),
  type: z.string().describe("Dify's name of the node's type."),
}
const nodeInputs = {
  inputs: valuesSchema
    .nullable()
    .describe("By variable name; where a node names none, by the selector's text, such as `node.variable`."),
}
const runOfNode: z.ZodType<RunRecord | null> = runRecordSchema
  .nullable()
  .describe('Of nodes that run in the sandbox: code and template-transform.')
const nodeTail = {
  durationMs: z.number(),
  run: runOfNode,
  iterations: iterationsSchema.nullable().describe('Of iteration nodes.'),
  standIn: z
    .enum(standInSources)
    .optional()
    .describe('Where the outputs come from, of a node that was stood in for: it was not run.'),
}
const nodeStartedAt = z.iso.datetime()

/** How a node of a workflow can end. */
export const workflowNodeStatuses = ['succeeded', 'exception', 'failed', 'skipped', 'cancelled'] as const

/** What became of one node of a workflow. */
export const workflowNodeRecordSchema = z.discriminatedUnion('status', [
  z.object({
    ...nodeHead,
    status: z.literal('succeeded'),
    branch: followed,
    ...nodeInputs,
    outputs: nodeOutputsSchema,
    error: z.null(),
    startedAt: nodeStartedAt,
    ...nodeTail,
  }),
  z.object({
    ...nodeHead,
    status: z.literal('exception').describe('A failure was handled.'),
    branch: followed,
    ...nodeInputs,
    outputs: nodeOutputsSchema,
    error: recordErrorSchema.nullable().describe('The failure; null where it was that of an item of an iteration.'),
    startedAt: nodeStartedAt,
    ...nodeTail,
  }),
  z.object({
    ...nodeHead,
    status: z.enum(['failed', 'cancelled']),
    branch: z.null(),
    ...nodeInputs,
    outputs: z.null(),
    error: recordErrorSchema.nullable().describe('Null of a node that was still running when its run was stopped.'),
    startedAt: nodeStartedAt,
    ...nodeTail,
  }),
  z.object({
    ...nodeHead,
    status: z.literal('skipped'),
    branch: z.null(),
    inputs: z.null(),
    outputs: z.null(),
    error: z.null(),
    startedAt: z.null(),
    ...nodeTail,
  }),
])

export const workflowNameSchema = z.object({
  name: z.string(),
  mode: z.string().nullable().describe('workflow or advanced-chat; null where the document does not say.'),
  version: z.string().nullable().describe('Of the DSL.'),
})

const workflowFrame = {
  warnings: z.array(warningSchema).describe("Of the workflow as a whole; a node's own are in its run."),
  usage: usageSchema.describe('CPU and waiting summed over all nodes, wallMs of the whole, the highest peak memory.'),
  isolation: isolationSchema,
  startedAt: z.iso.datetime(),
  workflow: workflowNameSchema,
  exceptionsCount: z
    .int()
    .min(0)
    .describe('Errors that the run recovered from, by an error strategy or by an iteration that continued.'),
  nodes: z
    .array(workflowNodeRecordSchema)
    .describe('In the order in which they were started or skipped. Nodes that were not reached are not listed.'),
}
const runIdSchema = z.string().describe('run_ and 32 hexadecimal digits; later runs sort after earlier ones.')

/** How a run of a workflow can end. `partial-succeeded`: with failures that were handled. */
export const workflowStatuses = ['succeeded', 'partial-succeeded', 'failed', 'cancelled'] as const

/** What every door answers for a run of a workflow. Values may hold bigint: write a record with `toJson`. */
export const workflowRecordSchema = z.discriminatedUnion('status', [
  z.object({
    id: runIdSchema,
    status: z.enum(['succeeded', 'partial-succeeded']),
    outputs: valuesSchema.describe(
      'Of the end nodes, or `answer`. Empty, with the warning `record_cut`, where the record was too large for the history.',
    ),
    error: z.null(),
    ...workflowFrame,
  }),
  z.object({
    id: runIdSchema,
    status: z.enum(['failed', 'cancelled']),
    outputs: z.null(),
    error: recordErrorSchema.describe(
      "That of the node that ended the run; its details hold the node's `nodeId` and `title`.",
    ),
    ...workflowFrame,
  }),
])

export type WorkflowRecord = z.infer<typeof workflowRecordSchema>
export type WorkflowStatus = (typeof workflowStatuses)[number]
export type WorkflowNodeRecord = z.infer<typeof workflowNodeRecordSchema>
export type WorkflowNodeStatus = (typeof workflowNodeStatuses)[number]
