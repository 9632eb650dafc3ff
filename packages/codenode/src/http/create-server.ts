import { randomBytes } from 'node:crypto'
import type { Server } from 'node:http'
import cors from '@fastify/cors'
import fastify, { type FastifyHttpOptions, type FastifyInstance, type FastifyServerOptions } from 'fastify'
import type { Config } from '../config/read-config.ts'
import { CodenodeError } from '../contract/error.ts'
import type { ServerLimits } from '../contract/limits.ts'
import { stringifyLossless } from '../json/json.ts'
import type { RunningSandbox } from '../pool/create-sandbox.ts'
import type { RunService } from '../service/api/types.ts'
import { type BodyRoomOptions, boundBodies } from './body-room.ts'
import { answerBrokenRequest } from './connection-errors.ts'
import { boundConnections, countConnections, readOpenFiles } from './connection-room.ts'
import { difyRoutes } from './dify/routes.ts'
import { buildGuard, buildKeyCheck } from './guard.ts'
import { buildErrorHandler } from './handle-error.ts'
import { spareAnswers } from './idle-connections.ts'
import { registerMcp } from './mcp-routes.ts'
import { PeerUsers } from './peer-user.ts'
import { addReference } from './reference-page.ts'
import { RequestLog } from './request-log.ts'
import { addEventRoutes } from './routes/event-routes.ts'
import { addNodeRoutes } from './routes/node-routes.ts'
import { addPackageRoutes } from './routes/package-routes.ts'
import { addRerunRoutes } from './routes/rerun-routes.ts'
import type { RouteDeps } from './routes/route-deps.ts'
import { addRunRoutes } from './routes/run-routes.ts'
import { addHealthRoute, addMetricsRoute, addServiceRoutes } from './routes/service-routes.ts'
import { addWorkflowRoutes } from './routes/workflow-routes.ts'
import type { Telemetry } from './telemetry/create-telemetry.ts'
import { addWebApp, findWebApp } from './web-app.ts'
import { AnswerRoom } from './wire/answer-room.ts'
import { compileCheck } from './wire/check-request.ts'
import { readJsonBodies } from './wire/json-body.ts'
import { Keyring } from './wire/keyring.ts'
import { describeApi } from './wire/openapi.ts'
import { requestInvalid, sendProblem } from './wire/problem.ts'
import { defaultTimeouts, type Timeouts } from './wire/timeouts.ts'

export type ServerDeps = {
  runs: RunService
  sandbox: RunningSandbox
  config: Config
  keyring: Keyring
  /** Of Codenode. */
  version: string
  /** Default: none, and no /metrics. */
  telemetry?: Telemetry | null
  /** As Fastify's. Default: nothing is logged. */
  logger?: FastifyServerOptions['logger']
  timeouts?: Partial<Timeouts>
  /** The folder of the built editor; null: there is none. Default: it is looked for. */
  webApp?: string | null
  /** Default: as many as leave descriptors for everything else. */
  maxConnections?: number
  /** Tells who is at the other end of a connection, where no key is asked. */
  peers?: Pick<PeerUsers, 'of'>
}

/** For whoever does not say how many connections there may be: children that run or wait for a run. */
const usualChildren = 64

/** The HTTP door of a service. It owns nothing but its connections: who made the rest closes it, after `close()`. */
export async function createServer(deps: ServerDeps): Promise<FastifyInstance> {
  const { runs, sandbox, config, keyring, version, telemetry = null, peers = new PeerUsers() } = deps
  const timeouts = { ...defaultTimeouts, ...deps.timeouts }
  const bodyBytes = bodyLimitOf(config.limits)
  const { corsOrigins, metricsKey } = config.service

  const server = fastify(serverOptions({ bodyBytes, timeouts, logger: deps.logger ?? false }))
  spareAnswers(server.server)
  boundConnections(server.server, deps.maxConnections ?? countConnections(readOpenFiles(), usualChildren))
  let isStopping = false
  server.addHook('preClose', async () => {
    isStopping = true
  })
  server.decorateRequest('client', '')
  server.decorateRequest('runId', null)
  const { maxValues } = config.limits
  readJsonBodies(server, { maxValues })
  server.setValidatorCompiler(compileCheck)
  server.setSerializerCompiler(() => stringifyLossless)
  server.setReplySerializer(stringifyLossless)
  server.setErrorHandler(buildErrorHandler(bodyBytes))
  server.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?', 1)[0] ?? ''
    sendProblem(reply, new CodenodeError('not_found', { method: request.method, path }))
  })
  const isKeyed = (url: string): boolean => metricsKey !== null && /^\/metrics(?:\?|$)/.test(url)
  server.addHook('onRequest', buildGuard({ keyring, corsOrigins, peers, isKeyed }))
  const room = bodyRoomOf(config, bodyBytes)
  boundBodies(server, room)
  const answers = new AnswerRoom(room)
  if (corsOrigins.length > 0) await server.register(cors, corsOptions(corsOrigins))

  const programs = countPrograms(runs, telemetry)
  await describeApi(server, { version, isOpen: keyring.isOpen })
  addHealthRoute(server, () => isStopping)
  await server.register(async (scope) => {
    scope.addHook('onRequest', buildKeyCheck(keyring))
    const routeDeps: RouteDeps = { runs, programs, sandbox, config, version, telemetry, timeouts, answers }
    addNodeRoutes(scope, routeDeps)
    addWorkflowRoutes(scope, routeDeps)
    addRunRoutes(scope, routeDeps)
    addRerunRoutes(scope, routeDeps)
    addEventRoutes(scope, routeDeps)
    addServiceRoutes(scope, routeDeps)
    addPackageRoutes(scope, routeDeps)
  })
  await server.register(async (scope) => {
    const check =
      metricsKey === null ? buildKeyCheck(keyring) : buildKeyCheck(new Keyring([metricsKey]), { needs: 'metrics key' })
    scope.addHook('onRequest', check)
    addMetricsRoute(scope, telemetry)
  })
  // These check the key themselves and answer in Dify's way.
  await server.register(difyRoutes, { runs: programs, sandbox, keyring, limits: config.limits })
  registerMcp(server, { runs, sandbox, keyring, version, limits: config.limits })
  await addReference(server)
  await addWebApp(server, deps.webApp === undefined ? findWebApp() : deps.webApp)
  await server.ready()
  return server
}

type Options = { bodyBytes: number; timeouts: Timeouts; logger: NonNullable<FastifyServerOptions['logger']> }

function serverOptions({ bodyBytes, timeouts, logger }: Options): FastifyHttpOptions<Server> {
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

/** Escapes in JSON make a body longer than what it holds; 256 KiB are for them and for the node's other settings. */
function bodyLimitOf({ codeBytes, inputBytes }: ServerLimits): number {
  return codeBytes + inputBytes + 256 * 1024
}

/** Half as much as waiting runs may hold, but always room for some bodies at once; half of it for each key where there are several. */
function bodyRoomOf({ service: { maxWaitingMb, apiKeys } }: Config, bodyBytes: number): BodyRoomOptions {
  const maxBytes = Math.max((maxWaitingMb / 2) * 2 ** 20, 4 * bodyBytes)
  return { maxBytes, maxBytesPerClient: apiKeys.length > 1 ? Math.ceil(maxBytes / 2) : maxBytes }
}

function corsOptions(origins: readonly string[]) {
  return {
    origin: [...origins],
    methods: ['GET', 'POST', 'DELETE'],
    allowedHeaders: ['authorization', 'content-type', 'idempotency-key', 'last-event-id', 'prefer', 'x-api-key'],
    exposedHeaders: ['idempotency-replayed', 'location', 'retry-after', 'x-request-id'],
    maxAge: 600,
  }
}

/** Programs leave no record, so the metrics are told of them here. */
function countPrograms(runs: RunService, telemetry: Telemetry | null): Pick<RunService, 'runProgram'> {
  if (!telemetry) return runs
  return {
    runProgram: async (request, options) => {
      const execution = await runs.runProgram(request, options)
      telemetry.countProgram(request.language, execution)
      return execution
    },
  }
}
