import type { ServerResponse } from 'node:http'
import type { FailureCode } from 'codenode/internal/contract/failures'
import type { AnyRecord } from 'codenode/internal/contract/run-documents'
import { recordText } from 'codenode/internal/record/record-text'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type * as z from 'zod'
import type { StartedRun, WorkflowStartOptions } from '../../service/api/types.ts'
import { prefersAsync, readIdempotencyKey } from '../wire/headers.ts'
import { answer, problems } from '../wire/openapi.ts'
import { prefixOf } from '../wire/prefix.ts'
import { stateOf } from '../wire/request-state.ts'
import { sendDocument, sendJson } from '../wire/send-document.ts'
import { whenClosed } from '../wire/when-closed.ts'
import type { RouteDeps } from './route-deps.ts'

export const howRunsAreAnswered =
  'Answers with the record when the run has ended, 200 whatever became of it. A client that disconnects before cancels the run, unless it gave an idempotency key.'

/** The answers of a route that starts a run. `codes`: the problems of its own. */
export function runAnswers(schemas: { record: z.ZodType; document: z.ZodType }, ...codes: FailureCode[]) {
  const headers = {
    Location: { type: 'string', description: 'Where the run is: `/v1/runs/` and its id.' },
  } as const
  return {
    200: answer('The run has ended.', schemas.record, { headers }),
    202: answer('The run is in progress (`Prefer: respond-async`).', schemas.document, { headers }),
    ...problems(
      ...(['request_invalid', 'unauthorized', 'origin_refused', 'idempotency_conflict'] as const),
      ...(['request_too_large', 'media_type_unsupported', ...codes, 'inputs_invalid'] as const),
      ...(['too_many_runs', 'internal_error', 'pool_full', 'service_stopping'] as const),
    ),
  }
}

type Start = (options: WorkflowStartOptions) => StartedRun<AnyRecord>

/** Starts a run as the headers say, and answers with its record, or at once where that is preferred. */
export async function answerRun(
  { runs, telemetry, timeouts, answers }: RouteDeps,
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
  start: Start,
): Promise<FastifyReply> {
  const isAsync = prefersAsync(request.headers)
  const started = start(readOptions(request, isAsync ? null : reply.raw))
  stateOf(request).runId = started.id
  // A request can wait for its run for long, and what was read of it can be large.
  request.body = undefined
  reply.header('location', `${prefixOf(reply.server)}/v1/runs/${started.id}`)
  if (started.isNew) telemetry?.continueTrace(started.id, request)
  else reply.header('idempotency-replayed', 'true')
  if (!isAsync) return sendJson(reply, answers.hold(reply, recordText(await started.record)), timeouts.stallMs)
  reply.code(202).header('preference-applied', 'respond-async')
  return sendDocument(reply, runs.get(started.id, stateOf(request).client), timeouts.stallMs)
}

/** `waiting`: the answer that waits for the run; null when nothing does. */
function readOptions(request: FastifyRequest, waiting: ServerResponse | null): WorkflowStartOptions {
  const idempotencyKey = readIdempotencyKey(request.headers)
  const options: WorkflowStartOptions = { client: stateOf(request).client }
  if (!waiting) options.persistFirst = true
  // The key is there to ask again after the connection broke: then the run must still be there, and not cancelled.
  if (idempotencyKey !== undefined) options.idempotencyKey = idempotencyKey
  else if (waiting) options.signal = disconnectOf(waiting)
  return options
}

/** Aborts when the connection ends before the answer does. */
function disconnectOf(response: ServerResponse): AbortSignal {
  const controller = new AbortController()
  whenClosed(response, () => {
    if (!response.writableFinished) controller.abort()
  })
  return controller.signal
}
