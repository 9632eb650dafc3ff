import { CodenodeError } from 'codenode/internal/contract/error'
import type { FastifyRequest } from 'fastify'

/** There is no such route. Its query is not told: it may hold secrets. */
export function notFound({ method, url }: FastifyRequest): CodenodeError {
  return new CodenodeError('not_found', { method, path: url.split('?', 1)[0] ?? '' })
}
