import { Readable } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import type * as z from 'zod'
import { eventStreamSchema, followSchema, runIdSchema } from '../documents/run-documents.ts'
import { eventFrames } from '../wire/event-frames.ts'
import { eventHeadersSchema, readLastEventId } from '../wire/headers.ts'
import { answer, noContent, problems } from '../wire/openapi.ts'
import { stateOf } from '../wire/request-state.ts'
import { dropWhenStalled } from '../wire/send-document.ts'
import { whenClosed } from '../wire/when-closed.ts'
import type { RouteDeps } from './route-deps.ts'

type Follow = { Params: { id: string }; Querystring: z.output<typeof followSchema> }

/** The events of a run, while it goes on and afterwards. */
export function addEventRoutes(server: FastifyInstance, { runs, timeouts, answers }: RouteDeps): void {
  server.get<Follow>('/v1/runs/:id/events', {
    schema: {
      operationId: 'followRun',
      tags: ['Runs'],
      summary: 'Follow a run',
      description:
        'Every event of the run, those to come included. A stream that broke goes on behind `Last-Event-ID` or `after`. A reader that takes nothing for a while is dropped and can come back. A stream that ends without `result` was ended because the service stops.',
      headers: eventHeadersSchema,
      params: runIdSchema,
      querystring: followSchema,
      response: {
        200: answer('The events.', eventStreamSchema, { type: 'text/event-stream' }),
        204: noContent('`Last-Event-ID` or `after` is the result: nothing is left to tell.'),
        ...problems(
          'request_invalid',
          'unauthorized',
          'origin_refused',
          'run_not_found',
          'internal_error',
          'service_stopping',
          'pool_full',
        ),
      },
    },
    preHandler: answers.enter,
    handler: (request, reply) => {
      const { id } = request.params
      stateOf(request).runId = id
      const after = readLastEventId(request.headers) ?? Number(request.query.after ?? 0)
      const { client } = stateOf(request)
      // By this a browser's EventSource knows that it need not come back (HTML standard, server-sent events).
      if (runs.isAllTold(id, client, after)) return reply.code(204).send()
      const gone = new AbortController()
      whenClosed(reply.raw, () => gone.abort())
      const events = runs.follow(id, client, { after, signal: gone.signal })
      dropWhenStalled(reply, timeouts.stallMs + timeouts.heartbeatMs)
      return reply
        .type('text/event-stream; charset=utf-8')
        .header('x-accel-buffering', 'no')
        .send(
          Readable.from(
            eventFrames(events, {
              heartbeatMs: timeouts.heartbeatMs,
              gone: gone.signal,
              hold: (frame) => answers.hold(reply, frame),
            }),
            { objectMode: false, highWaterMark: 1 },
          ),
        )
    },
  })
}
