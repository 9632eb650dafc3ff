import { stringifyLossless } from 'codenode/internal/json/json'
import { recordText } from 'codenode/internal/record/record-text'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type * as z from 'zod'
import type { RunFilter } from '../../service/api/types.ts'
import {
  anyRecordSchema,
  deletedSchema,
  runDocumentSchema,
  runFilterSchema,
  runIdSchema,
  runPageSchema,
  runRequestDocumentSchema,
  runSelectionSchema,
} from '../documents/run-documents.ts'
import { audit } from '../wire/audit.ts'
import { answer, problems } from '../wire/openapi.ts'
import { stateOf } from '../wire/request-state.ts'
import { sendDocument, sendJson } from '../wire/send-document.ts'
import type { RouteDeps } from './route-deps.ts'

type ById = { Params: { id: string } }

/** What runs and what ran. */
export function addRunRoutes(server: FastifyInstance, { runs, timeouts: { stallMs }, answers }: RouteDeps): void {
  const common = problems('request_invalid', 'unauthorized', 'origin_refused', 'internal_error', 'service_stopping')
  const notFound = problems('run_not_found')
  const full = problems('pool_full')
  const preHandler = answers.enter

  server.get<{ Querystring: z.output<typeof runFilterSchema> }>('/v1/runs', {
    schema: {
      operationId: 'listRuns',
      tags: ['Runs'],
      summary: 'List runs, newest first',
      description: 'Each API key sees its own runs.',
      querystring: runFilterSchema,
      response: { 200: answer('A page of them.', runPageSchema), ...common },
    },
    handler: (request, reply) => {
      const { limit, ...filter } = request.query
      // Members that are absent in the query are absent here.
      const asked = (limit === undefined ? filter : { ...filter, limit: Number(limit) }) as RunFilter
      return sendDocument(reply, runs.list(asked, stateOf(request).client), stallMs)
    },
  })

  server.get<ById>('/v1/runs/:id', {
    schema: {
      operationId: 'getRun',
      tags: ['Runs'],
      summary: 'Get a run',
      params: runIdSchema,
      response: {
        200: answer('Its record, or where it goes on, what is known.', runDocumentSchema),
        ...common,
        ...notFound,
        ...full,
      },
    },
    preHandler,
    handler: (request, reply) => {
      const { id } = request.params
      stateOf(request).runId = id
      return sendJson(reply, answers.hold(reply, runs.getText(id, stateOf(request).client)), stallMs)
    },
  })

  server.get<ById>('/v1/runs/:id/request', {
    schema: {
      operationId: 'getRunRequest',
      tags: ['Runs'],
      summary: 'Get what a run was asked to do',
      params: runIdSchema,
      response: {
        200: answer('The node or the workflow, and its inputs.', runRequestDocumentSchema),
        ...common,
        ...notFound,
        ...full,
      },
    },
    preHandler,
    handler: (request, reply) => {
      const { id } = request.params
      stateOf(request).runId = id
      return sendJson(reply, answers.hold(reply, stringifyLossless(runs.request(id, stateOf(request).client))), stallMs)
    },
  })

  const forOthers = { forOthers: true } as const
  const cancelling = {
    params: runIdSchema,
    response: { 200: answer('Its record.', anyRecordSchema), ...common, ...notFound, ...full },
  }
  const cancel = async (request: FastifyRequest<ById>, reply: FastifyReply) => {
    const { id } = request.params
    stateOf(request).runId = id
    const record = await runs.cancel(id, stateOf(request).client)
    audit(request, 'runs.cancel', { runId: id, status: record.status })
    // Behind the cancelling, which nothing keeps from being done.
    await answers.enter(request)
    return sendJson(reply, answers.hold(reply, recordText(record)), stallMs)
  }
  server.post<ById>('/v1/runs/:id/cancel', {
    config: forOthers,
    schema: {
      operationId: 'cancelRun',
      tags: ['Runs'],
      summary: 'Cancel a run',
      description: 'Answers when it has ended. A run that had ended before stays as it is.',
      ...cancelling,
    },
    handler: cancel,
  })

  server.delete<ById>('/v1/runs/:id', {
    config: forOthers,
    schema: {
      operationId: 'cancelRunByDelete',
      tags: ['Runs'],
      summary: 'Cancel a run, as `POST /v1/runs/{id}/cancel` does',
      description: 'It deletes nothing. New clients use the other; this one stays for those that have it.',
      deprecated: true,
      ...cancelling,
    },
    handler: cancel,
  })

  server.post<{ Body: z.output<typeof runSelectionSchema> }>('/v1/runs/delete', {
    config: forOthers,
    schema: {
      operationId: 'deleteRuns',
      tags: ['Runs'],
      summary: 'Delete runs that have ended, for good',
      description: 'Of those of this API key. Runs in progress stay: cancel them first.',
      body: runSelectionSchema,
      response: {
        200: answer('They are deleted.', deletedSchema),
        ...problems('media_type_unsupported', 'request_too_large'),
        ...common,
      },
    },
    handler: async (request) => {
      const deleted = await runs.delete(request.body, stateOf(request).client)
      const { ids, ...selection } = request.body
      audit(request, 'runs.delete', { ...selection, ids: ids?.length, deleted })
      return { deleted }
    },
  })
}
