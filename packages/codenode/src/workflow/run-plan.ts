import { availableParallelism } from 'node:os'
import type { Warning } from '../contract/record.ts'
import type { WorkflowNodeRecord, WorkflowRecord } from '../contract/workflow-record.ts'
import type { Workflow } from '../document/workflow.ts'
import { parseRunLimits } from '../reading/allowed-limits.ts'
import { newRunId } from '../record/run-id.ts'
import type { SecretMask } from '../secrets/secret-mask.ts'
import { buildWorkflowRecord } from './build-workflow-record.ts'
import { Answers } from './graph/answers.ts'
import { Budget, budgetSandbox } from './graph/budget.ts'
import { NodeEventSink, toEventSink } from './graph/event-sink.ts'
import { gateSandbox } from './graph/gate.ts'
import type { NodeExecutor, SharedRun } from './graph/node-context.ts'
import type { GraphPlan } from './graph/plan.ts'
import { runGraph } from './graph/run-graph.ts'
import type { RunWorkflowOptions } from './options.ts'
import { StopReason } from './stop-reason.ts'
import type { Scope } from './values/scope.ts'

/** Dify's WORKFLOW_MAX_EXECUTION_TIME. */
export const defaultWorkflowWallMs = 1_200_000

const defaultTotalBytes = 256 * 2 ** 20

/** Far longer than it takes to kill a program. */
const defaultGraceMs = 10_000

export type RunFacts = { runId: string; startedAt: Date; client: string | undefined }

export type PlannedRun = {
  plan: GraphPlan
  execute: NodeExecutor
  onFailure: SharedRun['onFailure']
  /** Default: 10 seconds. */
  graceMs?: number
  workflow: Pick<Workflow, 'name' | 'mode' | 'version'>
  warnings: readonly Warning[]
  /** Hides the secrets of the run; null: it has none. */
  mask: SecretMask | null
  buildScope: (facts: RunFacts) => Scope
  /** Default: what the end and answer nodes give. */
  toOutputs?: (records: readonly WorkflowNodeRecord[]) => Record<string, unknown>
}

/** Runs what is planned, within its time, and tells of it. Never rejects. */
export async function runPlan(planned: PlannedRun, options: RunWorkflowOptions): Promise<WorkflowRecord> {
  const { startedAt = new Date(), runId = newRunId(), wallMs = defaultWorkflowWallMs, client } = options
  const startMs = performance.now()
  const tell = options.onEvent && toEventSink(options.onEvent)
  const run = shareRun(planned, options)
  const stop = new StopReason(options.signal, wallMs)

  tell?.({ type: 'status', runId, status: 'running' })
  const scope = planned.buildScope({ runId, startedAt, client })
  const place = {
    run,
    signal: stop.signal,
    iteration: null,
    items: [],
    tell: tell ? new NodeEventSink(tell, runId) : null,
  }
  const end = await runGraph(planned.plan, scope, place)
  stop.dispose()

  const record = buildWorkflowRecord({
    id: runId,
    workflow: planned.workflow,
    end: { ...end, stopped: stop.reason },
    run,
    wallMs: performance.now() - startMs,
    wallLimitMs: wallMs,
    startedAt,
    warnings: hideIn(planned),
    toOutputs: planned.toOutputs,
  })
  tell?.({ type: 'status', runId, status: record.status })
  tell?.({ type: 'result', runId, record })
  return record
}

function hideIn({ warnings, mask }: PlannedRun): readonly Warning[] {
  return mask ? warnings.map((warning) => mask.warning(warning)) : warnings
}

export function shareRun(
  {
    execute,
    onFailure,
    mask,
    graceMs = defaultGraceMs,
  }: Pick<PlannedRun, 'execute' | 'onFailure' | 'mask' | 'graceMs'>,
  options: RunWorkflowOptions,
): SharedRun {
  const { sandbox, client } = options
  const { parallelism = Math.max(4, 2 * availableParallelism()), totalBytes = defaultTotalBytes } = options
  const budget = new Budget(totalBytes)
  return {
    execute,
    sandbox: budgetSandbox(gateSandbox(sandbox, { maxRunning: parallelism }), budget),
    budget,
    textBytes: parseRunLimits(options).resultBytes,
    client,
    mask,
    onFailure,
    answers: new Answers(),
    exceptions: { count: 0 },
    usage: { cpuMs: 0, queuedMs: 0, peakMemoryBytes: 0 },
    graceMs,
  }
}
