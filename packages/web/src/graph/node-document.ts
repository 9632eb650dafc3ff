import { isObject } from 'codenode/contract'
import { edgeId } from './connect.ts'
import type { GraphNode, WorkflowDocument } from './document.ts'
import { newDocument } from './new-document.ts'

/** A workflow around one Code node: its inputs come from the start, its outputs go to the end. */
export function documentAround(
  settings: Readonly<Record<string, unknown>>,
  title: string,
  nowMs = Date.now(),
): { document: WorkflowDocument; id: string } {
  const frame = newDocument(title, nowMs)
  const [start, end] = frame.workflow.graph.nodes as [GraphNode, GraphNode]
  const id = String(nowMs + 2)
  const inputs = listOf(settings.variables)
  const outputs = isObject(settings.outputs) ? Object.keys(settings.outputs) : []
  const node: GraphNode = {
    id,
    type: 'custom',
    position: { x: 384, y: start.position.y },
    data: {
      ...settings,
      type: 'code',
      title,
      variables: inputs.map((input) => ({ ...input, value_selector: isList(input) ? [] : [start.id, input.variable] })),
    },
  }
  const nodes = [
    { ...start, data: { ...start.data, variables: inputs.filter((input) => !isList(input)).map(toStartVariable) } },
    node,
    {
      ...end,
      data: { ...end.data, outputs: outputs.map((variable) => ({ variable, value_selector: [id, variable] })) },
    },
  ]
  const join = (source: string, target: string) => ({
    id: edgeId(source, 'source', target),
    source,
    sourceHandle: 'source',
    target,
    targetHandle: 'target',
  })
  const edges = [join(start.id, id), join(id, end.id)]
  return {
    id,
    document: { ...frame, workflow: { ...frame.workflow, graph: { ...frame.workflow.graph, nodes, edges } } },
  }
}

type Input = { variable: string; value_type?: unknown }

function listOf(variables: unknown): Input[] {
  if (!Array.isArray(variables)) return []
  return variables.flatMap((it: unknown) =>
    isObject(it) && typeof it.variable === 'string' ? [{ ...it, variable: it.variable }] : [],
  )
}

/** No input of a workflow is a list; such an input of the node is left for a node before it. */
function isList({ value_type: type }: Input): boolean {
  return String(type).startsWith('array')
}

const kinds: Readonly<Record<string, string>> = { string: 'paragraph', number: 'number', boolean: 'checkbox' }

function toStartVariable({ variable, value_type: type }: Input) {
  return { variable, label: variable, type: kinds[String(type)] ?? 'json_object', required: false, options: [] }
}
