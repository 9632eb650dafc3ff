/** A node of a workflow as it stands in a document. */
export type GraphNode = { id: string; type: string; parentId?: string; data: Record<string, unknown> }
export type GraphEdge = { source: string; target: string; sourceHandle: string }

export function node(id: string, type: string, data: object = {}, parentId?: string): GraphNode {
  return { id, type: 'custom', data: { title: id.toUpperCase(), type, ...data }, ...(parentId && { parentId }) }
}

/** A Python node whose `main` is given as a whole; `variables`: name → selector as text, `outputs`: name → type. */
export function code(id: string, program: string, settings: CodeSettings = {}, parentId?: string): GraphNode {
  const { variables = {}, outputs = {}, ...data } = settings
  return node(
    id,
    'code',
    {
      code_language: 'python3',
      code: program,
      variables: Object.entries(variables).map(([variable, selector]) => pick(variable, selector)),
      outputs: Object.fromEntries(Object.entries(outputs).map(([name, type]) => [name, { type, children: null }])),
      ...data,
    },
    parentId,
  )
}

export type CodeSettings = {
  variables?: Record<string, string>
  outputs?: Record<string, string>
  error_strategy?: string
  default_value?: object[]
  retry_config?: object
  [key: string]: unknown
}

/** `pick('x', 'start.text')`: a variable with its selector. */
export function pick(variable: string, selector: string): { variable: string; value_selector: string[] } {
  return { variable, value_selector: selector.split('.') }
}

/** `edge('a', 'b')` leaves by `source`, `edge('a:fail-branch', 'b')` by the handle that is named. */
export function edge(from: string, target: string): GraphEdge {
  const [source = '', sourceHandle = 'source'] = from.split(':')
  return { source, target, sourceHandle }
}

/** `graph(nodes, 'a>b', 'a:false>c')`. */
export function graph(nodes: GraphNode[], ...edges: string[]): { nodes: GraphNode[]; edges: GraphEdge[] } {
  return { nodes, edges: edges.map((text) => edge(...(text.split('>') as [string, string]))) }
}

/** `{ variable → selector }` as an end node. */
export function end(id: string, outputs: Record<string, string> = {}): GraphNode {
  return node(id, 'end', { outputs: Object.entries(outputs).map(([variable, selector]) => pick(variable, selector)) })
}
