import * as z from 'zod'
import { checkedLater } from '../../contract/checked-later.ts'
import { warningSchema } from '../../contract/record.ts'
import { workflowDocumentSchema } from '../../contract/workflow/document.ts'
import { nodeTypes } from '../../contract/workflow/node-types.ts'
import { workflowNodeRecordSchema, workflowRecordSchema } from '../../contract/workflow/record.ts'
import { exampleId, exampleWorkflowRecord, exampleWorkflowRequest } from './examples.ts'
import { issueCountSchema } from './node-documents.ts'

// What requests about workflows and their answers are. What arrives is checked by the envelopes, since the service checks
// workflows and inputs itself.

const workflowSchema = z.union([
  workflowDocumentSchema,
  z.looseObject({}).describe('The `workflow` block of a document, or a graph alone: `{nodes, edges}`.'),
  z.string().describe('A document as YAML.'),
])

const inputsSchema = z.record(z.string(), z.unknown()).nullish()

export const workflowRequestSchema = z
  .strictObject({ workflow: workflowSchema, inputs: inputsSchema.describe('Values of the start node, by name.') })
  .meta({ id: 'WorkflowRequest', examples: [exampleWorkflowRequest] })

export const workflowEnvelopeSchema = z.strictObject({
  workflow: checkedLater,
  inputs: z.unknown().optional(),
})
export type WorkflowEnvelope = z.output<typeof workflowEnvelopeSchema>

export const validateWorkflowSchema = z
  .strictObject({ workflow: workflowSchema })
  .meta({ id: 'ValidateWorkflowRequest', examples: [{ workflow: exampleWorkflowRequest.workflow }] })

export const validateWorkflowEnvelopeSchema = z.strictObject({ workflow: checkedLater })
export type ValidateWorkflowEnvelope = z.output<typeof validateWorkflowEnvelopeSchema>

const workflowIssueSchema = z.object({
  path: z.string().describe('A place in the document, or a line and a column of its text.'),
  message: z.string(),
  node: z.object({ id: z.string(), title: z.string() }).nullable().describe('The node that it belongs to, if it does.'),
})

const workflowOutlineSchema = z.object({
  ...workflowRecordSchema.shape.workflow.shape,
  nodes: z.array(z.object({ id: z.string(), title: z.string(), type: z.enum(nodeTypes) })),
})

export const workflowValidationSchema = z
  .discriminatedUnion('valid', [
    z.object({
      valid: z.literal(true),
      workflow: workflowOutlineSchema.describe('Those inside iterations stand behind them.'),
      warnings: z.array(warningSchema),
    }),
    z.object({ valid: z.literal(false), issues: z.array(workflowIssueSchema), issueCount: issueCountSchema }),
  ])
  .meta({
    id: 'WorkflowValidation',
    examples: [
      {
        valid: false,
        issues: [{ path: 'workflow', message: 'is missing.', node: null }],
      },
    ],
  })

export const rerunRequestSchema = z
  .strictObject({
    inputs: inputsSchema.describe('In place of recorded inputs, by their names in the record.'),
    item: z
      .int()
      .min(0)
      .optional()
      .describe(
        'Of a node inside an iteration: the index of the item. Default: the first that failed, else the first.',
      ),
  })
  .optional()
  .meta({ id: 'RerunRequest', examples: [{ inputs: { count: 9 } }] })

export const rerunEnvelopeSchema = z
  .strictObject({ inputs: z.unknown().optional(), item: z.int().min(0).optional() })
  .optional()
export type RerunEnvelope = z.output<typeof rerunEnvelopeSchema>

export const replayRequestSchema = z
  .strictObject({ inputs: inputsSchema.describe('In place of recorded inputs, or beside them.') })
  .optional()
  .meta({ id: 'ReplayRequest', examples: [{ inputs: { count: 9 } }] })

export const replayEnvelopeSchema = z.strictObject({ inputs: z.unknown().optional() }).optional()
export type ReplayEnvelope = z.output<typeof replayEnvelopeSchema>

export const nodeOfRunSchema = z.object({
  id: z
    .string()
    .describe('The id of a run of a workflow.')
    .meta({ examples: [exampleId] }),
  nodeId: z
    .string()
    .describe('The id of one of its nodes.')
    .meta({ examples: ['average'] }),
})

z.globalRegistry.add(workflowDocumentSchema, { id: 'WorkflowDocument', examples: [exampleWorkflowRequest.workflow] })
z.globalRegistry.add(workflowRecordSchema, { id: 'WorkflowRecord', examples: [exampleWorkflowRecord] })
z.globalRegistry.add(workflowNodeRecordSchema, { id: 'WorkflowNodeRecord' })
