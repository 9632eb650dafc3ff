import { languages } from 'codenode/internal/contract/node-words'
import {
  attemptSchema,
  logEntrySchema,
  recordErrorSchema,
  runRecordSchema,
  runStatuses,
  usageSchema,
  warningSchema,
} from 'codenode/internal/contract/record'
import { progressStatuses, runKinds } from 'codenode/internal/contract/run-documents'
import {
  workflowNameSchema,
  workflowNodeRecordSchema,
  workflowRecordSchema,
  workflowStatuses,
} from 'codenode/internal/contract/workflow-record'
import * as z from 'zod'
import { exampleId, exampleRecord, exampleRequest, exampleWorkflowRecord, startedAt } from './examples.ts'
import { name, nameEach } from './name.ts'

const nodeNameSchema = z.object({ id: z.string().nullable(), title: z.string() })
const statuses = [...new Set([...progressStatuses, ...runStatuses, ...workflowStatuses] as const)]

const running = {
  id: z.string(),
  status: z
    .enum(progressStatuses)
    .describe('`queued`: it was accepted and none of its code has begun; a restart of the service does not end it.'),
  startedAt: z.iso.datetime(),
}

const runningNodeSchema = z
  .object({ ...running, node: nodeNameSchema })
  .describe('A run of a node in progress. Its record replaces it when the run ends.')
  .meta({
    id: 'RunningNode',
    examples: [{ id: exampleId, status: 'running', startedAt, node: { id: null, title: 'Average' } }],
  })

const runningWorkflowSchema = z
  .object({ ...running, workflow: workflowNameSchema })
  .describe('A run of a workflow in progress. Its record replaces it when the run ends.')
  .meta({
    id: 'RunningWorkflow',
    examples: [
      {
        id: exampleId,
        status: 'running',
        startedAt,
        workflow: { name: 'Averages', mode: 'workflow', version: '0.6.0' },
      },
    ],
  })

export const anyRecordSchema = z
  .union([runRecordSchema, workflowRecordSchema])
  .describe('Of a workflow where it has the member `workflow`.')
  .meta({ id: 'AnyRecord', examples: [exampleRecord] })

export const nodeRunSchema = z
  .union([runRecordSchema, runningNodeSchema])
  .meta({ id: 'NodeRun', examples: [exampleRecord] })

export const workflowRunSchema = z
  .union([workflowRecordSchema, runningWorkflowSchema])
  .meta({ id: 'WorkflowRun', examples: [exampleWorkflowRecord] })

export const runDocumentSchema = z
  .union([runRecordSchema, workflowRecordSchema, runningNodeSchema, runningWorkflowSchema])
  .meta({ id: 'RunDocument', examples: [exampleRecord] })

const rerunOfSchema = z
  .object({
    runId: z.string(),
    nodeId: z.string().nullable().describe('The node that was run again; null: the whole run.'),
  })
  .nullable()
  .describe('The run that this one reran; null: none.')

const summary = {
  id: z.string(),
  status: z.enum(statuses),
  startedAt: z.iso.datetime(),
  durationMs: z.number().nullable().describe("The record's usage.wallMs. Null while it runs."),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
  rerunOf: rerunOfSchema,
}

const runSummarySchema = z
  .discriminatedUnion('kind', [
    z.object({
      ...summary,
      kind: z.literal('node'),
      language: z.enum(languages).nullable().describe('Null: a node of a workflow that runs no code was run again.'),
      node: nodeNameSchema,
      attempts: z.int(),
    }),
    z.object({
      ...summary,
      kind: z.literal('workflow'),
      language: z.null(),
      workflow: workflowNameSchema,
      nodes: z.int().describe('Nodes of the workflow, those inside iterations included.'),
    }),
  ])
  .meta({ id: 'RunSummary' })

const exampleSummary = {
  id: exampleId,
  kind: 'node',
  status: 'succeeded',
  startedAt,
  durationMs: 2.6,
  language: 'python',
  node: { id: null, title: 'Average' },
  attempts: 1,
  error: null,
  rerunOf: null,
} as const

export const runPageSchema = z
  .object({ runs: z.array(runSummarySchema), nextCursor: z.string().nullable().describe('Null on the last page.') })
  .meta({ id: 'RunPage', examples: [{ runs: [exampleSummary], nextCursor: null }] })

const dateTime = z.iso.datetime({ offset: true })

/** As `RunFilter`; numbers arrive as text. */
export const runFilterSchema = z.strictObject({
  kind: z.enum(runKinds).optional(),
  status: z.enum(statuses).optional(),
  language: z.enum(languages).optional(),
  nodeId: z.string().max(200).optional(),
  errorCode: z.string().max(100).optional().describe('A code of the failure catalogue.'),
  startedAfter: dateTime.optional().describe('This time included.'),
  startedBefore: dateTime.optional().describe('This time not included.'),
  limit: z
    .stringFormat('limit', /^(?:[1-9]\d?|1\d\d|200)$/, 'must be a whole number from 1 to 200.')
    .optional()
    .describe('From 1 to 200. Default: 50.'),
  cursor: z.string().max(1000).optional().describe('`nextCursor` of the page before.'),
})

export const runSelectionSchema = z
  .strictObject({
    ids: z.array(z.string().max(100)).max(1000).optional().describe('At most 1000.'),
    startedBefore: dateTime.optional().describe('This time not included.'),
    all: z.literal(true).optional(),
  })
  .refine((selection) => Object.keys(selection).length > 0, 'names no runs; give ids, startedBefore, or all: true.')
  .describe('A run has to fit all members that are given; one must be.')
  .meta({ id: 'RunSelection', examples: [{ startedBefore: startedAt }] })

export const deletedSchema = z
  .object({ deleted: z.int().describe('How many.') })
  .meta({ id: 'DeletedRuns', examples: [{ deleted: 12 }] })

export const runIdSchema = z.object({
  id: z
    .string()
    .describe('The id of a run.')
    .meta({ examples: [exampleId] }),
})

const askedFor = {
  inputs: z.unknown().describe('Null where inputs are not kept.'),
  rerunOf: rerunOfSchema,
  secrets: z
    .array(z.string())
    .describe(
      'Names of the inputs that are masked, `env.NAME` for variables of the environment: what a replay is given anew.',
    ),
}

export const runRequestDocumentSchema = z
  .union([
    z.object({ node: z.unknown(), ...askedFor }),
    z.object({
      workflow: z
        .unknown()
        .describe('As it was given: the document, or its text in YAML; the document where secrets are masked in it.'),
      standIns: z.unknown().optional().describe('What nodes gave that were not run, with those of `standInsFrom`.'),
      ...askedFor,
    }),
  ])
  .describe('The request of the run.')
  .meta({ id: 'RunRequestDocument', examples: [{ ...exampleRequest, rerunOf: null, secrets: [] }] })

export const followSchema = z.strictObject({
  after: z
    .stringFormat('after', /^\d{1,15}$/, 'must be the id of an event, a whole number.')
    .optional()
    .describe('The id of the last event that is known. Default: 0, which gives all.'),
})

export const eventStreamSchema = z
  .string()
  .describe(
    'Server-sent events: `id` is the number of the event, `event` its type (status, log, attempt, result; of workflows status, node, log, result), `data` the event as JSON. It ends behind `result`.',
  )
  .meta({ examples: [`id: 1\nevent: status\ndata: {"type":"status","runId":"${exampleId}","status":"running"}\n\n`] })

z.globalRegistry.add(runRecordSchema, { id: 'RunRecord', examples: [exampleRecord] })
// Generators make a class of each name, and number what has none.
name(recordErrorSchema, 'Failure')
name(warningSchema, 'Warning')
name(logEntrySchema, 'LogEntry')
name(usageSchema, 'Usage')
name(attemptSchema, 'Attempt')
nameEach(attemptSchema, 'SucceededAttempt', 'FailedAttempt')
nameEach(runRecordSchema, 'SucceededRun', 'HandledRun', 'FailedRun')
nameEach(workflowRecordSchema, 'SucceededWorkflow', 'FailedWorkflow')
nameEach(workflowNodeRecordSchema, 'SucceededNode', 'HandledNode', 'FailedNode', 'SkippedNode')
nameEach(runSummarySchema, 'NodeSummary', 'WorkflowSummary')
nameEach(runRequestDocumentSchema, 'NodeRequestDocument', 'WorkflowRequestDocument')
name(nodeNameSchema, 'NodeName')
name(workflowNameSchema, 'WorkflowName')
