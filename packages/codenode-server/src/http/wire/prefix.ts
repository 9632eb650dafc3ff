import { CodenodeError } from 'codenode/internal/contract/error'
import type { FastifyInstance } from 'fastify'

/** Where routes are mounted, such as `/codenode`; empty at the root. */
export function prefixOf({ prefix }: Pick<FastifyInstance, 'prefix'>): string {
  return prefix.replace(/\/$/, '')
}

/** A prefix stands in links, in pages and in the API's document as it is. Throws `configuration_invalid`. */
export function checkPrefix(prefix: string): void {
  if (/^(?:\/[\w.~-]+)*$/.test(prefix)) return
  const message = `is ${JSON.stringify(prefix)}; it must be a plain path such as /codenode, without parameters.`
  throw new CodenodeError('configuration_invalid', { issues: [{ path: 'prefix', message }] })
}
