import cors from '@fastify/cors'
import type { Config } from 'codenode/internal/config/read-config'
import type { ServerLimits } from 'codenode/internal/contract/limits'
import { stringifyLossless } from 'codenode/internal/json/json'
import type { RunningSandbox } from 'codenode/internal/pool/create-sandbox'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { RunService } from '../service/api/types.ts'
import { type BodyRoomOptions, boundBodies } from './body-room.ts'
import { difyRoutes, type EndedProgram } from './dify/routes.ts'
import { buildGuard, RouteAccess } from './guard.ts'
import { buildErrorHandler } from './handle-error.ts'
import { plainKey } from './keys/key.ts'
import { buildKeyCheck } from './keys/key-check.ts'
import { Keyring } from './keys/keyring.ts'
import { Rates } from './keys/rates.ts'
import { registerMcp } from './mcp-routes.ts'
import { PeerUsers } from './peer-user.ts'
import { addReference } from './reference-page.ts'
import { isProbe } from './request-log.ts'
import { addEventRoutes } from './routes/event-routes.ts'
import { addHealthRoutes } from './routes/health-routes.ts'
import { addNodeRoutes } from './routes/node-routes.ts'
import { addPackageRoutes } from './routes/package-routes.ts'
import { addRerunRoutes } from './routes/rerun-routes.ts'
import type { RouteDeps } from './routes/route-deps.ts'
import { addRunRoutes } from './routes/run-routes.ts'
import { addMetricsRoute, addServiceRoutes } from './routes/service-routes.ts'
import { addWorkflowRoutes } from './routes/workflow-routes.ts'
import type { Telemetry } from './telemetry/create-telemetry.ts'
import { addWebApp, findWebApp } from './web-app.ts'
import { AnswerRoom } from './wire/answer-room.ts'
import { compileCheck } from './wire/check-request.ts'
import { readJsonBodies } from './wire/json-body.ts'
import { KnownPaths } from './wire/known-paths.ts'
import { sendNotFound } from './wire/not-found.ts'
import { checkPrefix, prefixOf } from './wire/prefix.ts'
import { stateOf } from './wire/request-state.ts'
import { defaultTimeouts, type Timeouts } from './wire/timeouts.ts'
import { whenClosed } from './wire/when-closed.ts'

export type RoutesOptions = {
  runs: RunService
  sandbox: RunningSandbox
  config: Config
  keyring: Keyring
  /** There are several keys, or there can be. Default: whether the configuration has several. */
  isShared?: boolean
  /** Of Codenode. */
  version: string
  /** Default: none, and no /metrics. */
  telemetry?: Telemetry | null
  timeouts?: Partial<Timeouts>
  /** The folder of the built editor; null: there is none. Default: it is looked for. */
  webApp?: string | null
  /** The server has no other routes, so that what is not found is ours to tell. Default: false. */
  isAlone?: boolean
  /** Tells who is at the other end of a connection, where no key is asked. */
  peers?: Pick<PeerUsers, 'of'>
}

/**
 * All that a service answers, as a plugin of Fastify. Whatever server it is registered in, and below whatever prefix: hooks,
 * parsers, checks and errors are its own, and the server's routes beside it keep theirs.
 */
export function buildRoutes(options: RoutesOptions): (scope: FastifyInstance) => Promise<void> {
  const { runs, sandbox, config, keyring, version, telemetry = null, peers = new PeerUsers() } = options
  const { isAlone = false } = options
  const timeouts = { ...defaultTimeouts, ...options.timeouts }
  const bodyBytes = bodyLimitOf(config.limits)
  const room = bodyRoomOf(config, bodyBytes, options.isShared ?? config.service.apiKeys.length > 1)
  const answers = new AnswerRoom(room)
  const keys = { keyring, rates: new Rates() }
  const programs = countPrograms(runs, telemetry)
  const { corsOrigins, metricsKey } = config.service
  const routeDeps: RouteDeps = { runs, programs, sandbox, config, version, telemetry, timeouts, answers }

  return async (scope) => {
    const prefix = prefixOf(scope)
    checkPrefix(prefix)
    const access = new RouteAccess()
    const known = new KnownPaths(scope)
    let isStopping = false
    scope.addHook('preClose', async () => {
      isStopping = true
    })
    // So that clients come back by a new connection, which a load balancer opens to another service.
    scope.addHook('onSend', async ({ raw }, reply) => {
      if (runs.isDraining && raw.httpVersionMajor === 1) reply.header('connection', 'close')
    })
    // Node leaves a connection open behind an answer that was begun before it closed, until the client or its time ends it. For
    // a server of our own, idle-connections.ts does this.
    scope.addHook('onResponse', async ({ raw }) => {
      if (isStopping && !isAlone && raw.httpVersionMajor === 1) raw.socket.destroySoon()
    })
    scope.addHook('onRoute', (route) => {
      route.bodyLimit ??= bodyBytes
      // The API has a document of its own. That of a server around it, if there is one, knows nothing of these schemas.
      route.schema = { ...route.schema, hide: true }
    })
    readJsonBodies(scope, { maxValues: config.limits.maxValues })
    scope.setValidatorCompiler(compileCheck)
    scope.setSerializerCompiler(() => stringifyLossless)
    scope.setReplySerializer(stringifyLossless)
    scope.setErrorHandler(buildErrorHandler(bodyBytes, isAlone))
    // At the root of somebody's server, what is not found is theirs.
    if (isAlone || prefix !== '') {
      scope.setNotFoundHandler((request, reply) => sendNotFound(request, reply, known))
    }
    if (telemetry) scope.addHook('onRequest', followRequests(telemetry))
    scope.addHook('onRequest', buildGuard({ keyring, corsOrigins, peers, access }))
    boundBodies(scope, room)
    // A server around this may have the plugin for all of its routes.
    if (corsOrigins.length > 0 && !scope.hasRequestDecorator('corsPreflightEnabled')) {
      await scope.register(cors, corsOptions(corsOrigins))
    }

    await scope.register(addDescribed)
    // The rest is for agents and for people.
    registerMcp(scope, { runs, sandbox, keys, version, limits: config.limits })
    await scope.register(async (open) => {
      access.open(open)
      addReference(open, { version, isOpen: keyring.isOpen, addRoutes: addDescribed })
      await addWebApp(open, options.webApp === undefined ? findWebApp() : options.webApp)
    })

    /** What /openapi.json describes. */
    async function addDescribed(app: FastifyInstance): Promise<void> {
      await app.register(async (open) => {
        access.open(open)
        addHealthRoutes(open, routeDeps, () => isStopping)
      })
      await app.register(addKeyedRoutes)
      await app.register(async (metrics) => {
        if (metricsKey !== null) access.keyed(metrics)
        addMetrics(metrics)
      })
      // These check the key themselves and answer in Dify's way.
      await app.register(difyRoutes, {
        ...{ runs: programs, sandbox, keys, limits: config.limits, isAlone },
        onProgram: (program: EndedProgram, request: FastifyRequest) => telemetry?.traceProgram(program, request),
      })
    }
  }

  async function addKeyedRoutes(scope: FastifyInstance): Promise<void> {
    scope.addHook('onRequest', buildKeyCheck(keys))
    addNodeRoutes(scope, routeDeps)
    addWorkflowRoutes(scope, routeDeps)
    addRunRoutes(scope, routeDeps)
    addRerunRoutes(scope, routeDeps)
    addEventRoutes(scope, routeDeps)
    addServiceRoutes(scope, routeDeps)
    addPackageRoutes(scope, routeDeps)
  }

  function addMetrics(scope: FastifyInstance): void {
    const own = metricsKey === null ? null : { ...keys, keyring: new Keyring([plainKey(metricsKey)]) }
    scope.addHook('onRequest', own ? buildKeyCheck(own, { needs: 'metrics key' }) : buildKeyCheck(keys))
    addMetricsRoute(scope, telemetry)
  }
}

/** Escapes in JSON make a body longer than what it holds; 256 KiB are for them and for the node's other settings. */
export function bodyLimitOf({ codeBytes, inputBytes }: ServerLimits): number {
  return codeBytes + inputBytes + 256 * 1024
}

/** Half as much as waiting runs may hold, but always room for some bodies at once; half of it for each key where there are several. */
function bodyRoomOf({ service }: Config, bodyBytes: number, isShared: boolean): BodyRoomOptions {
  const { maxWaitingMb } = service
  const maxBytes = Math.max((maxWaitingMb / 2) * 2 ** 20, 4 * bodyBytes)
  return { maxBytes, maxBytesPerClient: isShared ? Math.ceil(maxBytes / 2) : maxBytes }
}

function corsOptions(origins: readonly string[]) {
  return {
    origin: [...origins],
    methods: ['GET', 'POST', 'DELETE'],
    allowedHeaders: [
      'authorization',
      'content-type',
      'idempotency-key',
      'last-event-id',
      'prefer',
      'x-api-key',
      'x-codenode-client',
    ],
    exposedHeaders: ['idempotency-replayed', 'location', 'retry-after', 'x-request-id'],
    maxAge: 600,
  }
}

/** Traces each request, and counts it when its answer is out or its client has gone. */
function followRequests(telemetry: Telemetry) {
  return (request: FastifyRequest, { raw }: FastifyReply, done: () => void): void => {
    const beganAt = performance.now()
    const { method } = request
    const route = request.routeOptions.url ?? null
    if (!isProbe(request)) {
      const path = request.url.split('?', 1)[0] ?? ''
      const begun = { method, route, path, scheme: request.protocol, userAgent: request.headers['user-agent'] }
      stateOf(request).traceId = telemetry.beginRequest(request, request.headers, begun)
    }
    whenClosed(raw, () => {
      telemetry.endRequest(request, {
        method,
        route,
        status: raw.writableFinished ? raw.statusCode : null,
        problem: stateOf(request).problem,
        seconds: (performance.now() - beganAt) / 1000,
      })
    })
    done()
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
