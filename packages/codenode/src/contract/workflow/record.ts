import * as z from 'zod'
import { isolationSchema, recordErrorSchema, runRecordSchema, usageSchema, warningSchema } from '../record.ts'
import { standInSources } from './stand-ins/stand-in.ts'

const itemSchema = z.object({
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

const iterationsSchema = z.object({
  count: z.int().min(0).describe('Items of the list.'),
  succeeded: z.int().min(0),
  exceptions: z.int().min(0),
  failed: z.int().min(0),
  items: z.array(itemSchema).describe('The items that were begun, by index.'),
})

/** What became of one node of a workflow. */
export const workflowNodeRecordSchema = z.object({
  id: z.string(),
  title: z.string(),
  type: z.string().describe("Dify's name of the node's type."),
  status: z.enum(['succeeded', 'exception', 'failed', 'skipped', 'cancelled']),
  branch: z.string().nullable().describe('The handle whose edges are followed; null: none.'),
  inputs: z
    .record(z.string(), z.unknown())
    .nullable()
    .describe("By variable name; where a node names none, by the selector's text, such as `node.variable`."),
  outputs: z.record(z.string(), z.unknown()).nullable(),
  error: recordErrorSchema.nullable().describe('Also set where the failure was handled (status exception).'),
  startedAt: z.iso.datetime().nullable().describe('Null for a node that was skipped.'),
  durationMs: z.number(),
  run: runRecordSchema.nullable().describe('Of nodes that run in the sandbox: code and template-transform.'),
  get iterations() {
    return iterationsSchema.nullable().describe('Of iteration nodes.')
  },
  standIn: z
    .enum(standInSources)
    .optional()
    .describe('Where the outputs come from, of a node that was stood in for: it was not run.'),
})

/** What every door answers for a run of a workflow. Values may hold bigint: write a record with `stringifyLossless`. */
export const workflowRecordSchema = z.object({
  id: z.string().describe('run_ and 32 hexadecimal digits; later runs sort after earlier ones.'),
  status: z.enum(['succeeded', 'partial-succeeded', 'failed', 'cancelled']),
  outputs: z
    .record(z.string(), z.unknown())
    .nullable()
    .describe('Of the end nodes, or `answer`; null when it failed or was cancelled.'),
  error: recordErrorSchema
    .nullable()
    .describe("That of the node that ended the run; its details hold the node's `nodeId` and `title`."),
  warnings: z.array(warningSchema).describe("Of the workflow as a whole; a node's own are in its run."),
  usage: usageSchema.describe('CPU and waiting summed over all nodes, wallMs of the whole, the highest peak memory.'),
  isolation: isolationSchema,
  startedAt: z.iso.datetime(),
  workflow: z.object({
    name: z.string(),
    mode: z.string().nullable().describe('workflow or advanced-chat; null where the document does not say.'),
    version: z.string().nullable().describe('Of the DSL.'),
  }),
  exceptionsCount: z
    .int()
    .min(0)
    .describe('Errors that the run recovered from, by an error strategy or by an iteration that continued.'),
  nodes: z
    .array(workflowNodeRecordSchema)
    .describe('In the order in which they were started or skipped. Nodes that were not reached are not listed.'),
})

export type WorkflowRecord = z.infer<typeof workflowRecordSchema>
export type WorkflowStatus = WorkflowRecord['status']
export type WorkflowNodeRecord = z.infer<typeof workflowNodeRecordSchema>
export type WorkflowNodeStatus = WorkflowNodeRecord['status']
export type IterationsRecord = z.infer<typeof iterationsSchema>
export type IterationItem = z.infer<typeof itemSchema>
