import * as z from 'zod'
import { type FailureCode, failureCodes } from './failures.ts'
import { isolationLevels } from './isolation.ts'

export const logEntrySchema = z.object({
  stream: z.enum(['stdout', 'stderr']),
  atMs: z.number().describe('Since the attempt began.'),
  text: z.string(),
})

export const usageSchema = z.object({
  wallMs: z.number(),
  queuedMs: z.number().describe('Time in line for a sandbox; not part of wallMs.'),
  cpuMs: z.number(),
  peakMemoryBytes: z.number(),
})

export const recordErrorSchema = z.object({
  // The catalogue has at least one entry.
  code: z.enum(failureCodes as [FailureCode, ...FailureCode[]]).describe('Stable code of the failure catalogue.'),
  type: z
    .enum(['CodeExecutionError', 'OutputValidationError', 'DepthLimitError', 'CodeNodeError'])
    .describe("Dify's error_type."),
  blame: z.enum(['code', 'configuration', 'limit', 'platform']),
  message: z.string(),
  details: z.record(z.string(), z.unknown()),
  traceback: z.string().nullable().describe("Frames of the user's code, with its own line numbers."),
  hint: z.string().nullable().describe('What to do; code and names of settings stand between backquotes.'),
})

/** Warnings of the code itself, which the runtime reports. */
export const reportedWarnings = [
  'operation_blocked',
  'parameter_unknown',
  'number_not_finite',
  'function_dropped',
] as const
export type ReportedWarning = (typeof reportedWarnings)[number]

export const warningSchema = z.object({
  code: z.enum([
    'output_undeclared',
    'input_undeclared',
    'limit_not_raised',
    'node_unreachable',
    'variable_missing',
    'node_stood_in',
    'stand_in_unused',
    'edge_ignored',
    'output_empty',
    'end_missing',
    'version_unknown',
    'setting_ignored',
    'record_cut',
    'template_name_unknown',
    ...reportedWarnings,
  ]),
  path: z.string(),
  message: z.string(),
})

const attempt = { startedAt: z.iso.datetime(), durationMs: z.number() }
const attemptEnd = { logs: z.array(logEntrySchema), usage: usageSchema }
const attemptIndex = z.int().min(1).describe('1 for the first try.')

export const attemptSchema = z.discriminatedUnion('status', [
  z.object({ index: attemptIndex, status: z.literal('succeeded'), ...attempt, error: z.null(), ...attemptEnd }),
  z.object({
    index: attemptIndex,
    status: z.enum(['failed', 'cancelled']),
    ...attempt,
    error: recordErrorSchema,
    ...attemptEnd,
  }),
])

export const isolationSchema = z.object({
  level: z.enum(isolationLevels),
  layers: z.record(z.string(), z.string()),
})

/** The outputs of a failure that the node's error strategy has handled: its default values, if it has any, and these two. */
export const handledOutputsSchema = z
  .looseObject({ error_message: z.string().optional(), error_type: z.string().optional() })
  .describe('`error_message` and `error_type`; by the strategy default-value also the default values.')

const outputsSchema = z
  .record(z.string(), z.unknown())
  .describe('Empty, with the warning `record_cut`, where the record was too large for the history.')
const handled = z.enum(['source', 'fail-branch']).describe('The handle whose edges are followed.')
const followed = z
  .literal('source')
  .nullable()
  .describe('The handle whose edges are followed. Null of a rerun of a node that has other handles, such as if-else.')
const runIdSchema = z.string().describe('run_ and 32 hexadecimal digits; later runs sort after earlier ones.')

const runFrame = {
  warnings: z.array(warningSchema),
  attempts: z.array(attemptSchema).describe('Empty when the run failed or was cancelled before the first try.'),
  logs: z.array(logEntrySchema).describe('Of the last attempt.'),
  usage: usageSchema.describe('Times summed over the attempts, peak memory the highest of them.'),
  isolation: isolationSchema,
  startedAt: z.iso.datetime(),
  node: z.object({ id: z.string().nullable(), title: z.string() }),
}

/** How a run of a node can end. */
export const runStatuses = ['succeeded', 'exception', 'failed', 'cancelled'] as const

/** What every door answers for a run of a node. Outputs may hold bigint: write a record with `toJson`. */
export const runRecordSchema = z.discriminatedUnion('status', [
  z.object({
    id: runIdSchema,
    status: z.literal('succeeded'),
    outputs: outputsSchema,
    error: z.null(),
    branch: followed,
    ...runFrame,
  }),
  z.object({
    id: runIdSchema,
    status: z.literal('exception').describe('The code failed, and the error strategy of the node handled it.'),
    outputs: handledOutputsSchema,
    error: recordErrorSchema.describe('The failure that was handled.'),
    branch: handled,
    ...runFrame,
  }),
  z.object({
    id: runIdSchema,
    status: z.enum(['failed', 'cancelled']),
    outputs: z.null(),
    error: recordErrorSchema,
    branch: z.null(),
    ...runFrame,
  }),
])

type AnyOutputs = Record<string, unknown>
type Parsed = z.infer<typeof runRecordSchema>

/** The outputs of a failure that was handled: any of the node's own by its default values. */
export type HandledOutputs<Outputs = AnyOutputs> = Partial<Outputs> & {
  error_message?: string | undefined
  error_type?: string | undefined
}

/**
 * What became of a run of a node. `status` tells which members it has: `outputs` and no error (`succeeded`), both
 * (`exception`), or an error alone (`failed`, `cancelled`). `Outputs`: the type of the outputs, where it is known.
 */
export type RunRecord<Outputs = AnyOutputs> =
  | (Extract<Parsed, { status: 'succeeded' }> & { outputs: Outputs })
  | (Omit<Extract<Parsed, { status: 'exception' }>, 'outputs'> & { outputs: HandledOutputs<Outputs> })
  | Extract<Parsed, { status: 'failed' | 'cancelled' }>
export type RunStatus = (typeof runStatuses)[number]
export type Branch = NonNullable<RunRecord['branch']>
export type RecordError = z.infer<typeof recordErrorSchema>
export type Warning = z.infer<typeof warningSchema>
export type Attempt = z.infer<typeof attemptSchema>
