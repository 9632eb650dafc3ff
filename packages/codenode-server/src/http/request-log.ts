import { type FastifyReply, type FastifyRequest, LogController } from 'fastify'
import { readTraceParent } from './telemetry/trace-parent.ts'
import { stateOf } from './wire/request-state.ts'

/** What is asked every few seconds. It has no spans, and is told at the level debug. */
const probes = ['/livez', '/readyz', '/health', '/metrics']

export function isProbe({ routeOptions: { url }, server: { prefix } }: FastifyRequest): boolean {
  return url !== undefined && probes.includes(url.slice(prefix.length))
}

/**
 * One line for each request, behind it, also for one whose client went away. Never its query, its headers or its body: they may
 * hold secrets.
 */
export class RequestLog extends LogController {
  constructor() {
    super({ requestIdLogLabel: 'requestId' })
  }

  override incomingRequest(request: FastifyRequest, { raw }: FastifyReply): void {
    // It is told when it has ended: by its answer, or here.
    raw.once('close', () => {
      if (!raw.writableFinished) this.#tell(request, { status: null, ms: performance.now() - beganAt, isAborted: true })
    })
    const beganAt = performance.now()
  }

  override streamError(): void {
    // The connection has ended, and with it the request.
  }

  override routeNotFound(): void {
    // It is told when it has ended, with its status.
  }

  override defaultErrorLog(): void {
    // The error handler tells what is ours.
  }

  override requestCompleted(_error: Error | null | undefined, request: FastifyRequest, reply: FastifyReply): void {
    this.#tell(request, { status: reply.statusCode, ms: reply.elapsedTime, isAborted: false })
  }

  /** `status`: null where no answer was given. */
  #tell(request: FastifyRequest, end: { status: number | null; ms: number; isAborted: boolean }): void {
    const { method, url, ip } = request
    const { runId, client, actor } = stateOf(request)
    const line = {
      method,
      path: url.split('?', 1)[0],
      status: end.status ?? undefined,
      aborted: end.isAborted || undefined,
      ms: Math.round(end.ms * 10) / 10,
      runId: runId ?? undefined,
      client: client || undefined,
      actor: actor ?? undefined,
      remote: ip,
      traceId: stateOf(request).traceId ?? readTraceParent(request.headers)?.traceId,
    }
    const isUsual = isProbe(request) && (end.status ?? 500) < 400
    request.log[isUsual ? 'debug' : 'info'](line, 'request')
  }
}
