import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import { pagePolicy } from './page-policy.ts'
import { referenceTheme } from './reference-theme.ts'

/** `/openapi.json`, and `/docs` for people. */
export async function addReference(server: FastifyInstance): Promise<void> {
  let text: string | undefined
  server.get('/openapi.json', { schema: { hide: true } }, (_, reply) => {
    text ??= JSON.stringify(server.swagger())
    return reply.type('application/json; charset=utf-8').header('cache-control', 'no-cache').send(text)
  })
  await server.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: pagePolicy,
    theme: referenceTheme,
    uiConfig: { docExpansion: 'list', deepLinking: true, tryItOutEnabled: true, displayRequestDuration: true },
  })
}
