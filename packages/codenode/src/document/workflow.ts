import type { CodeNode } from '../contract/node.ts'
import type { Warning } from '../contract/record.ts'
import type { JsonValue } from '../contract/values.ts'
import type {
  AggregatorSettings,
  AnswerSettings,
  Case,
  EndSettings,
  IterationSettings,
  StartSettings,
  TemplateSettings,
} from './node-settings.ts'
import type { StandInSettings } from './read-settings.ts'

type NodeBase = {
  id: string
  title: string
  /** Where it stands in the document, for example `workflow.graph.nodes[3]`. */
  path: string
}

/** A checked node of a workflow. */
export type WorkflowNode = NodeBase &
  (
    | { type: 'start'; settings: StartSettings }
    | { type: 'code'; settings: CodeNode }
    | { type: 'template-transform'; settings: TemplateSettings }
    /** The older form with one list of conditions is a case `true`. */
    | { type: 'if-else'; settings: { cases: readonly Case[] } }
    | { type: 'variable-aggregator'; settings: AggregatorSettings }
    | { type: 'iteration'; settings: IterationSettings; body: WorkflowGraph }
    | { type: 'iteration-start' }
    | { type: 'end'; settings: EndSettings }
    | { type: 'answer'; settings: AnswerSettings }
    /** A node of any type that is not run: it gives what it was given. */
    | StandInSettings
  )

/** The type of a node as Dify calls it, whether it is run or not. */
export function nodeTypeOf(node: WorkflowNode): string {
  return node.type === 'stand-in' ? node.nodeType : node.type
}

/** From one place in `nodes` to another, by the way out that is called `handle`. */
export type WorkflowEdge = { from: number; to: number; handle: string }

/** The nodes of a workflow, or those inside an iteration. */
export type WorkflowGraph = {
  nodes: readonly WorkflowNode[]
  edges: readonly WorkflowEdge[]
  /** The place of the node that is run first. */
  entry: number
}

type WorkflowParts = {
  name: string
  mode: 'workflow' | 'advanced-chat' | null
  version: string | null
  graph: WorkflowGraph
  environment: Readonly<Record<string, JsonValue>>
  environmentTypes: Readonly<Record<string, string | null>>
  conversation: Readonly<Record<string, JsonValue>>
  warnings: readonly Warning[]
  document: unknown
}

/** A workflow that can be run: `parseWorkflow` makes it, checked whole. Any number of runs may share it. */
export class Workflow {
  readonly name: string
  readonly mode: 'workflow' | 'advanced-chat' | null
  /** Of the DSL; null where the document does not say. */
  readonly version: string | null
  readonly graph: WorkflowGraph
  readonly environment: Readonly<Record<string, JsonValue>>
  /** Such as `secret`; null where the document does not say. */
  readonly environmentTypes: Readonly<Record<string, string | null>>
  /** The conversation variables' own values. */
  readonly conversation: Readonly<Record<string, JsonValue>>
  readonly warnings: readonly Warning[]
  /** As it was given, unchanged. */
  readonly document: unknown

  constructor(parts: WorkflowParts) {
    this.name = parts.name
    this.mode = parts.mode
    this.version = parts.version
    this.graph = parts.graph
    this.environment = parts.environment
    this.environmentTypes = parts.environmentTypes
    this.conversation = parts.conversation
    this.warnings = parts.warnings
    this.document = parts.document
  }
}
