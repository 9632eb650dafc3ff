import type { GraphEdge, GraphNode } from '../../packages/codenode/test/support/graph.ts'

/** What a case is about; rows of the list of differences name the topics in which they occur. */
export type Topic = (typeof programTopics)[number] | (typeof workflowTopics)[number]

export const programTopics = [
  ...(['types', 'limits', 'lengths', 'inputs', 'conversions', 'numbers', 'results', 'failures'] as const),
  ...(['defaults', 'settings', 'random'] as const),
] as const

export const workflowTopics = [
  ...(['strategies', 'conditions', 'iterations', 'templates', 'aggregators', 'selectors', 'values', 'drafts'] as const),
] as const

export type CodeData = {
  type: 'code'
  title: string
  code_language: 'python3' | 'javascript'
  code: string
  variables: readonly { variable: string; value_selector: readonly string[] }[]
  outputs: Record<string, unknown>
  [key: string]: unknown
}

/** Inputs are JSON text, since `7.0` and `7` are two inputs. */
export type Case = { name: string; topic: Topic; inputsJson: string } & (
  | { kind: 'program'; node: CodeData }
  | { kind: 'workflow'; document: WorkflowDocument }
)

export type WorkflowDocument = {
  kind: 'app'
  version: string
  app: { name: string; mode: 'workflow' | 'advanced-chat' }
  workflow: {
    graph: { nodes: GraphNode[]; edges: GraphEdge[] }
    environment_variables: object[]
    conversation_variables: object[]
  }
}

/** What became of a node. `outputs`: canonical JSON, see canonical-json.ts. */
export type NodeOutcome = { status: string; outputs: string; branch: string; errorType: string }

/**
 * What became of a case. `message` is shown and never compared: messages are better here on purpose.
 * `refused`: nothing ran.
 */
export type Outcome = NodeOutcome & { nodes: Record<string, NodeOutcome>; message: string }

/** An input that is a time, set when the case is sent: a program that waits for it fails at its first attempt. */
export const inThreeSeconds = '"in three seconds"'

export function fillIn(inputsJson: string, now: number): string {
  return inputsJson.replace(inThreeSeconds, String(now / 1000 + 3))
}
