import type { FieldProblem, GraphNode, NodeData, UpstreamVariable } from '../../graph/document.ts'

/** What every form is given. */
export type FormProps = {
  node: GraphNode
  data: NodeData
  onChange: (next: NodeData, mergeKey?: string) => void
  upstream: readonly UpstreamVariable[]
  /** By the path in `data`. */
  problems: readonly FieldProblem[]
}
