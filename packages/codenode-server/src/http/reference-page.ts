import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { notFound } from './wire/not-found.ts'
import { prefixOf } from './wire/prefix.ts'

/** A file of the page, such as `static/theme/codenode.js`; empty: the page itself. Never `..`. */
const fileName = /^(?:(?!\.{1,2}(?:\/|$))[\w.-]+(?:\/|$))*$/

/** What of an answer is of its own connection. */
const ofConnection = ['connection', 'content-length', 'date', 'keep-alive', 'transfer-encoding']

export type ReferenceOptions = {
  /** Of Codenode. */
  version: string
  /** No key is asked. */
  isOpen: boolean
  /** Adds the routes that are described. They are never called. */
  addRoutes: (app: FastifyInstance) => Promise<void>
}

/**
 * `/openapi.json`, and `/docs` for people. Both come from an app of their own, which is built when one of them is first asked
 * for: its plugins are not loaded before, and leave no mark on a server that these routes are mounted in.
 */
export function addReference(scope: FastifyInstance, options: ReferenceOptions): void {
  let opening: Promise<FastifyInstance> | undefined
  const open = (): Promise<FastifyInstance> => {
    opening ??= openReference(prefixOf(scope), options)
    return opening
  }
  /** `path`: made of what the router has found, never of the URL, which can name other routes in many ways. */
  const answer = async (path: string, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const app = await open()
    const { headers, statusCode, rawPayload } = await app.inject({ method: 'GET', url: prefixOf(scope) + path })
    if (statusCode === 404) throw notFound(request)
    for (const [name, value] of Object.entries(headers)) {
      if (value !== undefined && !ofConnection.includes(name)) reply.header(name, value)
    }
    return reply.code(statusCode).send(rawPayload)
  }
  for (const url of ['/openapi.json', '/docs']) {
    scope.get(url, { schema: { hide: true }, handler: (request, reply) => answer(url, request, reply) })
  }
  scope.get<{ Params: { '*': string } }>('/docs/*', {
    schema: { hide: true },
    handler: (request, reply) => {
      const { '*': file } = request.params
      if (!fileName.test(file)) throw notFound(request)
      return answer(`/docs/${file}`, request, reply)
    },
  })
  scope.addHook('onClose', async () => await (await opening)?.close())
}

async function openReference(
  prefix: string,
  { version, isOpen, addRoutes }: ReferenceOptions,
): Promise<FastifyInstance> {
  const [{ describeApi }, { addReferencePage }] = await Promise.all([
    import('./reference/describe-api.ts'),
    import('./reference/reference-page.ts'),
  ])
  const app = fastify()
  // No request of a client gets here.
  app.setValidatorCompiler(() => () => true)
  app.setSerializerCompiler(() => JSON.stringify)
  await app.register(
    async (inner) => {
      await describeApi(inner, { version, isOpen, prefix })
      await inner.register(async (described) => {
        // Described, and nothing else: whoever reaches one gets nothing.
        described.addHook('onRoute', (route) => {
          route.handler = (_, reply) => reply.code(404).send()
          route.preHandler = []
        })
        await addRoutes(described)
      })
      await addReferencePage(inner)
    },
    { prefix },
  )
  await app.ready()
  return app
}
