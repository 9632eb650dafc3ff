import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import { pagePolicy } from '../wire/page-policy.ts'
import { referenceTheme } from './theme.ts'

/** The document itself, and a page for people. */
export async function addReferencePage(app: FastifyInstance): Promise<void> {
  let text: string | undefined
  app.get('/openapi.json', { schema: { hide: true } }, (_, reply) => {
    text ??= JSON.stringify(app.swagger())
    return reply.type('application/json; charset=utf-8').header('cache-control', 'no-cache').send(text)
  })
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: pagePolicy,
    theme: referenceTheme,
    uiConfig: { docExpansion: 'list', deepLinking: true, tryItOutEnabled: true, displayRequestDuration: true },
  })
}
