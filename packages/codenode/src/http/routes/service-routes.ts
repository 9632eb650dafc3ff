import type { FastifyInstance } from 'fastify'
import { CodenodeError } from '../../contract/error.ts'
import type { SandboxStats } from '../../pool/create-sandbox.ts'
import { findDataDir } from '../../sandbox/find-paths.ts'
import { describePackages, type PackageListing } from '../../sandbox/list-packages.ts'
import {
  enforcedSchema,
  healthSchema,
  metricsSchema,
  packagesSchema,
  statusSchema,
} from '../documents/service-documents.ts'
import { answer, problems } from '../openapi.ts'
import type { RouteDeps } from './route-deps.ts'

/** What the service is and how it does. */
export function addServiceRoutes(
  server: FastifyInstance,
  { runs, sandbox, config, version, telemetry }: RouteDeps,
): void {
  const common = problems('unauthorized', 'origin_refused', 'internal_error')
  const readPackages = keepFor(5_000, () => listPackages(findDataDir(config.dataDir)))

  server.get('/v1/packages', {
    schema: {
      operationId: 'listPackages',
      tags: ['Service'],
      summary: 'List what code can import',
      response: { 200: answer('By language.', packagesSchema), ...common },
    },
    handler: (_, reply) => reply.send(readPackages()),
  })

  server.get('/v1/isolation', {
    schema: {
      operationId: 'getIsolation',
      tags: ['Service'],
      summary: 'Get what is enforced on every run',
      response: { 200: answer('The level and its layers.', enforcedSchema), ...common },
    },
    handler: (_, reply) => reply.send(sandbox.isolation),
  })

  server.get('/v1/status', {
    schema: {
      operationId: 'getStatus',
      tags: ['Service'],
      summary: 'Get how the service does',
      response: { 200: answer('Figures of the moment.', statusSchema), ...common },
    },
    handler: (_, reply) => {
      const { active, history } = runs.stats()
      const { running, waiting, runtimes } = sandbox.stats()
      const uptimeMs = Math.round(process.uptime() * 1000)
      return reply.send({ version, uptimeMs, active, running, waiting, runtimes: describe(runtimes), history })
    },
  })

  server.get('/metrics', {
    schema: {
      operationId: 'getMetrics',
      tags: ['Service'],
      summary: 'Get metrics for Prometheus',
      response: {
        200: answer('The metrics.', metricsSchema, { type: 'text/plain' }),
        ...common,
        ...problems('not_found'),
      },
    },
    handler: async (_, reply) => {
      if (!telemetry) throw new CodenodeError('not_found', { method: 'GET', path: '/metrics' })
      return reply.type(telemetry.contentType).send(await telemetry.metricsText())
    },
  })
}

/** For load balancers and for Dify, which expects this very text; asks for no key. */
export function addHealthRoute(server: FastifyInstance, isStopping: () => boolean): void {
  server.get('/health', {
    exposeHeadRoute: true,
    schema: {
      operationId: 'getHealth',
      tags: ['Service'],
      summary: 'Tell whether the service takes runs',
      security: [],
      response: { 200: answer('It does.', healthSchema), ...problems('origin_refused', 'service_stopping') },
    },
    handler: (_, reply) => {
      if (isStopping()) throw new CodenodeError('service_stopping', {})
      return reply.type('application/json; charset=utf-8').send('"ok"')
    },
  })
}

/** Without process ids, which are nobody's business outside. */
function describe(runtimes: SandboxStats['runtimes']) {
  return Object.fromEntries(
    Object.entries(runtimes).map(([name, { version, spares, lost }]) => [name, { version, spares, lost }]),
  )
}

function listPackages(dataDir: string) {
  const { python, node } = describePackages(dataDir)
  return { python: python.map(toDocument), javascript: node.map(toDocument) }
}

function toDocument({ name, version, importNames, isPreloaded }: PackageListing) {
  return { name, version, importNames, preloaded: isPreloaded }
}

/** Reads hundreds of files, so not for every request. */
function keepFor<Value>(ms: number, read: () => Value): () => Value {
  let kept: { value: Value; until: number } | undefined
  return () => {
    const now = performance.now()
    if (!kept || kept.until < now) kept = { value: read(), until: now + ms }
    return kept.value
  }
}
