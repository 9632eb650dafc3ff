import type { RunEvent } from '../contract/events.ts'
import type { RunRecord } from '../contract/record.ts'
import type { RunningNode, RunningWorkflow } from '../contract/run-documents.ts'
import type { WorkflowEvent } from '../contract/workflow-events.ts'
import type { WorkflowRecord } from '../contract/workflow-record.ts'
import { followRun } from './follow-run.ts'
import { type ApiRequest, connectionFailed, type Transport } from './transport.ts'
import type { RunOptions, StartOptions } from './types.ts'

/** What the runs of nodes and of workflows have of their own. */
export type OfNodes = { record: RunRecord; document: RunRecord | RunningNode; event: RunEvent }
export type OfWorkflows = { record: WorkflowRecord; document: WorkflowRecord | RunningWorkflow; event: WorkflowEvent }

/** A request that starts a run. */
export type RunRequest = { path: string; body: unknown }

/** Starts a run and waits: in one request, or, where events are wanted, by starting and following it. */
export async function run<Kind extends OfNodes | OfWorkflows>(
  transport: Transport,
  request: RunRequest,
  { onEvent, ...options }: RunOptions<Kind['event']>,
): Promise<Kind['record']> {
  // The service answers a run with its record.
  if (!onEvent) return (await transport.ask(toRequest(request, options))) as Kind['record']

  const { signal } = options
  const { id } = await start<Kind>(transport, request, options)
  try {
    for await (const { event } of followRun<Kind['event']>(transport, id, { signal })) {
      onEvent(event)
      if (event.type === 'result') return event.record
    }
  } catch (error) {
    if (options.idempotencyKey === undefined) await giveUp(transport, id)
    throw error
  }
  throw connectionFailed(transport.base)
}

/** Starts a run: the answer comes before it ends. */
export async function start<Kind extends OfNodes | OfWorkflows>(
  transport: Transport,
  request: RunRequest,
  options: StartOptions,
): Promise<Kind['document']> {
  const asked = toRequest(request, options)
  const headers = { ...asked.headers, Prefer: 'respond-async' }
  // The service answers with what it knows of the run.
  return (await transport.ask({ ...asked, headers })) as Kind['document']
}

/** Nobody waits for the run any more; whether that could be told does not change what went wrong. */
async function giveUp(transport: Transport, id: string): Promise<void> {
  const signal = AbortSignal.timeout(5000)
  const asked = { method: 'POST', path: `/v1/runs/${id}/cancel`, signal, outlivesPage: true } as const
  await transport.ask(asked).catch(() => undefined)
}

function toRequest({ path, body }: RunRequest, { idempotencyKey, signal }: StartOptions): ApiRequest {
  return { method: 'POST', path, headers: { 'Idempotency-Key': idempotencyKey }, body, signal }
}
