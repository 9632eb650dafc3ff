import type { Sandbox, Usage } from '../../contract/program.ts'
import type { IterationPlace } from '../../contract/workflow-events.ts'
import type { SecretMask } from '../../secrets/secret-mask.ts'
import type { Scope } from '../values/scope.ts'
import type { Answers } from './answers.ts'
import type { Budget } from './budget.ts'
import type { NodeEventSink } from './event-sink.ts'
import type { NodeEnd } from './node-end.ts'
import type { PlannedNode } from './plan.ts'

/** The seam between the scheduler and what nodes do. What it throws fails the node; it ends soon after `at.signal` is aborted. */
export type NodeExecutor = (planned: PlannedNode, scope: Scope, at: NodeContext) => Promise<NodeEnd>

/** What all nodes of one run share. */
export type SharedRun = {
  execute: NodeExecutor
  sandbox: Sandbox
  client: string | undefined
  /** Hides the secrets of the run in its record and events; null: it has none. */
  mask: SecretMask | null
  /** For what is kept beside the results of programs. */
  budget: Budget
  /** How long a text with values in it may become. */
  textBytes: number
  answers: Answers
  /** Failures that were handled so far. */
  exceptions: { count: number }
  usage: Pick<Usage, 'cpuMs' | 'queuedMs' | 'peakMemoryBytes'>
  /** What a node that fails without an error strategy does to the others; `go on`: only what hangs on it alone is skipped. */
  onFailure: 'stop' | 'go on'
  /** How long a run that was stopped waits for its nodes to end. */
  graceMs: number
}

/** Where in a run a node stands. */
export type NodeContext = {
  run: SharedRun
  signal: AbortSignal
  /** The innermost item that it belongs to; null at the top. */
  iteration: IterationPlace | null
  /** The item's index in each iteration that the node stands in, the outermost first. */
  items: readonly number[]
  /** Null where nobody listens. */
  tell: NodeEventSink | null
}
