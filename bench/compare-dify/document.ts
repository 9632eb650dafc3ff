import { edge, end, type GraphNode, node, pick } from '../../packages/codenode/test/support/graph.ts'
import type { CodeData, WorkflowDocument } from './case.ts'

type Variables = { environment?: object[]; conversation?: object[]; mode?: 'workflow' | 'advanced-chat' }

/** A document as Dify exports it; edges as `'a>b'`, or `'a:handle>b'`. */
export function buildDocument(
  nodes: GraphNode[],
  edges: readonly string[],
  { environment = [], conversation = [], mode = 'workflow' }: Variables = {},
): WorkflowDocument {
  const read = edges.map((text) => {
    const [from = '', target = ''] = text.split('>')
    return { id: text, type: 'custom', ...edge(from, target) }
  })
  return {
    kind: 'app',
    version: '0.6.0',
    app: { name: 'case', mode },
    workflow: {
      graph: { nodes, edges: read },
      environment_variables: environment,
      conversation_variables: conversation,
    },
  }
}

/**
 * A Code node alone, in the smallest document that runs it. Its id is `code`. Its inputs are those of the start node, which
 * declares none: Dify's engine does not ask for it, and has no type that takes any value.
 */
export function wrapNode(data: CodeData): WorkflowDocument {
  const handles = data.error_strategy === 'fail-branch' ? ['code>end', 'code:fail-branch>end'] : ['code>end']
  const nodes = [node('start', 'start', { variables: [] }), { id: 'code', type: 'custom', data }, end('end')]
  return buildDocument(nodes, ['start>code', ...handles])
}

/** The variables of a node whose inputs are those of the start node. */
export function fromStart(...names: string[]): CodeData['variables'] {
  return names.map((name) => pick(name, `start.${name}`))
}
