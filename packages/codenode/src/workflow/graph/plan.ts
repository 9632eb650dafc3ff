import type { ServerLimits } from '../../contract/limits.ts'
import type { WorkflowGraph, WorkflowNode } from '../../document/workflow.ts'
import { type PreparedNode, prepareNode } from '../../run/prepare-node.ts'
import { prepareTemplate } from '../template/prepare-template.ts'
import { buildShape, type GraphShape } from './scheduler.ts'

type OfType<Type extends WorkflowNode['type']> = Extract<WorkflowNode, { type: Type }>

/** A node with all that is made once for its many runs. */
export type PlannedNode =
  | { kind: 'code'; node: OfType<'code'>; prepared: PreparedNode }
  | { kind: 'template'; node: OfType<'template-transform'>; prepared: PreparedNode }
  | { kind: 'iteration'; node: OfType<'iteration'>; body: GraphPlan }
  | { kind: 'stand-in'; node: OfType<'stand-in'> }
  | { kind: 'plain'; node: Exclude<WorkflowNode, OfType<'code' | 'template-transform' | 'iteration' | 'stand-in'>> }

/** A graph that can be run any number of times, also at the same time. */
export type GraphPlan = { nodes: readonly PlannedNode[]; shape: GraphShape }

export function planGraph(graph: WorkflowGraph, limits: ServerLimits): GraphPlan {
  const nodes = graph.nodes.map((node) => planNode(node, limits))
  return { nodes, shape: buildShape({ ...graph, entries: [graph.entry] }) }
}

export function planNode(node: WorkflowNode, limits: ServerLimits): PlannedNode {
  switch (node.type) {
    case 'code':
      return { kind: 'code', node, prepared: prepareNode(node.settings, limits) }
    case 'template-transform':
      return { kind: 'template', node, prepared: prepareTemplate(node.title, node.settings, limits) }
    case 'iteration':
      return { kind: 'iteration', node, body: planGraph(node.body, limits) }
    case 'stand-in':
      return { kind: 'stand-in', node }
    case 'start':
    case 'if-else':
    case 'variable-aggregator':
    case 'iteration-start':
    case 'end':
    case 'answer':
      return { kind: 'plain', node }
  }
}
