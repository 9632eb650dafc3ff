import type { WorkflowIssue } from '../contract/failures.ts'
import type { Entry } from './parts/read-entries.ts'
import type { Settings } from './read-settings.ts'

/** A node while its workflow is checked. `settings`: null where they are wrong or the type is not run. */
export type Draft = { entry: Entry; settings: Settings | null }

export type DraftEdge = { from: Draft; to: Draft; handle: string }

/** The nodes at the top, or inside one iteration, with the edges between them. */
export type DraftGraph = {
  /** The iteration that it is the inside of; null at the top. */
  owner: Draft | null
  nodes: Draft[]
  edges: DraftEdge[]
  /** Null where the graph has no single beginning, which is an issue. */
  entry: Draft | null
}

export type Found<Value> = { value: Value; issues: WorkflowIssue[] }
