/** The node types of Dify that are run. `variable-assigner` is the old name of `variable-aggregator`. */
export const nodeTypes = [
  'start',
  'code',
  'template-transform',
  'if-else',
  'variable-aggregator',
  'iteration',
  'iteration-start',
  'end',
  'answer',
] as const

export type NodeType = (typeof nodeTypes)[number]

/** The type by its present name; null where it is none that is run. */
export function toNodeType(type: unknown): NodeType | null {
  if (type === 'variable-assigner') return 'variable-aggregator'
  return nodeTypes.find((known) => known === type) ?? null
}
