import { availableParallelism } from 'node:os'
import { defaultLimits } from '../contract/limits.ts'
import { parseWorkflow } from '../contract/workflow/parse-workflow.ts'
import type { WorkflowRecord } from '../contract/workflow/record.ts'
import { Workflow } from '../contract/workflow/workflow.ts'
import { newRunId } from '../record/run-id.ts'
import { type BoundStart, bindStart } from './bind-start.ts'
import { buildWorkflowRecord, type RunEnd } from './build-workflow-record.ts'
import { executeNode } from './executors/execute-node.ts'
import { gateSandbox } from './gate.ts'
import type { RunWorkflowOptions } from './options.ts'
import type { NodeExecutor, SharedRun } from './place.ts'
import { type GraphPlan, planGraph } from './plan.ts'
import { runGraph } from './run-graph.ts'
import { Scope } from './scope.ts'
import { StopReason } from './stop-reason.ts'
import { NodeTeller, toTeller } from './tell.ts'

/** Dify's WORKFLOW_MAX_EXECUTION_TIME. */
export const defaultWorkflowWallMs = 1_200_000

const graceMs = 10_000

/**
 * Runs a workflow: a document (a Dify export, or a graph alone), or one that `parseWorkflow` has read. Everything that goes
 * wrong in a run is told in the record. Thrown is only what is the caller's mistake, before anything runs:
 * `workflow_invalid`, `inputs_invalid`.
 *
 * `inputs`: the start node's variables by name; also `sys.query` and the like, and `env.NAME` and `conversation.name`
 * in place of the document's own values.
 *
 * @example
 * const record = await runWorkflow(parseYaml(text), { topic: 'tea' }, { sandbox })
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
  return startWith(executeNode, workflow, inputs, options)
}

/** With another executor at the seam, for tests of the scheduler. */
export function startWith(
  execute: NodeExecutor,
  workflow: unknown,
  inputs: unknown,
  options: RunWorkflowOptions,
): Promise<WorkflowRecord> {
  const { limits = defaultLimits } = options
  const parsed = workflow instanceof Workflow ? workflow : parseWorkflow(workflow, limits)
  const bound = bindStart(parsed, inputs)
  return runBound({ workflow: parsed, plan: planGraph(parsed.graph, limits), bound, execute }, options)
}

type Parts = { workflow: Workflow; plan: GraphPlan; bound: BoundStart; execute: NodeExecutor }

async function runBound(
  { workflow, plan, bound, execute }: Parts,
  options: RunWorkflowOptions,
): Promise<WorkflowRecord> {
  const { startedAt = new Date(), runId = newRunId(), wallMs = defaultWorkflowWallMs } = options
  const startMs = performance.now()
  const tell = options.onEvent && toTeller(options.onEvent)
  const run = shareRun(execute, options)
  const stop = new StopReason(options.signal, wallMs)

  tell?.({ type: 'status', runId, status: 'running' })
  const scope = buildScope(workflow, bound, { runId, startedAt, client: options.client })
  const place = { run, signal: stop.signal, iteration: null, tell: tell ? new NodeTeller(tell, runId) : null }
  const end: RunEnd = { ...(await runGraph(plan, scope, place)), stopped: stop.reason }
  stop.dispose()

  const record = buildWorkflowRecord({
    id: runId,
    workflow,
    end,
    run,
    wallMs: performance.now() - startMs,
    wallLimitMs: wallMs,
    startedAt,
    warnings: [...workflow.warnings, ...bound.warnings],
  })
  tell?.({ type: 'status', runId, status: record.status })
  tell?.({ type: 'result', runId, record })
  return record
}

export function shareRun(execute: NodeExecutor, { sandbox, client, parallelism }: RunWorkflowOptions): SharedRun {
  return {
    execute,
    sandbox: gateSandbox(sandbox, parallelism ?? Math.max(4, 2 * availableParallelism())),
    client,
    exceptions: { count: 0 },
    usage: { cpuMs: 0, queuedMs: 0, peakMemoryBytes: 0 },
    graceMs,
  }
}

type RunFacts = { runId: string; startedAt: Date; client: string | undefined }

function buildScope(workflow: Workflow, bound: BoundStart, { runId, startedAt, client }: RunFacts): Scope {
  const scope = new Scope()
  const sys = {
    files: [],
    user_id: client ?? null,
    workflow_run_id: runId,
    timestamp: Math.floor(startedAt.getTime() / 1000),
  }
  scope.set('sys', { ...sys, ...bound.sys })
  scope.set('env', { ...workflow.environment, ...bound.environment })
  scope.set('conversation', { ...workflow.conversation, ...bound.conversation })
  scope.set(bound.startId, bound.start)
  return scope
}
