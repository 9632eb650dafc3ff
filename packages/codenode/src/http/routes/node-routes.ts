import type { ServerResponse } from 'node:http'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type CodeNodeInput, checkNode, parseNode } from '../../contract/node.ts'
import { runRecordSchema } from '../../contract/record.ts'
import type { RunService, StartOptions } from '../../service/types.ts'
import { compileBodyCheck } from '../check-request.ts'
import {
  type RunEnvelope,
  runDocumentSchema,
  runEnvelopeSchema,
  runRequestSchema,
  type ValidateEnvelope,
  validateEnvelopeSchema,
  validateRequestSchema,
  validationSchema,
} from '../documents.ts'
import { prefersAsync, readIdempotencyKey, runHeadersSchema } from '../headers.ts'
import { answer, problems } from '../openapi.ts'
import { sendDocument } from '../send-document.ts'
import type { RouteDeps } from './route-deps.ts'

/** Runs and checks nodes. */
export function addNodeRoutes(server: FastifyInstance, { runs, config, telemetry, timeouts }: RouteDeps): void {
  const location = { Location: { type: 'string', description: 'Where the run is: `/v1/runs/` and its id.' } } as const

  server.post<{ Body: RunEnvelope }>('/v1/nodes/run', {
    schema: {
      operationId: 'runNode',
      tags: ['Nodes'],
      summary: 'Run a Code node',
      description:
        'Answers with the record when the run has ended, 200 whatever became of it. A client that disconnects before cancels the run, unless it gave an idempotency key.',
      headers: runHeadersSchema,
      body: runRequestSchema,
      response: {
        200: answer('The run has ended.', runRecordSchema, { headers: location }),
        202: answer('The run goes on (`Prefer: respond-async`).', runDocumentSchema, { headers: location }),
        ...problems(
          ...(['request_invalid', 'unauthorized', 'origin_refused', 'idempotency_conflict'] as const),
          ...(['request_too_large', 'media_type_unsupported', 'node_invalid', 'inputs_invalid'] as const),
          ...(['too_many_runs', 'internal_error', 'pool_full', 'service_stopping'] as const),
        ),
      },
    },
    validatorCompiler: compileBodyCheck(runEnvelopeSchema),
    handler: async (request, reply) => {
      const isAsync = prefersAsync(request.headers)
      const started = start(runs, request, isAsync ? null : reply.raw)
      request.runId = started.id
      reply.header('location', `/v1/runs/${started.id}`)
      if (started.isNew) telemetry?.continueTrace(started.id, request.headers)
      else reply.header('idempotency-replayed', 'true')
      if (!isAsync) return sendDocument(reply, await started.record, timeouts.stallMs)
      reply.code(202).header('preference-applied', 'respond-async')
      return sendDocument(reply, runs.get(started.id, request.client), timeouts.stallMs)
    },
  })

  server.post<{ Body: ValidateEnvelope }>('/v1/nodes/validate', {
    schema: {
      operationId: 'validateNode',
      tags: ['Nodes'],
      summary: 'Check a Code node without running it',
      body: validateRequestSchema,
      response: {
        200: answer('Whether it can run, and all that is wrong if not.', validationSchema),
        ...problems(
          ...(['request_invalid', 'unauthorized', 'origin_refused'] as const),
          ...(['request_too_large', 'media_type_unsupported', 'internal_error'] as const),
        ),
      },
    },
    validatorCompiler: compileBodyCheck(validateEnvelopeSchema),
    handler: (request, reply) => validate(request.body.node, reply),
  })

  function validate(node: unknown, reply: FastifyReply): FastifyReply {
    const issues = checkNode(node, config.limits)
    const validation =
      issues.length > 0 ? { valid: false, issues } : { valid: true, node: parseNode(node, config.limits) }
    return sendDocument(reply, validation, timeouts.stallMs)
  }
}

/** `waiting`: the answer that waits for the run; null when nothing does. */
function start(runs: RunService, request: FastifyRequest<{ Body: RunEnvelope }>, waiting: ServerResponse | null) {
  const { node, inputs, node_id: nodeId = null, outputs } = request.body
  const idempotencyKey = readIdempotencyKey(request.headers)
  const options: StartOptions = { client: request.client }
  if (outputs !== undefined) options.outputs = outputs
  if (!waiting) options.isIdToldEarly = true
  // The key is there to ask again after the connection broke: then the run must still be there, and not cancelled.
  if (idempotencyKey !== undefined) options.idempotencyKey = idempotencyKey
  else if (waiting) options.signal = disconnectOf(waiting)
  // The service checks the node.
  return runs.start({ node: node as CodeNodeInput, inputs, nodeId }, options)
}

/** Aborts when the connection ends before the answer does. */
function disconnectOf(response: ServerResponse): AbortSignal {
  const controller = new AbortController()
  response.once('close', () => {
    if (!response.writableFinished) controller.abort()
  })
  return controller.signal
}
