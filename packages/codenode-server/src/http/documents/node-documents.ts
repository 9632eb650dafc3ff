import { codeNodeSchema } from 'codenode/internal/contract/node'
import { warningSchema } from 'codenode/internal/contract/record'
import { checkedLater } from 'codenode/internal/reading/checked-later'
import * as z from 'zod'
import { exampleNode, exampleRequest } from './examples.ts'
import { nameEach } from './name.ts'

// What requests about nodes and their answers are. What arrives is checked by the envelopes beside the schemas that describe
// it, since the service checks the node itself.

export const secretsSchema = z
  .array(z.string())
  .max(1000)
  .optional()
  .describe(
    'Names of inputs that are masked (`••••`) in the record, events, logs, errors and history. The code gets them.',
  )

const envelope = {
  secrets: secretsSchema,
  inputs: z.unknown().optional(),
  nodeId: z.string().max(200).nullish().describe("The node's id in its workflow, for the record."),
  outputs: z
    .enum(['declared', 'any'])
    .optional()
    .describe('`any` keeps whatever main returns, for a node that declares no outputs. Default: `declared`.'),
}

export const nodeRequestSchema = z
  .strictObject({
    node: codeNodeSchema,
    ...envelope,
    inputs: z.record(z.string(), z.unknown()).nullish().describe('Values of the variables, by name.'),
  })
  .meta({ id: 'RunRequest', examples: [exampleRequest] })

/** What a request to run must be before the service looks at it. */
export const nodeEnvelopeSchema = z.strictObject({ node: checkedLater, ...envelope })
export type NodeEnvelope = z.output<typeof nodeEnvelopeSchema>

export const validateRequestSchema = z
  .strictObject({ node: codeNodeSchema })
  .meta({ id: 'ValidateRequest', examples: [{ node: exampleNode }] })

export const validateEnvelopeSchema = z.strictObject({ node: checkedLater })
export type ValidateEnvelope = z.output<typeof validateEnvelopeSchema>

const issueListSchema = z.array(z.object({ path: z.string(), message: z.string() }))

export const issueCountSchema = z
  .int()
  .optional()
  .describe('How many issues there are, where that is more than the hundred that are listed.')

const warningsSchema = z.array(warningSchema).describe('What does not keep it from running.')

export const validationSchema = z
  .discriminatedUnion('valid', [
    z.object({
      valid: z.literal(true),
      node: codeNodeSchema.describe('With its defaults filled in.'),
      warnings: warningsSchema,
    }),
    z.object({
      valid: z.literal(false),
      issues: issueListSchema,
      issueCount: issueCountSchema,
      warnings: warningsSchema,
    }),
  ])
  .meta({
    id: 'Validation',
    examples: [{ valid: false, issues: [{ path: 'code', message: 'is missing; it must be a string.' }], warnings: [] }],
  })

nameEach(validationSchema, 'ValidNode', 'InvalidNode')
z.globalRegistry.add(codeNodeSchema, { id: 'CodeNode', examples: [exampleNode] })
z.globalRegistry.add(codeNodeSchema.shape.outputs.valueType, { id: 'OutputSpec' })
