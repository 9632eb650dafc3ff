import { CodenodeError } from 'codenode/internal/contract/error'
import type { SandboxStats } from 'codenode/internal/pool/create-sandbox'
import type { FastifyInstance } from 'fastify'
import { enforcedSchema, metricsSchema, statusSchema, usageSchema } from '../documents/service-documents.ts'
import type { Telemetry } from '../telemetry/create-telemetry.ts'
import { answer, problems } from '../wire/openapi.ts'
import { stateOf } from '../wire/request-state.ts'
import type { RouteDeps } from './route-deps.ts'

/** What the service is and how it does. */
export function addServiceRoutes(server: FastifyInstance, { runs, sandbox, version }: RouteDeps): void {
  const common = problems('unauthorized', 'origin_refused', 'internal_error')

  server.get('/v1/isolation', {
    schema: {
      operationId: 'getIsolation',
      tags: ['Service'],
      summary: 'Get what is enforced on every run',
      response: { 200: answer('The level and its layers.', enforcedSchema), ...common },
    },
    handler: (_, reply) => reply.send(sandbox.isolation),
  })

  server.get('/v1/usage', {
    schema: {
      operationId: 'getUsage',
      tags: ['Service'],
      summary: 'Get what this API key has used',
      description: 'Since the service started. Runs that go on are counted when they end.',
      response: { 200: answer('What it has used.', usageSchema), ...common },
    },
    handler: (request, reply) => {
      const since = new Date(Date.now() - process.uptime() * 1000).toISOString()
      return reply.send({ since, ...runs.usage(stateOf(request).client) })
    },
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
      const { running, waiting, ending, runtimes } = sandbox.stats()
      const uptimeMs = Math.round(process.uptime() * 1000)
      return reply.send({ version, uptimeMs, active, running, waiting, ending, runtimes: describe(runtimes), history })
    },
  })
}

/** Figures of all clients together: the operator can give them a key of their own. */
export function addMetricsRoute(server: FastifyInstance, telemetry: Telemetry | null): void {
  server.get('/metrics', {
    config: { roles: ['metrics'] },
    schema: {
      operationId: 'getMetrics',
      tags: ['Service'],
      summary: 'Get metrics for Prometheus',
      response: {
        200: answer('The metrics.', metricsSchema, { type: 'text/plain' }),
        ...problems('unauthorized', 'origin_refused', 'internal_error'),
        ...problems('not_found'),
      },
    },
    handler: async (_, reply) => {
      if (!telemetry) throw new CodenodeError('not_found', { method: 'GET', path: '/metrics' })
      return reply.type(telemetry.contentType).send(await telemetry.metricsText())
    },
  })
}

/** Without process ids, which are nobody's business outside. */
function describe(runtimes: SandboxStats['runtimes']) {
  return Object.fromEntries(
    Object.entries(runtimes).map(([name, { version, spares, lost }]) => [name, { version, spares, lost }]),
  )
}
