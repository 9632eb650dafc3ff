import { randomBytes } from 'node:crypto'
import type { Server } from 'node:http'
import fastify, { type FastifyHttpOptions, type FastifyInstance, type FastifyServerOptions } from 'fastify'
import { bodyLimitOf, buildRoutes, type RoutesOptions } from './build-routes.ts'
import { answerBrokenRequest } from './connection-errors.ts'
import { boundConnections, countConnections, readOpenFiles } from './connection-room.ts'
import { spareAnswers } from './idle-connections.ts'
import { RequestLog } from './request-log.ts'
import { requestInvalid, sendProblem } from './wire/problem.ts'
import { defaultTimeouts, type Timeouts } from './wire/timeouts.ts'

export type ServerOptions = RoutesOptions & {
  /** As Fastify's. Default: nothing is logged. */
  logger?: FastifyServerOptions['logger']
  /** Default: as many as leave descriptors for everything else. */
  maxConnections?: number
}

/** For whoever does not say how many connections there may be: children that run or wait for a run. */
const usualChildren = 64

/** The HTTP door of a service. It owns nothing but its connections: who made the rest closes it, after `close()`. */
export async function createServer(options: ServerOptions): Promise<FastifyInstance> {
  const timeouts = { ...defaultTimeouts, ...options.timeouts }
  const bodyBytes = bodyLimitOf(options.config.limits)
  const server = fastify(toFastifyOptions({ bodyBytes, timeouts, logger: options.logger ?? false }))
  spareAnswers(server.server)
  boundConnections(server.server, options.maxConnections ?? countConnections(readOpenFiles(), usualChildren))
  await server.register(buildRoutes({ ...options, isAlone: true }))
  await server.ready()
  return server
}

type Options = { bodyBytes: number; timeouts: Timeouts; logger: NonNullable<FastifyServerOptions['logger']> }

function toFastifyOptions({ bodyBytes, timeouts, logger }: Options): FastifyHttpOptions<Server> {
  const prefix = randomBytes(4).toString('hex')
  let count = 0
  return {
    logger,
    logController: new RequestLog(),
    genReqId: () => `req-${prefix}-${(++count).toString(36)}`,
    bodyLimit: bodyBytes,
    // Node refuses larger headers with 431.
    http: { maxHeaderSize: 16_384, headersTimeout: timeouts.headersMs, connectionsCheckingInterval: timeouts.checkMs },
    requestTimeout: timeouts.requestMs,
    keepAliveTimeout: timeouts.keepAliveMs,
    // The service itself refuses runs while it stops, with a problem; what ran can still be read.
    return503OnClosing: false,
    exposeHeadRoutes: false,
    // Ids of nodes are whatever their workflow calls them.
    routerOptions: { ignoreTrailingSlash: false, maxParamLength: 1000 },
    clientErrorHandler: answerBrokenRequest,
    frameworkErrors: (_, __, reply) => void sendProblem(reply, requestInvalid('path', 'is not a possible path.')),
  }
}
