import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { prefixOf } from './wire/prefix.ts'

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
  const answer = async ({ raw }: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const { headers, statusCode, rawPayload } = await (await open()).inject({ method: 'GET', url: raw.url ?? '/' })
    for (const [name, value] of Object.entries(headers)) {
      if (value !== undefined && !ofConnection.includes(name)) reply.header(name, value)
    }
    return reply.code(statusCode).send(rawPayload)
  }
  for (const url of ['/openapi.json', '/docs', '/docs/*']) {
    scope.get(url, { schema: { hide: true }, handler: answer })
  }
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
      await inner.register(addRoutes)
      await addReferencePage(inner)
    },
    { prefix },
  )
  await app.ready()
  return app
}
