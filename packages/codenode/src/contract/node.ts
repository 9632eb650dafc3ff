import * as z from 'zod'
import { nodeLimitsSchema } from './node-limits.ts'
import { bigIntegerForms, codeLanguages, errorStrategies } from './node-words.ts'
import { type OutputType, outputTypes } from './values.ts'

export const retryRanges = { max_retries: [0, 10], retry_interval: [0, 5000] } as const

const variableSchema = z.looseObject({
  variable: z.string().describe('Name of the input.'),
  value_selector: z.array(z.string()).default([]).describe('[node_id, name, …nested keys]'),
  value_type: z.string().nullish(),
})

/** An output as documents have it; keys that are not known are kept. Written out, since it contains itself. */
export interface DeclaredOutput {
  type: OutputType
  children?: Record<string, DeclaredOutput> | null | undefined
  [key: string]: unknown
}
type ChildrenSchema = z.ZodRecord<z.ZodString, z.ZodType<DeclaredOutput, DeclaredOutput>>

export const outputSchema = z.looseObject({
  type: z.enum(outputTypes),
  get children(): z.ZodOptional<z.ZodNullable<ChildrenSchema>> {
    return z.record(z.string(), outputSchema).nullish()
  },
})

const within = ([least, most]: readonly [number, number]) => z.int().min(least).max(most).default(0)

export const retrySchema = z.looseObject({
  retry_enabled: z.boolean().default(false),
  max_retries: within(retryRanges.max_retries),
  retry_interval: within(retryRanges.retry_interval).describe('Milliseconds between two tries.'),
})

export const defaultValueSchema = z.looseObject({
  key: z.string().describe('Name of the output.'),
  type: z.enum(outputTypes),
  value: z.unknown(),
})

/** The `data` block of a Code node in a Dify DSL export. Unknown keys are kept. */
export const codeNodeSchema = z.looseObject({
  type: z.literal('code'),
  title: z.string().default('Code'),
  desc: z.string().nullish(),
  variables: z.array(variableSchema).default([]),
  code_language: z.enum(codeLanguages).default('python3'),
  code: z.string().refine((code) => code.trim() !== '', 'is empty; it must define main.'),
  outputs: z.record(z.string(), outputSchema),
  retry_config: retrySchema.nullish(),
  error_strategy: z.enum(errorStrategies).nullish(),
  default_value: z.array(defaultValueSchema).nullish(),
  limits: nodeLimitsSchema.nullish(),
  bigIntegers: z
    .enum(bigIntegerForms)
    .nullish()
    .describe('What whole numbers beyond 2^53 are in JavaScript; `number` rounds them, as Dify does.'),
})

/** A Code node as it is run: checked, with its defaults filled in. */
export type CodeNode = z.output<typeof codeNodeSchema>

/** A Code node as users write it. */
export type CodeNodeInput = z.input<typeof codeNodeSchema>
