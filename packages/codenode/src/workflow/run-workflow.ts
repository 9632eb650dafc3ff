import { randomUUID } from 'node:crypto'
import type { StandInRequest } from '../contract/stand-in.ts'
import type { JsonValue } from '../contract/values.ts'
import type { WorkflowRecord } from '../contract/workflow-record.ts'
import { readWorkflowText } from '../document/document-text.ts'
import { parseWorkflow, type WorkflowLimits } from '../document/parse-workflow.ts'
import { Workflow } from '../document/workflow.ts'
import { mergeMembers } from '../json/exact-numbers.ts'
import { parseRunLimits, warnNotRaised } from '../reading/allowed-limits.ts'
import { type BoundStart, bindStart } from './bind-start.ts'
import { executeNode } from './executors/execute-node.ts'
import type { NodeExecutor } from './graph/node-context.ts'
import { planGraph } from './graph/plan.ts'
import { type RunWorkflowOptions, workflowOptionsSchema } from './options.ts'
import { type RunFacts, runPlan } from './run-plan.ts'
import { findSecrets } from './secrets.ts'
import { Scope } from './values/scope.ts'

/**
 * Runs a workflow: a document (a Dify export, or a graph alone), its text in YAML or JSON, or what `parseWorkflow` has read. Everything that goes
 * wrong in a run is told in the record. Thrown is only what is the caller's mistake, before anything runs:
 * `workflow_invalid`, `inputs_invalid`, `configuration_invalid`.
 *
 * `inputs`: the start node's variables by name; also `sys.query` and the like, and `env.NAME` and `conversation.name`
 * in place of the document's own values. `options.standIns`: what nodes give that are not run.
 *
 * @example
 * const record = await runWorkflow(text, { topic: 'tea' }, { sandbox })
 * if (record.status !== 'failed') console.log(record.outputs)
 */
export async function runWorkflow(
  workflow: unknown,
  inputs: unknown,
  options: RunWorkflowOptions,
): Promise<WorkflowRecord> {
  return await startWorkflow(workflow, inputs, options)
}

/** As `runWorkflow`, for callers that must know at once: what is their mistake is thrown before there is a promise. */
export function startWorkflow(
  workflow: unknown,
  inputs: unknown,
  options: RunWorkflowOptions,
): Promise<WorkflowRecord> {
  return startWith({ execute: executeNode }, workflow, inputs, options)
}

/** With another executor at the seam, for tests of the scheduler. `graceMs`: how long a run that is stopped waits for it. */
export function startWith(
  seam: { execute: NodeExecutor; graceMs?: number },
  workflow: unknown,
  inputs: unknown,
  options: RunWorkflowOptions,
): Promise<WorkflowRecord> {
  const limits = parseRunLimits(options, workflowOptionsSchema)
  const parsed = toWorkflow(workflow, limits, options)
  const { mask } = findSecrets(parsed, inputs, options.secrets)
  const bound = bindStart(parsed, inputs)
  return runPlan(
    {
      plan: planGraph(parsed.graph, limits),
      ...seam,
      onFailure: 'stop',
      workflow: parsed,
      warnings: [...parsed.warnings, ...bound.warnings, ...warnNotRaised(options)],
      mask,
      buildScope: (facts) => buildScope(parsed, bound, facts),
    },
    options,
  )
}

/** What `parseWorkflow` has read is not read again, unless other nodes are to be stood in for. */
export function toWorkflow(workflow: unknown, limits: WorkflowLimits, standIns: StandInRequest): Workflow {
  // A text that holds another text is no workflow.
  if (typeof workflow === 'string') return parseWorkflow(readWorkflowText(workflow), limits, standIns)
  const isRead = workflow instanceof Workflow
  if (isRead && standIns.standIns === undefined && standIns.standInsFrom === undefined) return workflow
  const { standIns: given, standInsFrom } = standIns
  return parseWorkflow(isRead ? workflow.document : workflow, limits, { standIns: given, standInsFrom })
}

/** Of a conversation; Dify counts the turns from 1. */
function firstTurn() {
  return { dialogue_count: 1, conversation_id: randomUUID(), app_id: randomUUID() }
}

function buildScope(workflow: Workflow, bound: BoundStart, { runId, startedAt, client }: RunFacts): Scope {
  const scope = new Scope()
  const sys = {
    files: [],
    user_id: client ?? 'codenode',
    workflow_run_id: runId,
    timestamp: Math.floor(startedAt.getTime() / 1000),
    ...(workflow.mode === 'advanced-chat' ? firstTurn() : {}),
  }
  scope.set('sys', mergeMembers<JsonValue>(sys, bound.sys))
  scope.set('env', mergeMembers(workflow.environment, bound.environment))
  scope.set('conversation', mergeMembers(workflow.conversation, bound.conversation))
  scope.set(bound.startId, bound.start)
  return scope
}
