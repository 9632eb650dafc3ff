import type { RunEvent } from '../../contract/events.ts'
import type { RunRecord } from '../../contract/record.ts'
import type { JsonValue } from '../../contract/values.ts'
import type { WorkflowNode } from '../../document/workflow.ts'
import type { Outcome } from '../../outcome/decide-outcome.ts'
import { bindNode, type PreparedNode } from '../../run/prepare-node.ts'
import { runPrepared } from '../../run/run-node.ts'
import { readLazy } from '../../values/lazy-outputs.ts'
import type { NodeContext, SharedRun } from '../graph/node-context.ts'
import type { Ending, NodeEnd } from '../graph/node-end.ts'

/** One that is run. */
type RunNode = Exclude<WorkflowNode, { type: 'stand-in' }>

type Program = {
  node: RunNode
  prepared: PreparedNode
  /** As the record shows them. */
  inputs: Record<string, JsonValue>
  /** As `main` gets them. */
  given: Record<string, JsonValue>
}

/** Runs a node in the sandbox, with its retries and its error strategy, as `runNode` does. */
export async function runProgram({ node, prepared, inputs, given }: Program, at: NodeContext): Promise<NodeEnd> {
  const { sandbox, client, mask } = at.run
  const { signal, tell } = at
  const onEvent = tell && ((event: RunEvent): void => forward(event, node, tell))
  const { record, outcome } = await runPrepared(bindNode(prepared, given, mask), {
    sandbox,
    client,
    signal,
    nodeId: node.id,
    onEvent: onEvent ?? undefined,
  })
  addUsage(at.run, record)
  return { ...toEnding(outcome), inputs, run: record, iterations: null }
}

function forward(event: RunEvent, node: RunNode, tell: NonNullable<NodeContext['tell']>): void {
  if (event.type === 'log') tell.log(node, event.attempt, event.entry)
  if (event.type === 'attempt' && event.retryInMs !== null) tell.retry(node, event.attempt, event.retryInMs)
}

/** Times add up; programs run at the same time, each within a limit of its own, so the peak is that of one. */
function addUsage({ usage }: SharedRun, record: RunRecord): void {
  usage.cpuMs += record.usage.cpuMs
  usage.queuedMs += record.usage.queuedMs
  usage.peakMemoryBytes = Math.max(usage.peakMemoryBytes, record.usage.peakMemoryBytes)
}

/** Of large outputs the text is parsed here, since other nodes read them. */
function toEnding(outcome: Outcome): Ending {
  return outcome.status === 'succeeded' ? { ...outcome, outputs: readLazy(outcome.outputs) } : outcome
}
