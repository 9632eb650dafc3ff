import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'
import { editorPolicy } from './wire/page-policy.ts'
import { prefixOf } from './wire/prefix.ts'

/** The pages of the app, which finds out itself which one is asked for. Every other path is what it was without the app. */
const pages = ['/', '/runs', '/runs/:id', '/packages'] as const

/** Where the built app is: in a published package, or in a clone. Null: it is not built. */
export function findWebApp(): string | null {
  const root = path.resolve(import.meta.dirname, '../..')
  const folders = [path.join(root, 'web'), path.resolve(root, '../web/dist')]
  return folders.find((folder) => existsSync(path.join(folder, 'index.html'))) ?? null
}

/** Serves the app to anyone, as it holds nothing of a client: it asks for the key that the API wants. */
export async function addWebApp(server: FastifyInstance, folder: string | null): Promise<void> {
  const document = folder === null ? null : path.join(folder, 'index.html')
  const prefix = prefixOf(server)
  for (const page of pages) {
    server.get(page, { schema: { hide: true }, exposeHeadRoute: true }, async (_, reply) => {
      reply.type('text/html; charset=utf-8').header('content-security-policy', editorPolicy)
      if (document === null) return reply.code(503).send(notBuilt(prefix))
      // It names the hashed files of its build, so it is asked for each time.
      return reply.header('cache-control', 'no-cache').send(placeBelow(prefix, await readFile(document, 'utf8')))
    })
  }
  if (folder === null) return
  server.get('/favicon.svg', { schema: { hide: true } }, async (_, reply) =>
    reply
      .type('image/svg+xml')
      .header('cache-control', 'public, max-age=86400')
      .send(await readFile(path.join(folder, 'favicon.svg'))),
  )
  await server.register(fastifyStatic, {
    root: path.join(folder, 'assets'),
    prefix: '/assets/',
    decorateReply: false,
    index: false,
    dotfiles: 'ignore',
    // What is in a hashed file never changes under its name.
    maxAge: 31_536_000_000,
    immutable: true,
  })
}

/**
 * The build does not know where it will be served. Its page names files from `./`, which would depend on the page that is
 * open, and the app is told the prefix by a meta element.
 */
function placeBelow(prefix: string, document: string): string {
  return document
    .replaceAll('="./', `="${prefix}/`)
    .replace('name="codenode-prefix" content=""', `name="codenode-prefix" content="${prefix}"`)
}

const notBuilt = (prefix: string) => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Codenode</title>
<h1>The editor is not built</h1>
<p>Run <code>scripts/bootstrap</code> in the clone of Codenode, then start the service again.</p>
<p>The API works without it: <a href="${prefix}/docs">its reference</a>.</p>
</html>
`
