import type { FastifyInstance } from 'fastify'

/** Where routes are mounted, such as `/codenode`; empty at the root. */
export function prefixOf({ prefix }: Pick<FastifyInstance, 'prefix'>): string {
  return prefix.replace(/\/$/, '')
}
