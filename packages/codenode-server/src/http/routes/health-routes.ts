import { CodenodeError } from 'codenode/internal/contract/error'
import type { FailureCode } from 'codenode/internal/contract/failures'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { healthSchema } from '../documents/service-documents.ts'
import { answer, problems } from '../wire/openapi.ts'
import type { RouteDeps } from './route-deps.ts'

type Deps = Pick<RouteDeps, 'runs' | 'sandbox'>

/** For load balancers, for what restarts processes, and for Dify. They ask for no key. */
export function addHealthRoutes(server: FastifyInstance, deps: Deps, isClosing: () => boolean): void {
  const isLeaving = (): boolean => isClosing() || deps.runs.isDraining
  const ok = (reply: FastifyReply) => reply.type('application/json; charset=utf-8').send('"ok"')
  const about = (operationId: string, summary: string, description: string, ...codes: FailureCode[]) => ({
    operationId,
    tags: ['Service'],
    summary,
    description,
    security: [],
    response: { 200: answer('Yes.', healthSchema), ...problems('origin_refused', ...codes) },
  })

  server.get('/livez', {
    exposeHeadRoute: true,
    schema: about('getLiveness', 'Tell whether the process works', 'Restart it where this gives no answer.'),
    handler: (_, reply) => ok(reply),
  })

  server.get('/readyz', {
    exposeHeadRoute: true,
    schema: about(
      'getReadiness',
      'Tell whether the service should be sent runs',
      'No while it stops, while an interpreter is missing, and while as many runs wait as may.',
      ...(['service_stopping', 'sandbox_unavailable', 'pool_full'] as const),
    ),
    handler: (_, reply) => {
      if (isLeaving()) throw new CodenodeError('service_stopping', {})
      checkReady(deps)
      return ok(reply)
    },
  })

  server.get('/health', {
    exposeHeadRoute: true,
    schema: about(
      'getHealth',
      'Tell whether the service takes runs',
      'No while it stops. Dify expects this very answer.',
      'service_stopping',
    ),
    handler: (_, reply) => {
      if (isLeaving()) throw new CodenodeError('service_stopping', {})
      return ok(reply)
    },
  })
}

/** Throws what a run would meet now. */
function checkReady({ runs, sandbox }: Deps): void {
  for (const [name, { zygotePid }] of Object.entries(sandbox.stats().runtimes)) {
    if (zygotePid === null) {
      throw new CodenodeError('sandbox_unavailable', { message: `The ${name} interpreter is being started.` })
    }
  }
  const { active, most } = runs.stats()
  if (active >= most) throw new CodenodeError('pool_full', { waiting: active })
}
