import { warningSchema } from 'codenode/internal/contract/record'
import { standInSources } from 'codenode/internal/contract/stand-in-sources'
import { workflowDocumentSchema } from 'codenode/internal/contract/workflow-document'
import {
  workflowNameSchema,
  workflowNodeRecordSchema,
  workflowRecordSchema,
} from 'codenode/internal/contract/workflow-record'
import { checkedLater } from 'codenode/internal/reading/checked-later'
import * as z from 'zod'
import { exampleId, exampleWorkflowRecord, exampleWorkflowRequest } from './examples.ts'
import { name, nameEach } from './name.ts'
import { issueCountSchema, secretsSchema } from './node-documents.ts'

// What requests about workflows and their answers are. What arrives is checked by the envelopes, since the service checks
// workflows and inputs itself.

const workflowSchema = z.union([
  workflowDocumentSchema,
  z.looseObject({}).describe('The `workflow` block of a document, or a graph alone: `{nodes, edges}`.'),
  z.string().describe('A document as YAML.'),
  z.strictObject({ data: z.string() }).describe("A document as YAML, as Dify's console answers it."),
])

const inputsSchema = z.record(z.string(), z.unknown()).nullish()

const standInSchema = z.union([
  z.enum(['made', 'recorded']).describe('made: values made up; recorded: what it gave in the run of standInsFrom.'),
  z
    .record(z.string(), z.unknown())
    .describe('Its outputs; of a node that branches also `branch`, the way that is taken.'),
  z.array(z.unknown()).describe('Of a node inside an iteration: one for each item.'),
])

const standInsMembers = {
  standIns: z
    .union([z.literal('made'), z.record(z.string(), standInSchema)])
    .nullish()
    .describe('What nodes give instead of being run, by id or title; `*`, or `made` alone: all that do not run here.'),
  standInsFrom: z
    .string()
    .nullish()
    .describe('The id of a past run: nodes that do not run here give what they gave there.'),
}

const standInsEnvelope = { standIns: z.unknown().optional(), standInsFrom: z.string().nullish() }

export const workflowRequestSchema = z
  .strictObject({
    workflow: workflowSchema,
    inputs: inputsSchema.describe('Values of the start node, by name; `env.NAME` for variables of the environment.'),
    secrets: secretsSchema,
    ...standInsMembers,
  })
  .meta({ id: 'WorkflowRequest', examples: [exampleWorkflowRequest] })

export const workflowEnvelopeSchema = z.strictObject({
  workflow: checkedLater,
  inputs: z.unknown().optional(),
  ...standInsEnvelope,
  secrets: secretsSchema,
})
export type WorkflowEnvelope = z.output<typeof workflowEnvelopeSchema>

export const validateWorkflowSchema = z
  .strictObject({ workflow: workflowSchema, ...standInsMembers })
  .meta({ id: 'ValidateWorkflowRequest', examples: [{ workflow: exampleWorkflowRequest.workflow }] })

export const validateWorkflowEnvelopeSchema = z.strictObject({ workflow: checkedLater, ...standInsEnvelope })
export type ValidateWorkflowEnvelope = z.output<typeof validateWorkflowEnvelopeSchema>

const nodeSchema = z.object({ id: z.string(), title: z.string() })

const workflowIssueSchema = z.object({
  path: z.string().describe('A place in the document, or a line and a column of its text.'),
  message: z.string(),
  node: nodeSchema.nullable().describe('The node that it belongs to, if it does.'),
  nodeType: z.string().optional().describe('A type that does not run here: its nodes need stand-ins.'),
  nodes: z.array(nodeSchema).optional().describe('The nodes of that type.'),
})

const workflowOutlineSchema = z.object({
  ...workflowNameSchema.shape,
  nodes: z.array(nodeSchema.extend({ type: z.string(), standIn: z.enum(standInSources).optional() })),
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
    inputs: inputsSchema.describe(
      'In place of recorded inputs, by their names in the record; `env.NAME` gives a secret anew that the run did not keep.',
    ),
    secrets: secretsSchema,
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
  .strictObject({ inputs: z.unknown().optional(), item: z.int().min(0).optional(), secrets: secretsSchema })
  .optional()
export type RerunEnvelope = z.output<typeof rerunEnvelopeSchema>

export const replayRequestSchema = z
  .strictObject({
    inputs: inputsSchema.describe(
      'In place of recorded inputs, or beside them. Secrets are not kept: each that a node reads is given here anew.',
    ),
    secrets: secretsSchema,
    standIns: standInsMembers.standIns.describe('In place of the stand-ins of the run, or beside them.'),
  })
  .optional()
  .meta({ id: 'ReplayRequest', examples: [{ inputs: { count: 9 } }] })

export const replayEnvelopeSchema = z
  .strictObject({ inputs: z.unknown().optional(), secrets: secretsSchema, standIns: z.unknown().optional() })
  .optional()
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

nameEach(workflowValidationSchema, 'ValidWorkflow', 'InvalidWorkflow')
name(workflowIssueSchema, 'WorkflowIssue')
z.globalRegistry.add(workflowDocumentSchema, { id: 'WorkflowDocument', examples: [exampleWorkflowRequest.workflow] })
z.globalRegistry.add(workflowRecordSchema, { id: 'WorkflowRecord', examples: [exampleWorkflowRecord] })
z.globalRegistry.add(workflowNodeRecordSchema, { id: 'WorkflowNodeRecord' })
