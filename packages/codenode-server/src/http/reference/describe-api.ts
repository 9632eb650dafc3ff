import swagger from '@fastify/swagger'
import type { FastifyInstance, FastifySchema } from 'fastify'
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod'
import type { OpenAPIV3_1 } from 'openapi-types'
import type { Answer } from '../wire/openapi.ts'
import { openContract } from './open-contract.ts'

export type DescribedApi = {
  /** Of Codenode. */
  version: string
  /** No key is asked. */
  isOpen: boolean
  /** Where the routes are mounted; empty: at the root. */
  prefix: string
}

/** Collects the routes that are added after it. */
export async function describeApi(app: FastifyInstance, { version, isOpen, prefix }: DescribedApi): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Codenode',
        version,
        license: { name: 'MIT', identifier: 'MIT' },
        description:
          'Runs Code nodes, alone and in workflows: Python, JavaScript and TypeScript, each run in a sandbox of its own. A run is answered with its record, whatever became of it; everything else that goes wrong is a problem (RFC 9457) with a stable `code`. Whole numbers keep all their digits.',
      },
      servers: [{ url: prefix || '/' }],
      tags: [
        { name: 'Nodes', description: 'Run and check Code nodes.' },
        { name: 'Workflows', description: 'Run and check workflows of Code nodes and others.' },
        { name: 'Runs', description: 'What runs and what ran.' },
        { name: 'Service', description: 'What the service is and how it does.' },
        { name: 'Dify', description: "dify-sandbox's API, for Dify." },
      ],
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer' },
          apiKey: { type: 'apiKey', in: 'header', name: 'X-Api-Key' },
        },
      },
      // One of the two; or none, where no key is set.
      security: isOpen ? [] : [{ bearer: [] }, { apiKey: [] }],
    },
    transform: (route) => {
      // Plain JSON Schema is left as it is.
      if (!usesZod(route.schema)) return route
      const { schema, url } = jsonSchemaTransform(route)
      return { schema: addHeaders(schema, route.schema), url }
    },
    transformObject: (document) =>
      openContract(dropUnused(jsonSchemaTransformObject(document) as OpenAPIV3_1.Document)),
  })
}

type RouteSchema = Pick<FastifySchema, 'body' | 'querystring' | 'params' | 'headers' | 'response'>

function usesZod(schema: RouteSchema | undefined): boolean {
  const parts = [schema?.body, schema?.querystring, schema?.params, schema?.headers].filter(
    (part) => part !== undefined,
  )
  return parts.every((part) => typeof part === 'object' && part !== null && '_zod' in part)
}

/** The transform keeps an answer's description and content alone. */
function addHeaders<Schema extends RouteSchema>(schema: Schema, original: RouteSchema): Schema {
  const answers = (schema.response ?? {}) as Record<string, object>
  const originals = (original.response ?? {}) as Record<string, Answer>
  for (const [status, { headers }] of Object.entries(originals))
    if (headers) Object.assign(answers[status] ?? {}, { headers })
  return schema
}

/** Every named schema is there as it is read and as it is written; most are used in one of the two ways only. */
function dropUnused(document: OpenAPIV3_1.Document): OpenAPIV3_1.Document {
  const all = document.components?.schemas ?? {}
  const used = new Set<string>()
  const follow = (part: unknown): void => {
    for (const [, name = ''] of JSON.stringify(part).matchAll(/"#\/components\/schemas\/([^"/]+)"/g)) {
      if (used.has(name)) continue
      used.add(name)
      follow(all[name] ?? {})
    }
  }
  follow(document.paths)
  const schemas = Object.fromEntries(Object.entries(all).filter(([name]) => used.has(name)))
  return { ...document, components: { ...document.components, schemas } }
}
