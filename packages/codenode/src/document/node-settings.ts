import * as z from 'zod'
import { defaultValueSchema, retrySchema } from '../contract/node.ts'
import { errorStrategies } from '../contract/node-words.ts'
import { operators } from '../contract/operators.ts'

/** The kinds of input of a start node. */
export const inputKinds = [
  'text-input',
  'paragraph',
  'select',
  'multi-select',
  'number',
  'checkbox',
  'json',
  'json_object',
  'array[string]',
  'array[number]',
  'array[boolean]',
  'array[object]',
  'file',
  'file-list',
  'external_data_tool',
] as const

/** What it points to is looked at with the whole workflow (`check-references.ts`). */
const selectorSchema = z.array(z.string())

const startVariableSchema = z.looseObject({
  variable: z.string().min(1),
  type: z.enum(inputKinds).default('text-input'),
  label: z.unknown().optional(),
  required: z.boolean().nullish(),
  default: z.unknown().optional(),
  max_length: z.int().nullish(),
  options: z.array(z.string()).nullish(),
})

export const startSettingsSchema = z.looseObject({ variables: z.array(startVariableSchema).nullish() })

export const templateSettingsSchema = z.looseObject({
  template: z.string(),
  // Dify's editor leaves rows without a name behind: nothing can read them.
  variables: z.array(z.looseObject({ variable: z.string(), value_selector: selectorSchema })).default([]),
  retry_config: retrySchema.nullish(),
  error_strategy: z.enum(errorStrategies).nullish(),
  default_value: z.array(defaultValueSchema).nullish(),
})

const comparedWith = 'must be a string, a number, true or false, or an array of strings.'

const expectedSchema = z
  .union([z.string(), z.number(), z.bigint(), z.boolean(), z.array(z.string())], comparedWith)
  .nullish()

const logicalOperatorSchema = z.enum(['and', 'or']).default('and')

/** Conditions on the parts of each file: its type, size, name … */
const partsSchema = z.looseObject({
  logical_operator: logicalOperatorSchema,
  conditions: z
    .array(z.looseObject({ key: z.string(), comparison_operator: z.enum(operators), value: expectedSchema }))
    .default([]),
})

const conditionSchema = z.looseObject({
  variable_selector: selectorSchema,
  comparison_operator: z.enum(operators),
  value: expectedSchema,
  varType: z.string().nullish(),
  sub_variable_condition: partsSchema.nullish().describe('What the files of a list must be.'),
})

const caseSchema = z.looseObject({
  case_id: z.string().min(1),
  logical_operator: logicalOperatorSchema,
  conditions: z.array(conditionSchema),
})

/** `cases`, or the older form: one list of conditions, whose handles are `true` and `false`. */
export const ifElseSettingsSchema = z.looseObject({
  cases: z.array(caseSchema).nullish(),
  logical_operator: logicalOperatorSchema.nullish(),
  conditions: z.array(conditionSchema).nullish(),
})

const aggregatedSchema = z.array(selectorSchema)

export const aggregatorSettingsSchema = z.looseObject({
  variables: aggregatedSchema.default([]),
  advanced_settings: z
    .looseObject({
      group_enabled: z.boolean().default(false),
      groups: z.array(z.looseObject({ group_name: z.string().min(1), variables: aggregatedSchema })).default([]),
    })
    .nullish(),
})

export const errorHandleModes = ['terminated', 'continue-on-error', 'remove-abnormal-output'] as const

export const iterationSettingsSchema = z.looseObject({
  iterator_selector: selectorSchema,
  output_selector: selectorSchema,
  start_node_id: z.string().nullish(),
  is_parallel: z.boolean().default(false),
  parallel_nums: z.int().min(1).default(10),
  error_handle_mode: z.enum(errorHandleModes).default('terminated'),
  flatten_output: z.boolean().default(true).describe('Whether lists, if every item gave one, are joined to one list.'),
})

export const iterationStartSettingsSchema = z.looseObject({})

const endOutputSchema = z.looseObject({ variable: z.string(), value_selector: selectorSchema })

/** A row without a name, as Dify's editor leaves it behind: it is no output. */
export function isEmptyOutput(output: { variable: string }): boolean {
  return output.variable === ''
}

export const endSettingsSchema = z.looseObject({ outputs: z.array(endOutputSchema).default([]) })

export const answerSettingsSchema = z.looseObject({ answer: z.string() })

export type StartSettings = z.output<typeof startSettingsSchema>
export type StartVariable = z.output<typeof startVariableSchema>
export type TemplateSettings = z.output<typeof templateSettingsSchema>
export type IfElseSettings = z.output<typeof ifElseSettingsSchema>
export type Case = z.output<typeof caseSchema>
export type Condition = z.output<typeof conditionSchema>
export type PartConditions = z.output<typeof partsSchema>
export type AggregatorSettings = z.output<typeof aggregatorSettingsSchema>
export type IterationSettings = z.output<typeof iterationSettingsSchema>
export type EndSettings = z.output<typeof endSettingsSchema>
export type AnswerSettings = z.output<typeof answerSettingsSchema>
