import { CodenodeError } from 'codenode/internal/contract/error'
import type { Issue } from 'codenode/internal/contract/failures'
import { limitTable } from 'codenode/internal/contract/limits'
import { type CodeNodeInput, codeNodeSchema } from 'codenode/internal/contract/node'
import { type Language, languages } from 'codenode/internal/contract/node-words'
import { outputTypes } from 'codenode/internal/contract/values'
import { checkedLater, explainMissing } from 'codenode/internal/reading/checked-later'
import { checkInputName, codeToNode } from 'codenode/internal/reading/code-to-node'
import { explainUnknownMembers } from 'codenode/internal/reading/explain-unknown-name'
import { explainIssueOf } from 'codenode/internal/reading/explain-zod-issue'
import * as z from 'zod'
import type { NodeRequest, StartOptions, WorkflowRequest } from '../service/api/types.ts'

/** Names of languages that models write unasked. */
const otherNames = { python3: 'python', py: 'python', js: 'javascript', ts: 'typescript' } as const
const isOtherName = (name: unknown): name is keyof typeof otherNames =>
  typeof name === 'string' && Object.hasOwn(otherNames, name)
/** Read by any name, told by one. */
const languageSchema = z.preprocess((name) => (isOtherName(name) ? otherNames[name] : name), z.enum(languages))
const inputsSchema = z.record(z.string(), z.unknown())
const secretsSchema = z
  .array(z.string())
  .optional()
  .describe('Names of inputs that are masked in logs, errors and results, such as API keys. Default: none.')
const { min, max } = limitTable.wallMs

// Not recursive: some clients cannot pass on a schema with references. What is in `children` is checked with the node.
const outputSchema = z.object({
  type: z.enum(outputTypes),
  children: z.record(z.string(), z.unknown()).nullish().describe('Types of the members, written as outputs are.'),
})

const outputsSchema = z.record(z.string(), outputSchema)

const runCodeSchema = z.strictObject({
  language: languageSchema.describe('The language of the code.'),
  code: z.string().describe('The source text; it defines main.'),
  inputs: inputsSchema.optional().describe('What main is given: names and JSON values. Default: none.'),
  outputs: outputsSchema
    .optional()
    .describe('The members that the result must have, and their types. Default: every result is accepted.'),
  secrets: secretsSchema,
  timeout_ms: z.int().min(min).max(max).optional().describe('Lowers the wall time of the run, in ms.'),
})

const runNodeSchema = z.strictObject({
  node: codeNodeSchema
    .extend({ outputs: outputsSchema })
    .describe("The settings of a Code node, as in Dify's export (the data block of the node)."),
  inputs: inputsSchema.optional().describe('Values of the variables of the node, by name. Default: none.'),
  secrets: secretsSchema,
  node_id: z.string().nullish().describe("The node's id in its workflow, for the record."),
})

const runWorkflowSchema = z.strictObject({
  workflow: z
    .union([z.string(), z.record(z.string(), z.unknown())])
    .describe('A document of the DSL of Dify, as YAML or as an object; or a graph alone, {nodes, edges}.'),
  inputs: inputsSchema.optional().describe('Values of the variables of the start node, by name. Default: none.'),
  stand_ins: z
    .union([z.literal('made'), z.record(z.string(), z.unknown())])
    .optional()
    .describe(
      'What nodes give instead of being run, by id or title: their outputs, or "made" for values made up. "*", or "made" alone: all nodes of types that do not run here, such as llm. A node that branches also has "branch".',
    ),
  stand_ins_from: z
    .string()
    .optional()
    .describe('The id of a past run: nodes that do not run here give what they gave there.'),
  secrets: secretsSchema,
})

const listPackagesSchema = z.strictObject({
  language: languageSchema.optional().describe('Default: all. TypeScript has the packages of JavaScript.'),
})

/** What each tool takes: told to clients, and in docs/mcp.md. */
export const toolArguments = {
  run_code: runCodeSchema,
  run_node: runNodeSchema,
  run_workflow: runWorkflowSchema,
  list_packages: listPackagesSchema,
}

// The service checks the node itself, so that its problems are told in the same words at every door.
const runNodeArguments = runNodeSchema.extend({ node: checkedLater, inputs: z.unknown().optional() })

const runWorkflowArguments = z.strictObject({
  workflow: checkedLater,
  inputs: z.unknown().optional(),
  stand_ins: z.unknown().optional(),
  stand_ins_from: z.string().optional(),
  secrets: secretsSchema,
})

/** What a tool asks of the service. */
export type NodeRun = { request: NodeRequest; outputs: NonNullable<StartOptions['outputs']> }

/** A program as a node whose variables are the inputs that are given. Throws `request_invalid`. */
export function readRunCode(given: unknown): NodeRun {
  const { language, code, outputs, secrets, timeout_ms: wallMs } = parse(runCodeSchema, given)
  // Not the parsed copy, which has lost a key called __proto__: it is told as a wrong name.
  const { inputs = {} } = given as { inputs?: Record<string, unknown> }
  const names = Object.keys(inputs)
  refuse(names.flatMap(checkInputName))
  const node = codeToNode(language, code, inputs, {
    // The children are checked with the node.
    outputs: outputs as CodeNodeInput['outputs'] | undefined,
    limits: wallMs === undefined ? undefined : { wallMs },
  })
  return { request: { node, inputs, secrets }, outputs: outputs ? 'declared' : 'any' }
}

/** The settings and inputs as they are; the service checks them. Throws `request_invalid`. */
export function readRunNode(given: unknown): NodeRun {
  const { node, inputs = {}, secrets, node_id: nodeId = null } = parse(runNodeArguments, given)
  // Unchecked until the service does it.
  return { request: { node: node as CodeNodeInput, inputs, nodeId, secrets }, outputs: 'declared' }
}

/** As it is; the service checks it. Throws `request_invalid`. */
export function readRunWorkflow(given: unknown): WorkflowRequest {
  const {
    workflow,
    inputs = {},
    secrets,
    stand_ins: standIns,
    stand_ins_from: standInsFrom,
  } = parse(runWorkflowArguments, given)
  return { workflow, inputs, secrets, standIns, standInsFrom }
}

/** The language whose packages are asked for; null: all. Throws `request_invalid`. */
export function readListPackages(given: unknown): Language | null {
  const { language } = parse(listPackagesSchema, given)
  return language ?? null
}

function parse<Schema extends z.ZodType>(schema: Schema, given: unknown): z.output<Schema> {
  const parsed = schema.safeParse(given, { reportInput: true })
  if (parsed.success) return parsed.data
  const issues = parsed.error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys' ? explainUnknownMembers(issue, schema) : explainIssueOf('arguments')(issue),
  )
  throw new CodenodeError('request_invalid', { issues: [...explainMissing(schema, given), ...issues] })
}

function refuse(issues: readonly Issue[]): void {
  if (issues.length > 0) throw new CodenodeError('request_invalid', { issues })
}
