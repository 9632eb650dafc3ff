import { randomBytes } from 'node:crypto'
import type { Server } from 'node:http'
import fastify, { type FastifyHttpOptions, type FastifyInstance, type FastifyServerOptions } from 'fastify'
import { bodyLimitOf, buildRoutes, type RoutesOptions } from './build-routes.ts'
import { answerBrokenRequest } from './connection-errors.ts'
import { boundConnections, countConnections } from './connection-room.ts'
import { spareAnswers } from './idle-connections.ts'
import { RequestLog } from './request-log.ts'
import { readOpenFiles } from './wire/open-files.ts'
import { placeBelow, withoutBasePath } from './wire/prefix.ts'
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
  const { trustedProxies } = options.config.service
  const basePath = options.config.service.basePath ?? ''
  const proxy = { basePath, trustedProxies }
  const server = fastify(toFastifyOptions({ bodyBytes, timeouts, proxy, logger: options.logger ?? false }))
  placeBelow(server, basePath)
  spareAnswers(server.server)
  boundConnections(server.server, options.maxConnections ?? countConnections(readOpenFiles(), usualChildren))
  await server.register(buildRoutes({ ...options, isAlone: true }))
  await server.ready()
  return server
}

type Options = {
  bodyBytes: number
  timeouts: Timeouts
  proxy: { basePath: string; trustedProxies: readonly string[] }
  logger: NonNullable<FastifyServerOptions['logger']>
}

/** It stands in headers and log lines, so that only what is plain is taken. */
function readRequestId(given: string | string[] | undefined): string | undefined {
  return typeof given === 'string' && /^[\w.:+/=@-]{1,128}$/.test(given) ? given : undefined
}

function toFastifyOptions({ bodyBytes, timeouts, proxy, logger }: Options): FastifyHttpOptions<Server> {
  const prefix = randomBytes(4).toString('hex')
  let count = 0
  return {
    logger,
    logController: new RequestLog(),
    // That of the caller, so that both logs tell of one thing; else one of our own.
    genReqId: ({ headers }) => readRequestId(headers['x-request-id']) ?? `req-${prefix}-${(++count).toString(36)}`,
    // For `request.ip` alone; nothing is decided by it.
    trustProxy: proxy.trustedProxies.length > 0 ? [...proxy.trustedProxies] : false,
    rewriteUrl: ({ url = '/' }) => withoutBasePath(url, proxy.basePath),
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
