import { CodenodeError } from 'codenode/internal/contract/error'
import { buildFailure, toRecordError } from 'codenode/internal/contract/failure-values'
import { languageOf } from 'codenode/internal/contract/node-words'
import type { Attempt, RunRecord } from 'codenode/internal/contract/record'
import { isInProgress } from 'codenode/internal/contract/run-documents'
import { mergeStandIns } from 'codenode/internal/contract/stand-in'
import { describeValue, isObject } from 'codenode/internal/contract/values'
import type { WorkflowEvent } from 'codenode/internal/contract/workflow-events'
import type { WorkflowNodeRecord } from 'codenode/internal/contract/workflow-record'
import type { WorkflowNode } from 'codenode/internal/document/workflow'
import { buildRecord } from 'codenode/internal/record/build-record'
import { isMaskedElsewhere, keepInputs, replayInputs } from 'codenode/internal/workflow/kept-request'
import { type PreparedRerun, prepareRerun } from 'codenode/internal/workflow/rerun-node'
import type { ReplayRequest, RerunRequest, RunDocument, RunRequestDocument } from '../api/types.ts'
import type { RunSubject } from '../history/kept-run.ts'
import { readWorkflow } from './read-workflow.ts'
import { type RunContext, type RunHandle, type Work, workflowWork } from './work.ts'

/** A run as it is kept. */
export type PastRun = { document: RunDocument; request: RunRequestDocument }

/** A past run of a workflow as it was asked for, with changed inputs. Throws `replay_refused`, `inputs_invalid`. */
export function replayWork(replay: ReplayRequest, { request }: PastRun, context: RunContext): Work {
  const { runId, read } = replay
  const refuse = (reason: string) => new CodenodeError('replay_refused', { runId, reason })
  if (!('workflow' in request)) throw refuse('it is a run of a single node.')
  if (!isObject(request.inputs)) throw refuse('its inputs were not kept.')
  if (request.secrets.length > 0 && isMaskedElsewhere(request.workflow)) {
    throw refuse('its document holds a secret in more places than the environment, so it was not kept whole.')
  }
  const workflow = read ?? request.workflow
  const standIns = mergeStandIns(request.standIns, replay.standIns)
  const kept = { inputs: request.inputs, secrets: request.secrets }
  const changes = { inputs: readChanges(replay.inputs), standIns }
  const { standIns: stoodIn, ...again } = replayInputs(kept, changes, replay.secrets)
  const work = workflowWork({ workflow, ...again }, context, { standIns: stoodIn })
  return { ...work, rerunOf: { runId, nodeId: null } }
}

/** One node of a past run as a run of its own. Throws `rerun_refused`, `inputs_invalid`. */
export function rerunWork(changes: RerunRequest, { document, request }: PastRun, context: RunContext): Work {
  const { runId, nodeId, item, secrets: marked } = changes
  const refuse = (reason: string) => new CodenodeError('rerun_refused', { nodeId, reason })
  if (!('workflow' in request)) throw refuse('it is a run of a single node.')
  if (isInProgress(document) || !('nodes' in document)) throw refuse('the run is still in progress.')
  if (request.inputs === null) throw refuse('the inputs of the run were not kept.')
  const { standIns } = request
  const workflow = readWorkflow(changes.read ?? request.workflow, context.limits, { standIns })
  const inputs = readChanges(changes.inputs)
  const prepared = prepareRerun({ workflow, record: document, nodeId, inputs, item, secrets: marked }, context.limits)
  const { node, secrets } = prepared
  return {
    subject: toSubject(node),
    request: {
      node: secrets.mask ? secrets.mask.document(toSettings(node)) : toSettings(node),
      inputs: keepInputs(prepared.inputs, secrets),
      secrets: secrets.names,
    },
    rerunOf: { runId, nodeId },
    outputs: 'declared',
    begin: (handle) => rerun(prepared, handle, context),
  }
}

function readChanges(inputs: unknown): Record<string, unknown> {
  const given = inputs ?? {}
  if (isObject(given)) return given
  const message = `is ${describeValue(given)}; it must be an object whose keys are the names of inputs.`
  throw new CodenodeError('inputs_invalid', { issues: [{ path: 'inputs', message }] })
}

/** As in the `data` block of its document. */
function toSettings(node: WorkflowNode): Record<string, unknown> {
  const { type, title } = node
  return { ...('settings' in node ? node.settings : {}), type, title }
}

function toSubject(node: WorkflowNode): RunSubject {
  const named = { id: node.id, title: node.title }
  if (node.type === 'code') return { kind: 'node', language: languageOf[node.settings.code_language], node: named }
  // Jinja2 is Python; nodes of the other types run no code.
  return { kind: 'node', language: node.type === 'template-transform' ? 'python' : null, node: named }
}

/** Tells what a node's own run tells. */
async function rerun({ node, run }: PreparedRerun, handle: RunHandle, context: RunContext): Promise<RunRecord> {
  const { runId, onEvent } = handle
  const { limits, workflows } = context
  let told = 0
  const tellAttempt = (attempt: Attempt, retryInMs: number | null): void => {
    told = attempt.index
    onEvent({ type: 'attempt', runId, attempt, retryInMs })
  }
  const forward = (event: WorkflowEvent): void => {
    if (event.type === 'log') onEvent({ type: 'log', runId, attempt: event.attempt, entry: event.entry })
    if (event.type === 'node' && event.status === 'retry') tellAttempt(event.attempt, event.retryInMs)
  }
  onEvent({ type: 'status', runId, status: 'running' })
  const entry = await run({ ...handle, ...workflows, limits, onEvent: forward })
  const record = toRunRecord(entry, node, { handle, context })
  for (const attempt of record.attempts) if (attempt.index > told) tellAttempt(attempt, null)
  onEvent({ type: 'status', runId, status: record.status })
  onEvent({ type: 'result', runId, record })
  return record
}

type Around = { handle: RunHandle; context: RunContext }

function toRunRecord(entry: WorkflowNodeRecord, { id, title }: WorkflowNode, { handle }: Around): RunRecord {
  const { runId, startedAt } = handle
  const named = { id, title }
  if (entry.run) return { ...entry.run, id: runId, startedAt: startedAt.toISOString(), node: named }
  return buildRecord({
    id: runId,
    ...toRecordEnd(entry),
    warnings: [],
    attempts: [],
    isolation: handle.sandbox.isolation,
    startedAt,
    node: named,
  })
}

/** Of a node that runs no code: it does not handle failures. Other handles are named in its outputs: `selected_case_id`. */
function toRecordEnd({ status, outputs, error, branch }: WorkflowNodeRecord) {
  const failure = (code: 'cancelled' | 'internal_error') => toRecordError(buildFailure(code, {}))
  switch (status) {
    case 'succeeded':
    case 'exception':
      return {
        status: 'succeeded',
        outputs: outputs ?? {},
        error: null,
        branch: branch === 'source' ? branch : null,
      } as const
    case 'failed':
      return { status, outputs: null, error: error ?? failure('internal_error'), branch: null } as const
    // A node that is begun is not skipped.
    case 'skipped':
    case 'cancelled':
      return { status: 'cancelled', outputs: null, error: error ?? failure('cancelled'), branch: null } as const
  }
}
