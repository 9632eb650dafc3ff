import * as z from 'zod'

/** A node as it stands in a document; what belongs to its type is in `data`. */
export const nodeEntrySchema = z.looseObject({
  id: z.string().min(1),
  type: z.string().nullish().describe("The canvas's own type, such as custom or custom-note."),
  parentId: z.string().nullish().describe('The iteration that it belongs to.'),
  data: z.looseObject({
    type: z.string().nullish(),
    title: z.string().nullish(),
    iteration_id: z.string().nullish(),
    loop_id: z.string().nullish(),
  }),
})

export const edgeEntrySchema = z.looseObject({
  source: z.string(),
  target: z.string(),
  sourceHandle: z.string().nullish().describe('Which way out of the source; `source` where it has only one.'),
})

const variableEntrySchema = z.looseObject({
  name: z.string(),
  value: z.unknown().optional(),
  value_type: z
    .unknown()
    .optional()
    .describe('`secret`: the value of an environment variable is masked in what is kept.'),
})

/** Nodes and edges are looked at one by one, so that each problem is told with its place. */
export const graphSchema = z.looseObject({ nodes: z.array(z.unknown()), edges: z.array(z.unknown()).nullish() })

/** An export of Dify's (`kind: app`). Keys that are not named here are kept and ignored, as in every part of it. */
export const workflowDocumentSchema = z.looseObject({
  kind: z.literal('app').nullish(),
  version: z.union([z.string(), z.number()]).nullish().describe('Of the DSL: 0.1.x to 0.6.x.'),
  app: z.looseObject({ name: z.string().nullish(), mode: z.enum(['workflow', 'advanced-chat']).nullish() }).nullish(),
  workflow: z
    .looseObject({
      graph: graphSchema,
      environment_variables: z.array(variableEntrySchema).nullish(),
      conversation_variables: z.array(variableEntrySchema).nullish(),
      features: z.unknown().optional(),
    })
    .describe('The graph may also stand alone: `{graph}` or `{nodes, edges}` instead of the whole document.'),
})

/** An export of Dify's as its authors write it: a whole document. */
export type WorkflowDocument = z.input<typeof workflowDocumentSchema>
