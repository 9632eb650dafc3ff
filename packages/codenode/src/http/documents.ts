import * as z from 'zod'
import { codeNodeSchema, languages } from '../contract/node.ts'
import { runRecordSchema } from '../contract/record.ts'
import { problemSchema } from './problem.ts'

// The bodies that requests and answers have. They describe the API; what arrives is checked by the smaller schemas
// beside them, since the service checks the node itself and records are not checked again on their way out.

const exampleNode = {
  type: 'code',
  title: 'Average',
  code_language: 'python3',
  code: 'def main(numbers):\n    return {"average": sum(numbers) / len(numbers)}\n',
  variables: [{ variable: 'numbers' }],
  outputs: { average: { type: 'number' } },
} as const satisfies z.input<typeof codeNodeSchema>

const exampleInputs = { numbers: [1, 2, 6] }

/** A request that can be sent as it stands. */
export const exampleRequest = { node: exampleNode, inputs: exampleInputs }

const exampleUsage = { wallMs: 2.4, queuedMs: 0.1, cpuMs: 1.6, peakMemoryBytes: 1_310_720 }
const exampleId = 'run_019a1c3e5f7a7b3c8d2e4f6a8b0c1d2e'
const startedAt = '2026-11-23T01:20:00.000Z'

const exampleRecord: z.output<typeof runRecordSchema> = {
  id: exampleId,
  status: 'succeeded',
  outputs: { average: 3 },
  error: null,
  branch: 'source',
  warnings: [],
  attempts: [{ index: 1, status: 'succeeded', startedAt, durationMs: 2.6, error: null, logs: [], usage: exampleUsage }],
  logs: [],
  usage: exampleUsage,
  isolation: { level: 'namespaces+landlock+seccomp', layers: { landlock: 'abi 7', seccomp: 'allow-list' } },
  startedAt,
  node: { id: null, title: 'Average' },
}

const envelope = {
  inputs: z.unknown().optional(),
  node_id: z.string().max(200).nullish().describe("The node's id in its workflow, for the record."),
  outputs: z
    .enum(['declared', 'any'])
    .optional()
    .describe('`any` keeps whatever main returns, for a node that declares no outputs. Default: `declared`.'),
}

export const runRequestSchema = z
  .strictObject({
    node: codeNodeSchema,
    ...envelope,
    inputs: z.record(z.string(), z.unknown()).nullish().describe('Values of the variables, by name.'),
  })
  .meta({ id: 'RunRequest', examples: [exampleRequest] })

/** What a request to run must be before the service looks at it. */
export const runEnvelopeSchema = z.strictObject({ node: z.unknown().optional(), ...envelope })
export type RunEnvelope = z.output<typeof runEnvelopeSchema>

export const validateRequestSchema = z
  .strictObject({ node: codeNodeSchema })
  .meta({ id: 'ValidateRequest', examples: [{ node: exampleNode }] })

export const validateEnvelopeSchema = z.strictObject({ node: z.unknown().optional() })
export type ValidateEnvelope = z.output<typeof validateEnvelopeSchema>

const issueListSchema = z.array(z.object({ path: z.string(), message: z.string() }))

export const validationSchema = z
  .discriminatedUnion('valid', [
    z.object({ valid: z.literal(true), node: codeNodeSchema.describe('With its defaults filled in.') }),
    z.object({ valid: z.literal(false), issues: issueListSchema }),
  ])
  .meta({
    id: 'Validation',
    examples: [{ valid: false, issues: [{ path: 'code', message: 'is missing; it must be text.' }] }],
  })

const nodeNameSchema = z.object({ id: z.string().nullable(), title: z.string() })
const statuses = ['running', ...runRecordSchema.shape.status.options] as const

export const runningDocumentSchema = z
  .object({ id: z.string(), status: z.literal('running'), startedAt: z.iso.datetime(), node: nodeNameSchema })
  .describe('A run that goes on. Its record takes its place when it has ended.')
  .meta({
    id: 'RunningDocument',
    examples: [{ id: exampleId, status: 'running', startedAt, node: { id: null, title: 'Average' } }],
  })

export const runDocumentSchema = z
  .union([runRecordSchema, runningDocumentSchema])
  .meta({ id: 'RunDocument', examples: [exampleRecord] })

const runSummarySchema = z
  .object({
    id: z.string(),
    status: z.enum(statuses),
    startedAt: z.iso.datetime(),
    durationMs: z.number().nullable().describe('Null while it runs.'),
    language: z.enum(languages),
    node: nodeNameSchema,
    attempts: z.int(),
    error: z.object({ code: z.string(), message: z.string() }).nullable(),
  })
  .meta({ id: 'RunSummary' })

export const runPageSchema = z
  .object({ runs: z.array(runSummarySchema), nextCursor: z.string().nullable().describe('Null on the last page.') })
  .meta({
    id: 'RunPage',
    examples: [
      {
        runs: [
          {
            id: exampleId,
            status: 'succeeded',
            startedAt,
            durationMs: 2.6,
            language: 'python3',
            node: { id: null, title: 'Average' },
            attempts: 1,
            error: null,
          },
        ],
        nextCursor: null,
      },
    ],
  })

const dateTime = z.iso.datetime({ offset: true })

/** As `RunFilter`; numbers arrive as text. */
export const runFilterSchema = z.strictObject({
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

export const runIdSchema = z.object({
  id: z
    .string()
    .describe('The id of a run.')
    .meta({ examples: [exampleId] }),
})

export const runRequestDocumentSchema = z
  .object({ node: z.unknown(), inputs: z.unknown().describe('Null where inputs are not kept.') })
  .describe('What the run was asked to do.')
  .meta({ id: 'RunRequestDocument', examples: [exampleRequest] })

export const followSchema = z.strictObject({
  after: z
    .stringFormat('after', /^\d{1,15}$/, 'must be the id of an event, a whole number.')
    .optional()
    .describe('The id of the last event that is known. Default: 0, which gives all.'),
})

export const eventStreamSchema = z
  .string()
  .describe(
    'Server-sent events: `id` is the number of the event, `event` its type (status, log, attempt, result), `data` the event as JSON. It ends behind `result`.',
  )
  .meta({ examples: [`id: 1\nevent: status\ndata: {"type":"status","runId":"${exampleId}","status":"running"}\n\n`] })

const packageSchema = z.object({
  name: z.string(),
  version: z.string(),
  importNames: z.array(z.string()),
  preloaded: z.boolean().describe('Importing it takes no time.'),
})

export const packagesSchema = z.object({ python: z.array(packageSchema), javascript: z.array(packageSchema) }).meta({
  id: 'Packages',
  examples: [
    { python: [{ name: 'numpy', version: '2.3.5', importNames: ['numpy'], preloaded: true }], javascript: [] },
  ],
})

export const isolationSchema = runRecordSchema.shape.isolation
  .describe('What is enforced on every run.')
  .meta({ id: 'Isolation', examples: [exampleRecord.isolation] })

export const statusSchema = z
  .object({
    version: z.string(),
    uptimeMs: z.int(),
    active: z.int().describe('Runs that were accepted and have not ended.'),
    running: z.int().describe('Runs that have a process.'),
    waiting: z.int().describe('Runs in line for one.'),
    runtimes: z.record(
      z.string(),
      z.object({ version: z.string().nullable(), spares: z.int(), lost: z.int().describe('Times it was restarted.') }),
    ),
    history: z.object({ isWritable: z.boolean(), problem: z.string().nullable() }),
  })
  .meta({
    id: 'Status',
    examples: [
      {
        version: '1.0.0',
        uptimeMs: 86_400_000,
        active: 1,
        running: 1,
        waiting: 0,
        runtimes: { python: { version: '3.13.9', spares: 2, lost: 0 } },
        history: { isWritable: true, problem: null },
      },
    ],
  })

export const healthSchema = z.literal('ok').meta({ examples: ['ok'] })

export const metricsSchema = z.string().meta({ examples: ['# TYPE codenode_runs_total counter\n'] })

// The schemas of the contract, under the names that the document gives them.
z.globalRegistry.add(codeNodeSchema, { id: 'CodeNode', examples: [exampleNode] })
z.globalRegistry.add(codeNodeSchema.shape.outputs.valueType, { id: 'OutputSpec' })
z.globalRegistry.add(runRecordSchema, { id: 'RunRecord', examples: [exampleRecord] })
z.globalRegistry.add(problemSchema, {
  id: 'Problem',
  examples: [
    {
      type: 'urn:codenode:failure:run_not_found',
      title: 'No run has this id, it belongs to another API key, or it is no longer kept.',
      status: 404,
      detail: 'There is no run "run_0".',
      code: 'run_not_found',
      instance: 'req-a1b2c3-1',
    },
  ],
})
