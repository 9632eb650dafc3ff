import { type CodeSettings, code, end, type GraphNode, node } from '../../../packages/codenode/test/support/graph.ts'
import { type Case, inThreeSeconds, type Topic } from '../case.ts'
import { buildDocument } from '../document.ts'
import { writeInputs } from './program.ts'

export type WorkflowSettings = Parameters<typeof buildDocument>[2] & {
  /** Name → JSON text. */
  inputs?: Record<string, string>
}

/** A case of a whole document; the start node is added. */
export function workflow(
  topic: Topic,
  name: string,
  nodes: GraphNode[],
  edges: readonly string[],
  { inputs = {}, ...variables }: WorkflowSettings = {},
): Case {
  const start = node('start', 'start', {
    variables: Object.entries(inputs).map(([variable, json]) => ({
      variable,
      label: variable,
      type: startType(json),
      required: false,
    })),
  })
  const inputsJson = writeInputs(inputs)
  return { kind: 'workflow', topic, name, document: buildDocument([start, ...nodes], edges, variables), inputsJson }
}

function startType(json: string): string {
  if (json === inThreeSeconds || /^-?\d/.test(json)) return 'number'
  return json.startsWith('{') ? 'json_object' : 'text-input'
}

/** A Code node that returns a Python value as `r`. */
export function giving(id: string, expression: string, type: string, parentId?: string): GraphNode {
  return code(id, `def main():\n    return {"r": ${expression}}\n`, { outputs: { r: type } }, parentId)
}

/** A Code node that gives `repr` of a variable as `r`. */
export function showing(id: string, selector: string, parentId?: string): GraphNode {
  const settings = { variables: { x: selector }, outputs: { r: 'string' } }
  return code(id, 'def main(x):\n    return {"r": repr(x)}\n', settings, parentId)
}

export { type CodeSettings, code, end, type GraphNode, node }
