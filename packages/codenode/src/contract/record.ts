import * as z from 'zod'
import { type FailureCode, failureCodes } from './failures.ts'
import { isolationLevels } from './isolation.ts'

const logEntrySchema = z.object({
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

const attemptSchema = z.object({
  index: z.int().min(1).describe('1 for the first try.'),
  status: z.enum(['succeeded', 'failed', 'cancelled']),
  startedAt: z.iso.datetime(),
  durationMs: z.number(),
  error: recordErrorSchema.nullable(),
  logs: z.array(logEntrySchema),
  usage: usageSchema,
})

export const isolationSchema = z.object({
  level: z.enum(isolationLevels),
  layers: z.record(z.string(), z.string()),
})

/** What every door answers for a run of a node. Outputs may hold bigint: write a record with `stringifyLossless`. */
export const runRecordSchema = z.object({
  id: z.string().describe('run_ and 32 hexadecimal digits; later runs sort after earlier ones.'),
  status: z.enum(['succeeded', 'exception', 'failed', 'cancelled']),
  outputs: z.record(z.string(), z.unknown()).nullable(),
  error: recordErrorSchema
    .nullable()
    .describe('Also set where an error strategy handled the failure (status exception).'),
  branch: z.enum(['source', 'fail-branch']).nullable().describe('The handle whose edges are followed; null: none.'),
  warnings: z.array(warningSchema),
  attempts: z.array(attemptSchema).describe('Empty when the run failed or was cancelled before the first try.'),
  logs: z.array(logEntrySchema).describe('Of the last attempt.'),
  usage: usageSchema.describe('Times summed over the attempts, peak memory the highest of them.'),
  isolation: isolationSchema,
  startedAt: z.iso.datetime(),
  node: z.object({ id: z.string().nullable(), title: z.string() }),
})

export type RunRecord = z.infer<typeof runRecordSchema>
export type RunStatus = RunRecord['status']
export type Branch = NonNullable<RunRecord['branch']>
export type RecordError = z.infer<typeof recordErrorSchema>
export type Warning = z.infer<typeof warningSchema>
export type Attempt = z.infer<typeof attemptSchema>
