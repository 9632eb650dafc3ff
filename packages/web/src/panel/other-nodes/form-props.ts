import type { FieldProblem, GraphNode, NodeData, UpstreamVariable } from '../../graph/document.ts'

/** What every form is given. */
export type FormProps = {
  node: GraphNode
  data: NodeData
  onChange: (next: NodeData, mergeKey?: string) => void
  upstream: readonly UpstreamVariable[]
  /** The variable that a new field can only mean; null: there is none, or several. */
  obvious: UpstreamVariable | null
  /** By the path in `data`. */
  problems: readonly FieldProblem[]
}
