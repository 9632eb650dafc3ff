/** A workflow as it is edited: the document of a Dify export itself, so that nothing of it is lost. Never changed in place. */
export type WorkflowDocument = Readonly<Record<string, unknown>> & {
  readonly workflow: Readonly<Record<string, unknown>> & { readonly graph: Graph }
}

export type Graph = Readonly<Record<string, unknown>> & {
  readonly nodes: readonly GraphNode[]
  readonly edges: readonly GraphEdge[]
}

export type Position = { readonly x: number; readonly y: number }

/** A node as it stands in the document. `data` holds what belongs to its type; for a Code node it is the node's settings. */
export type GraphNode = Readonly<Record<string, unknown>> & {
  readonly id: string
  readonly position: Position
  /** The iteration that it belongs to. */
  readonly parentId?: string
  readonly data: NodeData
}

export type NodeData = Readonly<Record<string, unknown>> & {
  readonly type: string
  readonly title?: string | undefined
}

export type GraphEdge = Readonly<Record<string, unknown>> & {
  readonly id: string
  readonly source: string
  readonly target: string
  /** Which handle of the source: `source`, `fail-branch`, or the id of a case of an if-else node. */
  readonly sourceHandle?: string
  readonly targetHandle?: string
}

/** A variable that a node can read: where it comes from, and its type as Dify names it. */
export type UpstreamVariable = {
  readonly nodeId: string
  readonly nodeTitle: string
  /** `[node, name, …nested keys]`. */
  readonly selector: readonly string[]
  /** `string`, `array[object]` and so on; `any` where it is not known. */
  readonly type: string
  /** Why it never has a value where it would be read. */
  readonly noValue?: string
}

/** Something wrong, beside the field that it belongs to: `path` as the API writes it, relative to the node's data. */
export type FieldProblem = { readonly path: string; readonly message: string }
