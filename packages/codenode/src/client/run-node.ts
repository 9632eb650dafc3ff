import type { RunRecord } from '../contract/record.ts'
import { followRun } from './follow-run.ts'
import { type ApiRequest, connectionFailed, type Transport } from './transport.ts'
import type { NodeRequest, RunDocument, RunOptions, StartOptions } from './types.ts'

/** Runs a node and waits: in one request, or, where events are wanted, by starting the run and following it. */
export async function runNode(
  transport: Transport,
  request: NodeRequest,
  { onEvent, ...options }: RunOptions,
): Promise<RunRecord> {
  // The service answers a run with its record.
  if (!onEvent) return (await transport.ask(toRequest(request, options))) as RunRecord

  const { signal } = options
  const { id } = await startNode(transport, request, options)
  try {
    for await (const { event } of followRun(transport, id, { signal })) {
      onEvent(event)
      if (event.type === 'result') return event.record
    }
  } catch (error) {
    if (options.idempotencyKey === undefined) await giveUp(transport, id)
    throw error
  }
  throw connectionFailed()
}

/** Starts a node: the answer comes before the run ends. */
export async function startNode(
  transport: Transport,
  request: NodeRequest,
  options: StartOptions,
): Promise<RunDocument> {
  const asked = toRequest(request, options)
  const headers = { ...asked.headers, Prefer: 'respond-async' }
  return (await transport.ask({ ...asked, headers })) as RunDocument
}

/** Nobody waits for the run any more; whether that could be told does not change what went wrong. */
async function giveUp(transport: Transport, id: string): Promise<void> {
  const signal = AbortSignal.timeout(5000)
  await transport.ask({ method: 'DELETE', path: `/v1/runs/${id}`, signal }).catch(() => undefined)
}

function toRequest(
  { node, inputs, nodeId, outputs }: NodeRequest,
  { idempotencyKey, signal }: StartOptions,
): ApiRequest {
  return {
    method: 'POST',
    path: '/v1/nodes/run',
    headers: { 'Idempotency-Key': idempotencyKey },
    body: { node, inputs, node_id: nodeId, outputs },
    signal,
  }
}
