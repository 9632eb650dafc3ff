import { type FastifyReply, type FastifyRequest, LogController } from 'fastify'
import { stateOf } from './wire/request-state.ts'

/** One line for each request, behind it. Never its query, its headers or its body: they may hold secrets. */
export class RequestLog extends LogController {
  constructor() {
    super({ requestIdLogLabel: 'requestId' })
  }

  override incomingRequest(): void {
    // It is told when it has ended.
  }

  override routeNotFound(): void {
    // It is told when it has ended, with its status.
  }

  override defaultErrorLog(): void {
    // The error handler tells what is ours.
  }

  override requestCompleted(_error: Error | null | undefined, request: FastifyRequest, reply: FastifyReply): void {
    const { method, url } = request
    const { runId, client } = stateOf(request)
    const ms = Math.round(reply.elapsedTime * 10) / 10
    const path = url.split('?', 1)[0]
    const line = { method, path, status: reply.statusCode, ms, runId: runId ?? undefined, client: client || undefined }
    request.log.info(line, 'request')
  }
}
