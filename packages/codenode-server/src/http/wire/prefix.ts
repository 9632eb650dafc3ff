import { CodenodeError } from 'codenode/internal/contract/error'
import type { FastifyInstance } from 'fastify'

/** Servers that a proxy serves below a path. */
const basePaths = new WeakMap<FastifyInstance['server'], string>()

/** A proxy serves this server below `basePath`; empty: at the root. */
export function placeBelow(server: FastifyInstance, basePath: string): void {
  basePaths.set(server.server, basePath)
}

/** Where routes are reached, such as `/codenode`; empty at the root. */
export function prefixOf({ server, prefix }: Pick<FastifyInstance, 'server' | 'prefix'>): string {
  return (basePaths.get(server) ?? '') + prefix.replace(/\/$/, '')
}

/** Some proxies take the path away and others do not: a request means the same both ways. */
export function withoutBasePath(url: string, basePath: string): string {
  if (basePath === '' || !url.startsWith(basePath)) return url
  const rest = url.slice(basePath.length)
  if (rest === '' || rest.startsWith('?')) return `/${rest}`
  return rest.startsWith('/') ? rest : url
}

/** A prefix stands in links, in pages and in the API's document as it is. Throws `configuration_invalid`. */
export function checkPrefix(prefix: string): void {
  if (/^(?:\/[\w.~-]+)*$/.test(prefix)) return
  const message = `is ${JSON.stringify(prefix)}; it must be a plain path such as /codenode, without parameters.`
  throw new CodenodeError('configuration_invalid', { issues: [{ path: 'prefix', message }] })
}
